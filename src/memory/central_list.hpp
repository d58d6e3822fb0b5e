// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/poison.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>

namespace dotcompute::core {

/// Free blocks of one size that no thread holds. A free block keeps the address of the next one, so
/// that the list itself never allocates.
///
/// Threads: every member may be called from any thread at the same time.
class alignas(64) CentralList {
 public:
  void push(std::span<void* const> blocks) noexcept {
    const std::lock_guard lock(mutex_);
    for (void* const block : blocks) {
      unpoison(block, sizeof(first_));
      std::memcpy(block, &first_, sizeof(first_));
      poison(block, sizeof(first_));
      first_ = block;
    }
    count_.store(count_.load(std::memory_order_relaxed) + blocks.size(), std::memory_order_relaxed);
  }

  /// Fills the front of `blocks`.
  /// \return how many it had; 0 without taking the lock if it is empty.
  std::size_t pop(std::span<void*> blocks) noexcept {
    if (size() == 0) {
      return 0;
    }
    const std::lock_guard lock(mutex_);
    std::size_t popped = 0;
    for (; popped < blocks.size() && first_ != nullptr; ++popped) {
      void* const block = first_;
      unpoison(block, sizeof(first_));
      std::memcpy(&first_, block, sizeof(first_));
      poison(block, sizeof(first_));
      blocks[popped] = block;
    }
    count_.store(count_.load(std::memory_order_relaxed) - popped, std::memory_order_relaxed);
    return popped;
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  void* first_ = nullptr;              // guarded by mutex_
  std::atomic<std::size_t> count_{0};  // written under mutex_
};

}  // namespace dotcompute::core
