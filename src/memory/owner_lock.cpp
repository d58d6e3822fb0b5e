// SPDX-License-Identifier: Apache-2.0
#include "memory/owner_lock.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

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
  call_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);  // fails for nobody who has registered
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

void OwnerLock::lock_as_visitor() noexcept {
  is_wanted_.exchange(true, std::memory_order_seq_cst);
  if (has_barrier_) {
    put_barrier_on_all_threads();
  }
  // The owner holds it for a few instructions, unless it lost its processor meanwhile.
  while (is_taken_.load(std::memory_order_seq_cst)) {
    std::this_thread::yield();
  }
}

void OwnerLock::let_visitor_pass() noexcept {
  while (is_wanted_.load(std::memory_order_acquire)) {
    std::this_thread::yield();
  }
}

}  // namespace dotcompute::core
