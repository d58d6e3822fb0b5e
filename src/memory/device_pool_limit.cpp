// SPDX-License-Identifier: Apache-2.0
// How much a device's pool keeps, what it gives up for that, and what it counts.
#include "memory/device_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>

namespace dotcompute::core {
namespace {

using Batch = std::array<std::uint64_t, HandleStacks::kMostHandles>;

}  // namespace

bool DevicePool::reserve(std::size_t bytes) noexcept {
  std::size_t reserved = reserved_bytes_.load(std::memory_order_relaxed);
  do {
    if (bytes > max_cached_bytes_ || reserved > max_cached_bytes_ - bytes) {
      return false;
    }
  } while (!reserved_bytes_.compare_exchange_weak(reserved, reserved + bytes,
                                                  std::memory_order_relaxed));
  return true;
}

void DevicePool::unreserve(std::size_t bytes) noexcept {
  reserved_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

// What was just given back is worth more than buffers of other sizes that nobody has asked for: those
// leave, the largest first, and those that threads have at hand only if need be.
bool DevicePool::make_room(std::size_t bytes, std::size_t kept_class) noexcept {
  if (bytes > max_cached_bytes_) {
    return false;
  }
  collect_rooms();
  if (reserve(bytes) || replace_others(bytes, kept_class)) {
    return true;
  }
  collect_all();
  return replace_others(bytes, kept_class);
}

bool DevicePool::replace_others(std::size_t bytes, std::size_t kept_class) noexcept {
  for (std::size_t size_class = kSizeClassCount; size_class-- > 0;) {
    while (size_class != kept_class && release_central(size_class, 1)) {
      if (reserve(bytes)) {
        return true;
      }
    }
  }
  return false;
}

bool DevicePool::release_central(std::size_t size_class, std::size_t count) noexcept {
  Batch batch;
  bool has_released = false;
  // Shown before anything is taken out, so that nobody finds neither the buffers nor the memory.
  releases_begun_.fetch_add(1, std::memory_order_acq_rel);
  while (count > 0) {
    const std::size_t popped =
        pop_central(size_class, std::span(batch).first(std::min(count, batch.size())));
    if (popped == 0) {
      break;
    }
    release(size_class, std::span(batch).first(popped));
    unreserve(popped * bytes_of(size_class));
    count -= popped;
    has_released = true;
  }
  releases_ended_.fetch_add(1, std::memory_order_acq_rel);
  return has_released;
}

void DevicePool::collect_rooms() noexcept {
  const std::lock_guard lock(caches_mutex);
  for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    const VisitorGuard visit(cache->lock);
    unreserve(cache->room.take_room());
  }
}

// Called with caches_mutex held.
void DevicePool::collect(DeviceThreadCache& cache, std::size_t size_class) noexcept {
  if (cache.stacks.size(size_class) == 0) {
    return;
  }
  Batch batch;
  std::uint32_t popped = 0;
  {
    const VisitorGuard visit(cache.lock);
    popped = pop_oldest(cache, size_class, HandleStacks::kMostHandles, batch);
  }
  push_central(size_class, std::span(batch).first(popped));
}

void DevicePool::collect_all() noexcept {
  const std::lock_guard lock(caches_mutex);
  for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
      collect(*cache, size_class);
    }
  }
}

void DevicePool::trim() noexcept {
  collect_rooms();
  collect_all();
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    release_central(size_class, central_[size_class].count.load(std::memory_order_relaxed));
    central_[size_class].forget_use();
  }
}

void DevicePool::set_budget(std::uint64_t bytes) noexcept {
  max_device_bytes_.store(bytes, std::memory_order_relaxed);
  if (bytes != 0 && device_bytes_.load(std::memory_order_relaxed) > bytes) {
    trim();
  }
}

void DevicePool::set_decay(const BufferPool::Decay& decay) noexcept {
  const std::lock_guard lock(ticking_);
  decay_period_.store(decay.period, std::memory_order_relaxed);
  clock_.store(decay.clock != nullptr ? decay.clock : &steady_time, std::memory_order_relaxed);
  last_tick_.store(clock_.load(std::memory_order_relaxed)(), std::memory_order_relaxed);
}

void DevicePool::tick() noexcept {
  const auto period = decay_period_.load(std::memory_order_relaxed);
  if (period.count() == 0) {
    return;
  }
  const auto now = clock_.load(std::memory_order_relaxed)();
  if (now - last_tick_.load(std::memory_order_relaxed) < period) [[likely]] {
    return;
  }
  const std::unique_lock lock(ticking_, std::try_to_lock);
  if (!lock || now - last_tick_.load(std::memory_order_relaxed) < period) {
    return;  // another thread does it
  }
  last_tick_.store(now, std::memory_order_relaxed);
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    release_central(size_class, central_[size_class].unused_now());
  }
  {
    const std::lock_guard caches_lock(caches_mutex);
    for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
      release_unused(*cache);
    }
  }
  for (CentralHandles& central : central_) {
    central.forget_use();
  }
}

// Called with caches_mutex held. What a thread has at hand and does not need goes to the central
// list, from where it leaves a period later.
void DevicePool::release_unused(DeviceThreadCache& cache) noexcept {
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    if (cache.stacks.size(size_class) == 0) {
      continue;
    }
    Batch batch;
    std::uint32_t popped = 0;
    {
      const VisitorGuard visit(cache.lock);
      popped = pop_oldest(cache, size_class, cache.stacks.unused(size_class), batch);
      cache.stacks.forget_use(size_class);
    }
    push_central(size_class, std::span(batch).first(popped));
  }
}

BufferPoolStats DevicePool::stats() noexcept {
  DeviceCounters sum;
  std::int64_t live_bytes = 0;
  std::int64_t highest = 0;
  std::int64_t at_hand = 0;
  std::uint64_t cached_bytes = 0;
  {
    const std::lock_guard lock(caches_mutex);
    sum.add(retired_);
    for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
      const VisitorGuard visit(cache->lock);
      sum.add(cache->counters);
      live_bytes += cache->room.live();
      highest += cache->room.highest_live();
      for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
        const std::uint32_t held = cache->stacks.size(size_class);
        at_hand += held;
        cached_bytes += held * bytes_of(size_class);
      }
    }
  }
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    cached_bytes +=
        central_[size_class].count.load(std::memory_order_relaxed) * bytes_of(size_class);
  }
  const std::int64_t told = live_bytes_.load(std::memory_order_relaxed);
  const std::int64_t peak =
      std::max(peak_live_bytes_.load(std::memory_order_relaxed), told + highest);
  return {.hits = unsigned_of(sum.taken.get() - sum.misses.get()),
          .misses = unsigned_of(sum.misses.get()),
          .live_buffers = unsigned_of(sum.arrived.get() - at_hand),
          .live_bytes = unsigned_of(told + live_bytes),
          .requested_bytes = unsigned_of(sum.requested_bytes.get()),
          .peak_live_bytes = unsigned_of(peak),
          .cached_bytes = cached_bytes};
}

}  // namespace dotcompute::core
