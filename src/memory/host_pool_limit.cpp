// SPDX-License-Identifier: Apache-2.0
// How much a pool keeps, what it gives up for that, and what it counts.
#include "memory/host_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

namespace dotcompute::core {
namespace {

std::size_t cached_bytes_of(const ThreadCache& cache) noexcept {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < cache.magazines.size(); ++i) {
    bytes += cache.magazines[i].count.load(std::memory_order_relaxed) * block_bytes(i);
  }
  for (std::size_t i = 0; i < cache.slots.size(); ++i) {
    for (const LargeSlot& slot : cache.slots[i]) {
      const bool is_full = slot.load(std::memory_order_relaxed) > ThreadCache::kReserved;
      bytes += is_full ? block_bytes(ThreadCache::kLargeClassBegin + i) : 0;
    }
  }
  return bytes;
}

}  // namespace

bool HostPool::reserve(std::size_t bytes) noexcept {
  const std::size_t max = max_cached_bytes_.load(std::memory_order_relaxed);
  std::size_t reserved = reserved_bytes_.load(std::memory_order_relaxed);
  do {
    if (bytes > max || reserved > max - bytes) {
      return false;
    }
  } while (!reserved_bytes_.compare_exchange_weak(reserved, reserved + bytes,
                                                  std::memory_order_relaxed));
  return true;
}

void HostPool::unreserve(std::size_t bytes) noexcept {
  reserved_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

// What was just given back is worth more than blocks of other sizes that nobody has asked for:
// those leave, the largest first, and those that threads have at hand only if need be.
bool HostPool::make_room(std::size_t bytes, std::size_t kept_class) noexcept {
  if (reserve(bytes)) {
    return true;
  }
  if (bytes > max_cached_bytes_.load(std::memory_order_relaxed)) {
    return false;
  }
  unreserve_empty_slots();
  if (reserve(bytes) || replace_others(bytes, kept_class)) {
    return true;
  }
  move_slots_to_central();
  return replace_others(bytes, kept_class);
}

bool HostPool::replace_others(std::size_t bytes, std::size_t kept_class) noexcept {
  for (std::size_t size_class = kSizeClassCount; size_class-- > 0;) {
    while (size_class != kept_class && release_some_of(size_class)) {
      if (reserve(bytes)) {
        return true;
      }
    }
  }
  return false;
}

bool HostPool::release_some_of(std::size_t size_class) noexcept {
  std::array<void*, 32> blocks;
  // A large block may be all the room that is needed, and is dear to get anew.
  const std::size_t wanted = size_class < ThreadCache::kLargeClassBegin ? blocks.size() : 1;
  const auto popped = std::span(blocks).first(
      central_[size_class].pop(std::span(blocks).first(wanted), block_bytes(size_class)));
  release(size_class, popped);
  unreserve(popped.size() * block_bytes(size_class));
  return !popped.empty();
}

void HostPool::unreserve_empty_slots() noexcept {
  const std::lock_guard lock(caches_mutex);
  for (ThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    for (std::size_t i = 0; i < cache->slots.size(); ++i) {
      for (LargeSlot& slot : cache->slots[i]) {
        std::uintptr_t value = ThreadCache::kReserved;
        if (slot.load(std::memory_order_relaxed) == value &&
            slot.compare_exchange_strong(value, ThreadCache::kNothing, std::memory_order_relaxed)) {
          unreserve(block_bytes(ThreadCache::kLargeClassBegin + i));
        }
      }
    }
  }
}

void HostPool::move_to_central(Slots& slots, std::size_t size_class) noexcept {
  for (LargeSlot& slot : slots) {
    if (slot.load(std::memory_order_relaxed) == ThreadCache::kNothing) {
      continue;
    }
    // Acquire: the block's owner has written to it.
    const std::uintptr_t value = slot.exchange(ThreadCache::kNothing, std::memory_order_acquire);
    if (value > ThreadCache::kReserved) {
      void* const block = ThreadCache::block_of(value);
      central_[size_class].push(std::span(&block, 1), block_bytes(size_class));
    } else if (value == ThreadCache::kReserved) {
      unreserve(block_bytes(size_class));
    }
  }
}

void HostPool::move_slots_to_central() noexcept {
  const std::lock_guard lock(caches_mutex);
  for (ThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    for (std::size_t i = 0; i < cache->slots.size(); ++i) {
      move_to_central(cache->slots[i], ThreadCache::kLargeClassBegin + i);
    }
  }
}

void HostPool::release_magazines(ThreadCache& cache) noexcept {
  cache.epoch = epoch_.load(std::memory_order_relaxed);
  for (std::size_t size_class = 0; size_class < cache.magazines.size(); ++size_class) {
    Magazine& magazine = cache.magazines[size_class];
    release(size_class,
            std::span(magazine.blocks).first(magazine.count.load(std::memory_order_relaxed)));
    unreserve(magazine.limit * block_bytes(size_class));
    magazine.count.store(0, std::memory_order_relaxed);
    magazine.unused = 0;
    magazine.limit = 0;
  }
}

void HostPool::release_cached(ThreadCache* own) noexcept {
  epoch_.fetch_add(kTrim, std::memory_order_relaxed);
  if (own != nullptr) {
    release_magazines(*own);
  }
  move_slots_to_central();
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    while (release_some_of(size_class)) {
    }
  }
}

void HostPool::trim() noexcept {
  release_cached(current_cache());
  const std::lock_guard lock(shared_mutex_);
  release_magazines(shared_);
}

void HostPool::set_max_cached_bytes(std::size_t bytes) noexcept {
  max_cached_bytes_.store(bytes, std::memory_order_relaxed);
  if (reserved_bytes_.load(std::memory_order_relaxed) > bytes) {
    trim();
  }
}

void HostPool::publish(HostCounters& counters) noexcept {
  const std::int64_t before =
      live_bytes_.fetch_add(counters.live_bytes.get(), std::memory_order_relaxed);
  const std::int64_t highest = before + counters.highest.get();
  std::int64_t peak = peak_live_bytes_.load(std::memory_order_relaxed);
  while (peak < highest &&
         !peak_live_bytes_.compare_exchange_weak(peak, highest, std::memory_order_relaxed)) {
  }
  counters.live_bytes.set(0);
  counters.highest.set(0);
}

HostMemoryStats HostPool::stats() noexcept {
  HostCounters sum;
  std::size_t cached_bytes = 0;
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    cached_bytes += central_[size_class].size() * block_bytes(size_class);
  }
  {
    const std::lock_guard lock(caches_mutex);
    sum.add(retired_);
    for (const ThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
      sum.add(cache->counters);
      cached_bytes += cached_bytes_of(*cache);
    }
  }
  const std::int64_t told = live_bytes_.load(std::memory_order_relaxed);
  const std::int64_t peak =
      std::max(peak_live_bytes_.load(std::memory_order_relaxed), told + sum.highest.get());
  return {.hits = unsigned_of(sum.taken.get() - sum.misses.get()),
          .misses = unsigned_of(sum.misses.get()),
          .system_allocations = unsigned_of(sum.system_allocations.get()),
          .live_blocks = unsigned_of(sum.taken.get() - sum.returned.get()),
          .live_bytes = unsigned_of(told + sum.live_bytes.get()),
          .requested_bytes = unsigned_of(sum.requested_bytes.get()),
          .peak_live_bytes = unsigned_of(peak),
          .cached_bytes = cached_bytes};
}

}  // namespace dotcompute::core
