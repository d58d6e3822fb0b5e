// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/poison.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>
#include <utility>

namespace dotcompute::core {

/// Free blocks of one size that no thread holds. Some of them hold the addresses of others, so that
/// the list itself never allocates, and most blocks are not touched: their memory may be in the cache
/// of another processor.
///
/// Threads: every member may be called from any thread at the same time.
class alignas(64) CentralList {
 public:
  /// \param block_bytes how large each is, at least 64; the same in every call.
  void push(std::span<void* const> blocks, std::size_t block_bytes) noexcept {
    const std::size_t most = most_addresses(block_bytes);
    const std::lock_guard lock(mutex_);
    for (void* const block : blocks) {
      if (first_ != nullptr && addresses_ < most) {
        write(first_, 1 + addresses_++, block);
      } else {
        write(block, 0, first_);
        // The others below the first are full.
        first_ = block;
        addresses_ = 0;
      }
    }
    count_.store(size() + blocks.size(), std::memory_order_relaxed);
  }

  /// Fills the front of `blocks`.
  /// \return how many it had; 0 without taking the lock if it is empty.
  std::size_t pop(std::span<void*> blocks, std::size_t block_bytes) noexcept {
    if (size() == 0) {
      return 0;
    }
    const std::lock_guard lock(mutex_);
    std::size_t popped = 0;
    for (; popped < blocks.size() && first_ != nullptr; ++popped) {
      if (addresses_ != 0) {
        blocks[popped] = read(first_, addresses_--);
      } else {
        blocks[popped] = std::exchange(first_, read(first_, 0));
        addresses_ = first_ == nullptr ? 0 : most_addresses(block_bytes);
      }
    }
    count_.store(size() - popped, std::memory_order_relaxed);
    unused_ = std::min(unused_, size());
    return popped;
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_.load(std::memory_order_relaxed); }

  /// So many were here all the time since forget_use().
  [[nodiscard]] std::size_t unused() noexcept {
    const std::lock_guard lock(mutex_);
    return unused_;
  }
  void forget_use() noexcept {
    const std::lock_guard lock(mutex_);
    unused_ = size();
  }

 private:
  // A block that holds addresses: first that of the next such block, then those of others, four cache
  // lines in all at most.
  [[nodiscard]] static constexpr std::size_t most_addresses(std::size_t block_bytes) noexcept {
    return std::min<std::size_t>(block_bytes / sizeof(void*), 32) - 1;
  }

  static void write(void* block, std::size_t index, void* address) noexcept {
    void* const place = static_cast<std::byte*>(block) + index * sizeof(address);
    unpoison(place, sizeof(address));
    std::memcpy(place, &address, sizeof(address));
    poison(place, sizeof(address));
  }
  static void* read(void* block, std::size_t index) noexcept {
    void* address = nullptr;
    void* const place = static_cast<std::byte*>(block) + index * sizeof(address);
    unpoison(place, sizeof(address));
    std::memcpy(&address, place, sizeof(address));
    poison(place, sizeof(address));
    return address;
  }

  std::mutex mutex_;
  void* first_ = nullptr;              // guarded by mutex_
  std::size_t addresses_ = 0;          // that first_ holds beside the next; guarded by mutex_
  std::size_t unused_ = 0;             // guarded by mutex_
  std::atomic<std::size_t> count_{0};  // written under mutex_
};

}  // namespace dotcompute::core
