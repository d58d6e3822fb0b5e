// SPDX-License-Identifier: Apache-2.0
#include "memory/owner_lock.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstdlib>
#include <thread>

namespace dotcompute::core {
namespace {

#if defined(__linux__)
bool call_membarrier(int command) noexcept {
  return syscall(__NR_membarrier, command, 0, 0) == 0;
}
bool register_barrier() noexcept {
  return call_membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
         call_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}
void put_barrier_on_all_threads() noexcept {
  while (!call_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
    // Newer kernels may be short of memory for a moment. Anything else is forbidden to who has
    // registered, and to go on would let two threads have one buffer.
    if (errno != ENOMEM) {
      std::abort();
    }
    std::this_thread::yield();
  }
}
#else
bool register_barrier() noexcept {
  return false;
}
void put_barrier_on_all_threads() noexcept {}
#endif

}  // namespace

bool OwnerLock::has_barrier() noexcept {
  static const bool has = register_barrier();
  return has;
}

bool OwnerLock::try_lock_slowly() noexcept {
  if (free_ == kFenced) {
    is_taken_.exchange(true, std::memory_order_seq_cst);
    if (state_.load(std::memory_order_seq_cst) != kWanted) {
      return true;
    }
    unlock_as_owner();
  }
  return false;
}

void OwnerLock::lock_as_visitor() noexcept {
  state_.exchange(kWanted, std::memory_order_seq_cst);
  if (free_ == kOwned) {
    put_barrier_on_all_threads();
  }
  // The owner holds it for a few instructions, unless it lost its processor meanwhile.
  while (is_taken_.load(std::memory_order_seq_cst)) {
    std::this_thread::yield();
  }
}

void OwnerLock::let_visitor_pass() noexcept {
  while (state_.load(std::memory_order_acquire) == kWanted) {
    std::this_thread::yield();
  }
}

}  // namespace dotcompute::core
