// SPDX-License-Identifier: Apache-2.0
#include "discovery/name_table.hpp"

#include "dotcompute/base/name_hash.hpp"

#include <sys/mman.h>

#include <bit>
#include <cassert>
#include <cstdlib>
#include <new>
#include <span>

namespace dotcompute::core {
namespace {

using Slot = NameTable::Slot;

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20U;
constexpr std::size_t kMinCapacity = 16;
constexpr std::size_t kSlotsPerName = 4;  // at least
// NOLINTNEXTLINE(bugprone-sizeof-expression): pointers is what the table has
constexpr std::size_t kSharerBytes = sizeof(KernelRecord*);

/// Zeroed memory straight from the system, on huge pages if it gives them: a look-up among millions
/// of names then misses the translation cache less often.
Slot* map_slots(std::size_t bytes) noexcept {
  const std::size_t mapped_bytes = bytes + kHugePageBytes;
  void* const mapped =
      mmap(nullptr, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    return nullptr;
  }
  // Gives back what lies outside the aligned part.
  auto* const begin = static_cast<std::byte*>(mapped);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) & (kHugePageBytes - 1);
  if (before != 0) {
    munmap(begin, before);
  }
  if (before != kHugePageBytes) {
    munmap(begin + before + bytes, kHugePageBytes - before);
  }
#if defined(MADV_HUGEPAGE)
  madvise(begin + before, bytes, MADV_HUGEPAGE);
#endif
  return reinterpret_cast<Slot*>(begin + before);  // all zero is what Slot{} is
}

}  // namespace

std::unique_ptr<NameTable::Table> NameTable::Table::make(std::size_t capacity) noexcept {
  std::unique_ptr<Table> table(new (std::nothrow) Table);
  if (table == nullptr) {
    return nullptr;
  }
  const std::size_t bytes = capacity * sizeof(Slot);
  table->slots = bytes >= kHugePageBytes ? map_slots(bytes) : new (std::nothrow) Slot[capacity]{};
  if (table->slots == nullptr) {
    return nullptr;
  }
  table->mask = capacity - 1;
  // Pages of it that hold nothing are never touched: calloc leaves them to the system.
  table->sharers = static_cast<KernelRecord**>(std::calloc(capacity, kSharerBytes));
  return table->sharers != nullptr ? std::move(table) : nullptr;
}

NameTable::Table::~Table() {
  if (slots == nullptr) {
    return;
  }
  const std::size_t capacity = mask + 1;
  if (long_names != 0) {
    // A table that was replaced handed the names in use on, and they stood still since.
    for (const Slot& slot : all()) {
      if (slot.is_long() && !(replaced && is_used(slot))) {
        delete slot.name.far;
      }
    }
  }
  std::free(sharers);
  if (capacity * sizeof(Slot) >= kHugePageBytes) {
    munmap(slots, capacity * sizeof(Slot));
  } else {
    delete[] slots;
  }
}

NameTable::~NameTable() {
  delete table_.load(std::memory_order_relaxed);
}

std::size_t NameTable::bytes() const noexcept {
  const Table* const table = table_.load(std::memory_order_relaxed);
  return table != nullptr ? (table->mask + 1) * (sizeof(Slot) + kSharerBytes) : 0;
}

NameTable::Slot& NameTable::free_slot(const Table& table, std::uint64_t hash) noexcept {
  std::size_t at = table.line_of(hash);
  while (table.slots[at].key.load(std::memory_order_relaxed) != 0) {
    at = (at + 1) & table.mask;
  }
  return table.slots[at];
}

bool NameTable::reserve(std::size_t count, Replaced& replaced) noexcept {
  const Table* const table = table_.load(std::memory_order_relaxed);
  if (table != nullptr && (taken_ + count) * kSlotsPerName <= table->mask + 1) {
    return true;
  }
  std::size_t used = 0;
  if (table != nullptr) {
    used = static_cast<std::size_t>(std::ranges::count_if(
        table->all(), [table](const Slot& slot) { return table->is_used(slot); }));
  }
  // Half as much again as is in use, so that the next rebuild is as far away as this one was long.
  const std::size_t names = used + used / 2 + count;
  return rebuild(std::bit_ceil(std::max(kMinCapacity, kSlotsPerName * names)), replaced);
}

bool NameTable::rebuild(std::size_t capacity, Replaced& replaced) noexcept {
  std::unique_ptr<Table> fresh = Table::make(capacity);
  if (fresh == nullptr) {
    return false;
  }
  Table* const old = table_.load(std::memory_order_relaxed);
  taken_ = 0;
  for (const Slot& slot : old != nullptr ? old->all() : std::span<Slot>()) {
    if (!old->is_used(slot)) {
      continue;
    }
    Slot& target = free_slot(*fresh, hash_name(slot.text()));
    target.entry.store(slot.entry.load(std::memory_order_relaxed), std::memory_order_relaxed);
    target.key.store(slot.key.load(std::memory_order_relaxed), std::memory_order_relaxed);
    fresh->sharers_of(target) = old->sharers_of(slot);
    target.name = slot.name;
    fresh->long_names += slot.is_long() ? 1U : 0U;
    ++taken_;
  }
  table_.store(fresh.release(), std::memory_order_release);
  if (old != nullptr) {
    old->replaced = true;
    replaced.table_ = old;
  }
  return true;
}

NameTable::Slot& NameTable::insert(std::string_view name,
                                   std::uint64_t hash,
                                   std::unique_ptr<LongName>& far) noexcept {
  if (Slot* const known = find_slot(name, hash); known != nullptr) {
    return *known;
  }
  Table& table = *table_.load(std::memory_order_relaxed);
  Slot& slot = free_slot(table, hash);
  if (name.size() <= kInlineBytes) {
    std::memcpy(slot.name.text.data(), name.data(), name.size());
  } else {
    assert(far != nullptr);
    slot.name.far = far.release();
    ++table.long_names;
  }
  ++taken_;
  // Last: a reader that sees the key sees the name.
  slot.key.store(key_of(name, hash), std::memory_order_release);
  return slot;
}

}  // namespace dotcompute::core
