// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace dotcompute::core {

/// A lock between one thread, the owner, who takes it all the time, and visitors, who hardly ever do
/// and pay for both: the owner's side is two plain stores and a load, as the visitor has the kernel
/// put a barrier on the owner's processor (membarrier). Without that call the owner pays a fence.
///
/// Threads: visitors exclude each other by a lock of their own. The owner may be another thread from
/// one time to the next, if these hand over by a lock.
class OwnerLock {
 public:
  /// \param uses_barrier false for what other systems get, in tests.
  explicit OwnerLock(bool uses_barrier = has_barrier()) noexcept
      : free_(uses_barrier ? kOwned : kFenced), state_(free_) {}

  void lock_as_owner() noexcept {
    while (!try_lock_as_owner()) [[unlikely]] {
        let_visitor_pass();
      }
  }
  /// \return false if a visitor has it or wants it.
  [[nodiscard]] bool try_lock_as_owner() noexcept {
    return try_lock_at_once() || try_lock_slowly();
  }
  /// The same, but false as well where the owner has to pay a fence. Calls nothing.
  [[nodiscard]] bool try_lock_at_once() noexcept {
    is_taken_.store(true, std::memory_order_relaxed);
    // The processor's part is the visitor's barrier.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (state_.load(std::memory_order_acquire) != kOwned) [[unlikely]] {
      unlock_as_owner();
      return false;
    }
    return true;
  }
  void unlock_as_owner() noexcept { is_taken_.store(false, std::memory_order_release); }

  void lock_as_visitor() noexcept;
  void unlock_as_visitor() noexcept { state_.store(free_, std::memory_order_release); }

  /// Whether the owner's side is the cheap one here.
  [[nodiscard]] static bool has_barrier() noexcept;

 private:
  // Nobody wants it, and the visitor's barrier is there.
  static constexpr std::uint8_t kOwned = 0;
  static constexpr std::uint8_t kFenced = 1;  // nobody wants it; the owner has to put a fence
  static constexpr std::uint8_t kWanted = 2;  // by a visitor, who has it once the owner has not

  bool try_lock_slowly() noexcept;
  void let_visitor_pass() noexcept;

  std::atomic<bool> is_taken_{false};  // by the owner
  const std::uint8_t free_;            // of state_, when nobody wants it
  // One number for both, as the owner reads it each time.
  std::atomic<std::uint8_t> state_;
};

/// Holds an OwnerLock for its owner.
class OwnerGuard {
 public:
  explicit OwnerGuard(OwnerLock& lock) noexcept : lock_(lock) { lock_.lock_as_owner(); }
  OwnerGuard(const OwnerGuard&) = delete;
  OwnerGuard& operator=(const OwnerGuard&) = delete;
  ~OwnerGuard() { lock_.unlock_as_owner(); }

 private:
  OwnerLock& lock_;
};

/// Holds an OwnerLock for a visitor.
class VisitorGuard {
 public:
  explicit VisitorGuard(OwnerLock& lock) noexcept : lock_(lock) { lock_.lock_as_visitor(); }
  VisitorGuard(const VisitorGuard&) = delete;
  VisitorGuard& operator=(const VisitorGuard&) = delete;
  ~VisitorGuard() { lock_.unlock_as_visitor(); }

 private:
  OwnerLock& lock_;
};

}  // namespace dotcompute::core
