// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/size_classes.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {

class HostPool;

/// A number that one thread writes and any thread reads.
class OwnedCounter {
 public:
  constexpr explicit OwnedCounter(std::int64_t value = 0) noexcept : value_(value) {}

  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t change) noexcept { set(get() + change); }
  [[nodiscard]] std::int64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_;
};

/// Counts read while other threads work may be off either way, but never below nothing.
[[nodiscard]] inline std::uint64_t unsigned_of(std::int64_t count) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
}

/// What one thread has done with a pool.
struct HostCounters {
  OwnedCounter taken;
  OwnedCounter returned;
  OwnedCounter misses;
  OwnedCounter system_allocations;
  OwnedCounter requested_bytes;  // taken less returned: negative on a thread that mostly returns
  OwnedCounter live_bytes;       // the same, since the thread last told the pool
  OwnedCounter highest;          // of live_bytes, since then

  /// Adds what `other` holds.
  /// \pre no thread adds to this one meanwhile.
  void add(const HostCounters& other) noexcept {
    taken.add(other.taken.get());
    returned.add(other.returned.get());
    misses.add(other.misses.get());
    system_allocations.add(other.system_allocations.get());
    requested_bytes.add(other.requested_bytes.get());
    live_bytes.add(other.live_bytes.get());
    highest.add(other.highest.get());
  }
};

/// Free blocks of one class below 1 MiB. Only its thread touches it, so it needs no lock.
struct Magazine {
  static constexpr std::size_t kMaxBlocks = 64;

  std::atomic<std::uint32_t> count{0};  // written by the owner, read for statistics
  std::uint32_t limit = 0;              // 0 until room is reserved for that many
  std::uint32_t unused = 0;             // so many were here all the time since watched_since
  std::array<void*, kMaxBlocks> blocks{};

  /// \return null if it is empty.
  void* pop() noexcept {
    const std::uint32_t held = count.load(std::memory_order_relaxed);
    if (held == 0) [[unlikely]] {
      return nullptr;
    }
    set_lower(held - 1);
    return blocks[held - 1];
  }

  /// Takes out the `popped` that have been here longest.
  /// \pre there are so many
  void drop_oldest(std::uint32_t popped) noexcept {
    const std::uint32_t left = count.load(std::memory_order_relaxed) - popped;
    std::copy_n(blocks.begin() + popped, left, blocks.begin());
    set_lower(left);
  }

  /// \return false if it is full.
  bool push(void* block) noexcept {
    const std::uint32_t held = count.load(std::memory_order_relaxed);
    if (held >= limit) [[unlikely]] {
      return false;
    }
    blocks[held] = block;
    count.store(held + 1, std::memory_order_relaxed);
    return true;
  }

 private:
  void set_lower(std::uint32_t left) noexcept {
    count.store(left, std::memory_order_relaxed);
    unused = std::min(unused, left);
  }
};

/// Blocks of 1 MiB and above are worth taking from an idle thread, so each lies in a slot that the
/// owner and a thief change by atomic exchange. The values: kNothing; kReserved for an empty slot
/// whose block's size still counts as kept; the address of the block, with kIdle in it if nobody has
/// taken it since a tick. Only the owner changes kNothing.
using LargeSlot = std::atomic<std::uintptr_t>;

/// The part of a pool that one thread has to itself.
struct ThreadCache {
  static constexpr std::size_t kLargeClassBegin = size_class_of(std::size_t{1} << 20U);
  static constexpr std::size_t kSlotsPerClass = 2;
  static constexpr std::uintptr_t kNothing = 0;
  static constexpr std::uintptr_t kReserved = 1;
  static constexpr std::uintptr_t kIdle = 2;
  using Slots = std::array<LargeSlot, kSlotsPerClass>;

  [[nodiscard]] static void* block_of(std::uintptr_t value) noexcept {
    return reinterpret_cast<void*>(value & ~kIdle);  // NOLINT(performance-no-int-to-ptr)
  }

  /// How many blocks a magazine keeps: about 64 KiB, and at least two.
  [[nodiscard]] static constexpr std::uint32_t magazine_limit(std::size_t size_class) noexcept {
    constexpr std::size_t kBytes = std::size_t{64} << 10U;
    return static_cast<std::uint32_t>(
        std::clamp<std::size_t>(kBytes / block_bytes(size_class), 2, Magazine::kMaxBlocks));
  }

  std::atomic<HostPool*> pool{nullptr};  // null once that is destroyed
  std::uint64_t epoch = 0;               // the pool's that this cache has followed last
  std::chrono::nanoseconds watched_since{0};
  HostCounters counters;
  ThreadCache* next_of_thread = nullptr;  // touched by the owner only
  ThreadCache* next_of_pool = nullptr;    // guarded by HostPool::caches_mutex
  std::array<Magazine, kLargeClassBegin> magazines;
  std::array<Slots, kSizeClassCount - kLargeClassBegin> slots{};
};

}  // namespace dotcompute::core
