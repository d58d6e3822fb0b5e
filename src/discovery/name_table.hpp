// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/epoch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dotcompute::core {

struct KernelRecord;

/// Whether two texts of the same length are equal: a call of memcmp costs more than short names do.
[[nodiscard]] inline bool equal_texts(const char* a, const char* b, std::size_t size) noexcept {
  const auto differ = [a, b]<class Word>(Word, std::size_t at) {
    Word left{};
    Word right{};
    std::memcpy(&left, a + at, sizeof(Word));
    std::memcpy(&right, b + at, sizeof(Word));
    return left ^ right;
  };
  if (size >= 8) {
    std::uint64_t difference = differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, size - 8);
    for (std::size_t at = 8; at + 8 < size; at += 8) {
      difference |= differ(std::uint64_t{}, at);
    }
    return difference == 0;
  }
  if (size >= 4) {
    return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, size - 4)) == 0;
  }
  return std::equal(a, a + size, b);
}

/// Kernels by name, read without a lock. Open addressing; a name of up to 16 bytes lies in its slot,
/// and two slots in a cache line. A name has its place in a line, in either slot, so that most
/// look-ups touch one line; if both are taken, in the next line.
///
/// A name that is no longer used keeps its slot until the table is rebuilt, which happens when a
/// quarter of the slots are taken, to a size that fits the names in use then. A quarter, as each name
/// that is not in its own line is a branch guessed wrong: 3 % of them, of half the slots 10 %.
///
/// Threads: find() from any thread under an EpochGuard; all else is for one thread at a time.
class NameTable {
 public:
  static constexpr std::size_t kInlineBytes = 16;

  /// A name too long for its slot.
  struct LongName : Retirable {
    explicit LongName(std::string_view name) : text(name) {}
    std::string text;
  };

  struct alignas(32) Slot {
    std::atomic<const KernelRecord*> entry{nullptr};  ///< Null: nobody is found under this name.
    std::atomic<std::uint64_t> key{0};  ///< Half of the hash, and the length; 0: never used.
    union Name {
      std::array<char, kInlineBytes> text;
      const LongName* far;
    } name{};

    [[nodiscard]] std::size_t size() const noexcept {
      return key.load(std::memory_order_relaxed) & 0xFFFF'FFFFU;
    }
    [[nodiscard]] bool is_long() const noexcept { return size() > kInlineBytes; }
    /// \pre its key is that of `wanted`.
    [[nodiscard]] bool has(std::string_view wanted) const noexcept {
      const char* const own =
          wanted.size() <= kInlineBytes ? name.text.data() : name.far->text.data();
      return equal_texts(wanted.data(), own, wanted.size());
    }
    [[nodiscard]] std::string_view text() const noexcept {
      return {is_long() ? name.far->text.data() : name.text.data(), size()};
    }
  };
  static_assert(sizeof(Slot) == 32);

 private:
  struct Table : Retirable {
    Table() = default;
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table();
    static std::unique_ptr<Table> make(std::size_t capacity) noexcept;

    /// The first slot of the line where a name with this hash is looked for first.
    [[nodiscard]] std::size_t line_of(std::uint64_t hash) const noexcept {
      return hash & mask & ~std::size_t{1};
    }
    [[nodiscard]] std::span<Slot> all() const noexcept {
      return {slots, slots != nullptr ? mask + 1 : 0};
    }
    [[nodiscard]] KernelRecord*& sharers_of(const Slot& slot) const noexcept {
      return sharers[static_cast<std::size_t>(&slot - slots)];
    }
    [[nodiscard]] bool is_used(const Slot& slot) const noexcept {
      return sharers_of(slot) != nullptr || slot.entry.load(std::memory_order_relaxed) != nullptr;
    }

    std::size_t mask = 0;
    Slot* slots = nullptr;
    KernelRecord** sharers = nullptr;  // of each slot; apart, as no look-up needs them
    std::size_t long_names = 0;
    bool replaced = false;
  };

 public:
  NameTable() = default;
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;
  ~NameTable();

  /// The kernel that `name` means, or null. \pre hash is hash_name(name).
  [[nodiscard]] const KernelRecord* find(std::string_view name, std::uint64_t hash) const noexcept {
    const Slot* const slot = find_slot(name, hash);
    return slot != nullptr ? slot->entry.load(std::memory_order_acquire) : nullptr;
  }

  /// The slot that holds `name`, or null.
  [[nodiscard]] Slot* find_slot(std::string_view name, std::uint64_t hash) const noexcept {
    const Table* const table = table_.load(std::memory_order_acquire);
    if (table == nullptr) {
      return nullptr;
    }
    const std::uint64_t wanted = key_of(name, hash);
    for (std::size_t at = table->line_of(hash);; at = (at + 2) & table->mask) {
      Slot* const line = &table->slots[at];
      const std::uint64_t first = line[0].key.load(std::memory_order_acquire);
      const std::uint64_t second = line[1].key.load(std::memory_order_acquire);
      // Which of the two it is cannot be foreseen, and a branch guessed wrong costs the whole wait
      // for memory: so it is chosen without one.
      Slot& likely = line[static_cast<std::size_t>(first != wanted)];
      const bool is_here =
          static_cast<int>(first == wanted) + static_cast<int>(second == wanted) != 0;
      if (is_here && likely.has(name)) [[likely]] {
        return &likely;
      }
      if (second == wanted && line[1].has(name)) [[unlikely]] {
        return &line[1];  // the first slot has another name with the same key
      }
      if (second == 0) {
        return nullptr;
      }
    }
  }

  /// A table that a larger one took the place of. Gives it up when it is destroyed, which may run
  /// destructors of any retired object: so not under a lock.
  class Replaced {
   public:
    Replaced() = default;
    Replaced(const Replaced&) = delete;
    Replaced& operator=(const Replaced&) = delete;
    ~Replaced() { Epoch::retire(table_); }

   private:
    friend class NameTable;
    const Table* table_ = nullptr;
  };

  /// Makes room for `count` more names. Once with each `replaced`.
  /// \return false if the host has no memory; nothing is changed.
  [[nodiscard]] bool reserve(std::size_t count, Replaced& replaced) noexcept;

  /// The slot of `name`, a new one if it has none.
  /// \param far made for `name` if it is longer than kInlineBytes; taken if it is needed.
  /// \pre reserve() made room.
  Slot& insert(std::string_view name, std::uint64_t hash, std::unique_ptr<LongName>& far) noexcept;

  /// The first of the kernels whose short name is that of `slot`.
  [[nodiscard]] KernelRecord*& sharers_of(const Slot& slot) const noexcept {
    return table_.load(std::memory_order_relaxed)->sharers_of(slot);
  }

  /// Bytes of the table now.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  /// Never 0, as no name is empty.
  static std::uint64_t key_of(std::string_view name, std::uint64_t hash) noexcept {
    return (hash & 0xFFFF'FFFF'0000'0000U) | name.size();
  }
  /// Where `name` is not, but could be put.
  static Slot& free_slot(const Table& table, std::uint64_t hash) noexcept;
  bool rebuild(std::size_t capacity, Replaced& replaced) noexcept;

  std::atomic<Table*> table_{nullptr};
  std::size_t taken_ = 0;  // slots that were ever used, since the last rebuild
};

}  // namespace dotcompute::core
