// SPDX-License-Identifier: Apache-2.0
// What a pool gives back to the system because nobody has needed it for a while.
#include "memory/host_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

namespace dotcompute::core {

std::chrono::nanoseconds HostPool::time() const noexcept {
  const auto clock = clock_.load(std::memory_order_relaxed);
  return clock != nullptr ? clock() : std::chrono::steady_clock::now().time_since_epoch();
}

void HostPool::set_decay(const host_memory::Decay& decay) noexcept {
  const std::lock_guard lock(ticking_);
  decay_period_.store(decay.period, std::memory_order_relaxed);
  clock_.store(decay.clock, std::memory_order_relaxed);
  last_tick_.store(time(), std::memory_order_relaxed);
}

void HostPool::tick() noexcept {
  const auto period = decay_period_.load(std::memory_order_relaxed);
  if (period.count() == 0) {
    return;
  }
  const auto now = time();
  if (now - last_tick_.load(std::memory_order_relaxed) < period) [[likely]] {
    return;
  }
  const std::unique_lock lock(ticking_, std::try_to_lock);
  if (!lock || now - last_tick_.load(std::memory_order_relaxed) < period) {
    return;  // another thread does it
  }
  last_tick_.store(now, std::memory_order_relaxed);
  epoch_.fetch_add(kTick, std::memory_order_relaxed);
  release_unused_of_central();
  move_idle_slots_to_central();
  for (CentralList& list : central_) {
    if (list.size() != 0) {
      list.forget_use();
    }
  }
}

void HostPool::release_unused_of_central() noexcept {
  std::array<void*, 32> blocks;
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    CentralList& list = central_[size_class];
    std::size_t left = list.size() == 0 ? 0 : list.unused();
    while (left > 0) {
      const auto wanted = std::span(blocks).first(std::min(left, blocks.size()));
      const auto popped = wanted.first(list.pop(wanted, block_bytes(size_class)));
      if (popped.empty()) {
        break;
      }
      release(size_class, popped);
      unreserve(popped.size() * block_bytes(size_class));
      left -= popped.size();
    }
  }
}

void HostPool::move_idle_slots_to_central() noexcept {
  const std::lock_guard lock(caches_mutex);
  for (ThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    for (std::size_t i = 0; i < cache->slots.size(); ++i) {
      for (LargeSlot& slot : cache->slots[i]) {
        move_if_idle(slot, ThreadCache::kLargeClassBegin + i);
      }
    }
  }
}

// A block that is found for the first time is marked; whoever takes it takes the mark off.
void HostPool::move_if_idle(LargeSlot& slot, std::size_t size_class) noexcept {
  std::uintptr_t value = slot.load(std::memory_order_relaxed);
  if (value <= ThreadCache::kReserved) {
    return;
  }
  if ((value & ThreadCache::kIdle) == 0) {
    // Release again, as whoever takes the block reads this value.
    slot.compare_exchange_strong(value, value | ThreadCache::kIdle, std::memory_order_acq_rel,
                                 std::memory_order_relaxed);
    return;
  }
  // Acquire: the block's owner has written to it.
  if (slot.compare_exchange_strong(value, ThreadCache::kNothing, std::memory_order_acquire,
                                   std::memory_order_relaxed)) {
    void* const block = ThreadCache::block_of(value);
    central_[size_class].push(std::span(&block, 1), block_bytes(size_class));
  }
}

// Called by the owner of the cache, whenever the pool is at another epoch.
void HostPool::follow(ThreadCache& cache) noexcept {
  const std::uint64_t epoch = epoch_.load(std::memory_order_relaxed);
  const bool has_trimmed = epoch / kTrim != cache.epoch / kTrim;
  if (has_trimmed) {
    release_magazines(cache);
  } else {
    cache.epoch = epoch;
    release_unused(cache);
  }
}

void HostPool::release_unused(ThreadCache& cache) noexcept {
  const auto now = time();
  // A thread that was idle during ticks may have begun to watch a moment ago.
  if (now - cache.watched_since < decay_period_.load(std::memory_order_relaxed)) {
    return;
  }
  cache.watched_since = now;
  for (std::size_t size_class = 0; size_class < cache.magazines.size(); ++size_class) {
    Magazine& magazine = cache.magazines[size_class];
    if (magazine.limit != 0) {
      release_unused(magazine, size_class);
    }
  }
}

void HostPool::release_unused(Magazine& magazine, std::size_t size_class) noexcept {
  release(size_class, std::span(magazine.blocks).first(magazine.unused));
  magazine.drop_oldest(magazine.unused);
  const std::uint32_t left = magazine.count.load(std::memory_order_relaxed);
  if (left == 0) {
    unreserve(magazine.limit * block_bytes(size_class));
    magazine.limit = 0;
  }
  magazine.unused = left;
}

}  // namespace dotcompute::core
