// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace dotcompute::core {

/// A lock between one thread, the owner, who takes it all the time, and visitors, who hardly ever do
/// and pay for both: the owner's side is two plain stores and a load, as the visitor has the kernel
/// put a barrier on the owner's processor (membarrier). Without that call the owner pays a fence.
///
/// Threads: visitors exclude each other by a lock of their own. The owner may be another thread from
/// one time to the next, if these hand over by a lock.
class OwnerLock {
 public:
  void lock_as_owner() noexcept {
    while (!try_lock_as_owner()) [[unlikely]] {
        let_visitor_pass();
      }
  }
  /// \return false if a visitor has it or wants it.
  [[nodiscard]] bool try_lock_as_owner() noexcept {
    if (has_barrier_) [[likely]] {
      is_taken_.store(true, std::memory_order_relaxed);
      // The processor's part is the visitor's barrier.
      std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
      is_taken_.exchange(true, std::memory_order_seq_cst);
    }
    if (is_wanted_.load(std::memory_order_acquire)) [[unlikely]] {
      unlock_as_owner();
      return false;
    }
    return true;
  }
  void unlock_as_owner() noexcept { is_taken_.store(false, std::memory_order_release); }

  void lock_as_visitor() noexcept;
  void unlock_as_visitor() noexcept { is_wanted_.store(false, std::memory_order_release); }

  /// Whether the owner's side is the cheap one here.
  [[nodiscard]] static bool has_barrier() noexcept;

 private:
  void let_visitor_pass() noexcept;

  std::atomic<bool> is_taken_{false};   // by the owner
  std::atomic<bool> is_wanted_{false};  // by a visitor, who has it once the owner has not
  const bool has_barrier_ = has_barrier();
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
