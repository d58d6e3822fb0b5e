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

/// Free buffers that one thread has at hand, by class. Guarded by the lock of their cache.
class HandleStacks {
 public:
  static constexpr std::uint32_t kMostHandles = 128;  // of one class

  /// Set once: how large the buffers of a class are, how many may be here, and what a buffer
  /// remembers beside the bytes of its request.
  void set(std::size_t size_class,
           std::int64_t bytes,
           std::uint32_t most,
           std::uint64_t tag) noexcept {
    heads_[size_class].bytes = bytes;
    heads_[size_class].most = most;
    heads_[size_class].tag = tag;
  }
  [[nodiscard]] std::uint64_t tag(std::size_t size_class) const noexcept {
    return heads_[size_class].tag;
  }
  [[nodiscard]] std::int64_t bytes(std::size_t size_class) const noexcept {
    return heads_[size_class].bytes;
  }
  [[nodiscard]] bool is_full(std::size_t size_class) const noexcept {
    return size(size_class) >= heads_[size_class].most;
  }

  /// Others look at it before they ask for the lock.
  [[nodiscard]] std::uint32_t size(std::size_t size_class) const noexcept {
    return heads_[size_class].count.load(std::memory_order_relaxed);
  }
  /// So many were here all the time since the last tick.
  [[nodiscard]] std::uint32_t unused(std::size_t size_class) const noexcept {
    return heads_[size_class].unused;
  }
  void forget_use(std::size_t size_class) noexcept { heads_[size_class].unused = size(size_class); }

  /// \pre there is room for it
  void push(std::size_t size_class, std::uint64_t handle) noexcept {
    const std::uint32_t held = size(size_class);
    handles_[size_class][held] = handle;
    heads_[size_class].count.store(held + 1, std::memory_order_relaxed);
  }
  /// \pre there is room for them
  void push(std::size_t size_class, std::span<const std::uint64_t> handles) noexcept {
    const std::uint32_t held = size(size_class);
    std::copy(handles.begin(), handles.end(), handles_[size_class].begin() + held);
    heads_[size_class].count.store(held + static_cast<std::uint32_t>(handles.size()),
                                   std::memory_order_relaxed);
  }
  /// \pre it has one
  std::uint64_t pop(std::size_t size_class) noexcept {
    const std::uint32_t left = size(size_class) - 1;
    set_lower(size_class, left);
    return handles_[size_class][left];
  }
  /// Takes out the `wanted` that have been here longest.
  /// \return how many there were.
  std::uint32_t pop_oldest(std::size_t size_class,
                           std::uint32_t wanted,
                           std::span<std::uint64_t> out) noexcept {
    auto& handles = handles_[size_class];
    const std::uint32_t popped = std::min(wanted, size(size_class));
    const std::uint32_t left = size(size_class) - popped;
    std::copy_n(handles.begin(), popped, out.begin());
    std::copy_n(handles.begin() + popped, left, handles.begin());
    set_lower(size_class, left);
    return popped;
  }

 private:
  struct Head {
    std::atomic<std::uint32_t> count{0};
    std::uint32_t unused = 0;
    std::uint32_t most = 0;
    std::int64_t bytes = 0;
    std::uint64_t tag = 0;
  };

  void set_lower(std::size_t size_class, std::uint32_t left) noexcept {
    Head& head = heads_[size_class];
    head.count.store(left, std::memory_order_relaxed);
    head.unused = std::min(head.unused, left);
  }

  std::array<Head, kSizeClassCount> heads_;
  // Apart and not set, so that classes which a thread does not use take no memory.
  std::array<std::array<std::uint64_t, kMostHandles>, kSizeClassCount> handles_;
};

/// Free buffers of one class that no thread has at hand. A buffer in device memory has no room for a
/// link, so that the list is kept here: eight bytes a buffer.
///
/// Threads: guarded by its own lock, but for `count`.
struct alignas(64) CentralHandles {
  std::mutex mutex;
  std::vector<std::uint64_t> handles;
  std::size_t unused = 0;
  std::atomic<std::size_t> count{0};

  void changed() noexcept {
    unused = std::min(unused, handles.size());
    count.store(handles.size(), std::memory_order_relaxed);
  }
  /// So many were here all the time since forget_use().
  [[nodiscard]] std::size_t unused_now() noexcept {
    if (count.load(std::memory_order_relaxed) == 0) {
      return 0;
    }
    const std::lock_guard lock(mutex);
    return unused;
  }
  /// Gives up its own memory as well if it is empty: that is as much as was ever needed.
  void forget_use() noexcept {
    std::vector<std::uint64_t> space;  // freed without the lock
    const std::lock_guard lock(mutex);
    unused = handles.size();
    if (handles.empty()) {
      space.swap(handles);
    }
  }
};

