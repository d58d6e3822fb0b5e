// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/owner_lock.hpp"
#include "memory/size_classes.hpp"
#include "memory/thread_cache.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace dotcompute::core {

class DevicePool;

/// Free buffers of one class that one thread has at hand. Guarded by the lock of their cache.
struct HandleStack {
  static constexpr std::uint32_t kMaxHandles = 64;

  std::atomic<std::uint32_t> count{0};  // others look at it before they ask for the lock
  std::uint32_t unused = 0;             // so many were here all the time since the last tick
  std::array<std::uint64_t, kMaxHandles> handles;

  [[nodiscard]] std::uint32_t size() const noexcept {
    return count.load(std::memory_order_relaxed);
  }
  void push(std::uint64_t handle) noexcept {
    handles[size()] = handle;
    count.store(size() + 1, std::memory_order_relaxed);
  }
  std::uint64_t pop() noexcept {
    const std::uint32_t left = size() - 1;
    count.store(left, std::memory_order_relaxed);
    unused = std::min(unused, left);
    return handles[left];
  }
  /// Takes out the `wanted` that have been here longest.
  /// \return how many there were.
  std::uint32_t pop_oldest(std::uint32_t wanted, std::span<std::uint64_t> out) noexcept {
    const std::uint32_t popped = std::min(wanted, size());
    const std::uint32_t left = size() - popped;
    std::copy_n(handles.begin(), popped, out.begin());
    std::copy_n(handles.begin() + popped, left, handles.begin());
    count.store(left, std::memory_order_relaxed);
    unused = std::min(unused, left);
    return popped;
  }
};

/// Free buffers of one class that no thread has at hand. A buffer in device memory has no room for a
/// link, so that the list is kept here: eight bytes a buffer.
///
/// Threads: guarded by its own lock, but for `count`.
struct alignas(64) CentralHandles {
  std::mutex mutex;
  std::vector<std::uint64_t> handles;
  std::size_t unused = 0;  ///< So many were here all the time since the last tick.
  std::atomic<std::size_t> count{0};

  void changed() noexcept {
    unused = std::min(unused, handles.size());
    count.store(handles.size(), std::memory_order_relaxed);
  }
};

/// What a thread has done with a pool. Changed under the lock of its cache. Single atomics, which keeps
/// the compiler from joining them to vectors: those would wait for the parts written before.
struct DeviceCounters {
  OwnedCounter taken;
  OwnedCounter returned;
  OwnedCounter misses;
  OwnedCounter requested_bytes;  // taken less returned: negative where buffers are returned only
  OwnedCounter live_bytes;       // the same, since the thread last told the pool
  OwnedCounter highest;          // of live_bytes, since then

  void add(const DeviceCounters& other) noexcept {
    taken.add(other.taken.get());
    returned.add(other.returned.get());
    misses.add(other.misses.get());
    requested_bytes.add(other.requested_bytes.get());
    live_bytes.add(other.live_bytes.get());
    highest.add(other.highest.get());
  }
};

/// The part of a device's pool that one thread has to itself, as long as nobody needs what lies there.
struct alignas(64) DeviceThreadCache {
  /// Gives the room away. \pre the lock is held.
  std::size_t take_room() noexcept {
    const std::int64_t bytes = room_bytes.get();
    room_bytes.set(0);
    return static_cast<std::size_t>(bytes);
  }

  OwnerLock lock;           // guards what follows, down to the links
  OwnedCounter room_bytes;  // reserved for free buffers, and not used
  DeviceCounters counters;
  std::array<HandleStack, kSizeClassCount> stacks;

  std::atomic<DevicePool*> pool{nullptr};       // null once that is destroyed
  DeviceThreadCache* next_of_thread = nullptr;  // touched by the owner only
  DeviceThreadCache* next_of_pool = nullptr;    // guarded by DevicePool::caches_mutex
};

}  // namespace dotcompute::core