/// The bytes that a thread has reserved for free buffers and has no buffers for. A buffer that it
/// takes from what it has at hand leaves as much room as it adds to the thread's live bytes, so that
/// one number tells both: live bytes are room and a difference, which changes only where buffers come
/// from elsewhere or leave, and where room is reserved or given up.
///
/// Single atomics, which keeps the compiler from joining them to vectors: those would wait for the
/// parts written before.
class LiveRoom {
 public:
  /// How far the live bytes of a thread may drift from what it has told its pool.
  static constexpr std::int64_t kMostUntoldBytes = std::int64_t{64} << 20U;

  /// A buffer at hand was taken.
  /// \return false, with no effect, if the thread must tell its pool of its live bytes first.
  bool take(std::int64_t size) noexcept {
    const std::int64_t room = room_.get() + size;
    if (room > highest_.get()) [[unlikely]] {
      if (room > most_.get()) {
        return false;
      }
      highest_.set(room);
    }
    room_.set(room);
    return true;
  }
  /// A live buffer is at hand again.
  /// \return false, with no effect, if there is no room for it, or as above.
  bool give(std::int64_t size) noexcept {
    const std::int64_t room = room_.get() - size;
    if (room < least_.get()) [[unlikely]] {
      return false;
    }
    room_.set(room);
    return true;
  }

  /// The same as take(), whether or not the pool must be told then.
  void take_any(std::int64_t size) noexcept {
    room_.add(size);
    highest_.set(std::max(highest_.get(), room_.get()));
  }

  [[nodiscard]] std::int64_t room() const noexcept { return room_.get(); }
  /// More was reserved, or less.
  void add_room(std::int64_t bytes) noexcept {
    room_.add(bytes);
    highest_.add(bytes);
    set_difference(difference_ - bytes);
  }

  /// Gives all room away.
  std::size_t take_room() noexcept {
    const std::int64_t bytes = room_.get();
    add_room(-bytes);
    return static_cast<std::size_t>(bytes);
  }

  /// A buffer became live that did not lie here, or if negative, went elsewhere.
  void add_live(std::int64_t bytes) noexcept {
    highest_.set(std::max(highest_.get() - bytes, room_.get()));
    set_difference(difference_ + bytes);
  }

  /// Since the pool was last told. Negative where more is given back than taken.
  [[nodiscard]] std::int64_t live() const noexcept { return room_.get() + difference_; }
  [[nodiscard]] std::int64_t highest_live() const noexcept { return highest_.get() + difference_; }
  [[nodiscard]] bool must_tell() const noexcept {
    return live() > kMostUntoldBytes || live() < -kMostUntoldBytes;
  }
  /// The pool knows it now.
  void told() noexcept {
    set_difference(-room_.get());
    highest_.set(room_.get());
  }

 private:
  void set_difference(std::int64_t difference) noexcept {
    difference_ = difference;
    most_.set(kMostUntoldBytes - difference);
    least_.set(std::max<std::int64_t>(0, -kMostUntoldBytes - difference));
  }

  OwnedCounter room_;
  OwnedCounter highest_;  // room when the live bytes were highest
  OwnedCounter most_{kMostUntoldBytes};
  OwnedCounter least_{0};
  std::int64_t difference_ = 0;
};

/// What a thread has done with a pool. Changed under the lock of its cache.
struct DeviceCounters {
  OwnedCounter taken;
  OwnedCounter misses;
  OwnedCounter requested_bytes;  // taken less returned: negative where buffers are returned only
  OwnedCounter arrived;  // buffers that came from elsewhere less those that left: live or at hand

  void add(const DeviceCounters& other) noexcept {
    taken.add(other.taken.get());
    misses.add(other.misses.get());
    requested_bytes.add(other.requested_bytes.get());
    arrived.add(other.arrived.get());
  }
};

/// The part of a device's pool that one thread has to itself, as long as nobody needs what lies there.
struct alignas(64) DeviceThreadCache {
  OwnerLock lock;  // guards what follows, down to the stacks
  LiveRoom room;
  DeviceCounters counters;
  std::atomic<std::uint64_t> pool_number{0};    // 0 once the pool is destroyed
  std::atomic<DevicePool*> pool{nullptr};       // null then
  DeviceThreadCache* next_of_thread = nullptr;  // touched by the owner only
  DeviceThreadCache* next_of_pool = nullptr;    // guarded by DevicePool::caches_mutex
  HandleStacks stacks;
};

}  // namespace dotcompute::core
