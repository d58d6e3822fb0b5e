// SPDX-License-Identifier: Apache-2.0
#include "memory/host_pool.hpp"

#include "memory/poison.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <span>
#include <utility>

namespace dotcompute::core {
namespace {

// The cache this thread used last. A pointer alone, so that reaching it costs one instruction.
constinit thread_local ThreadCache* current = nullptr;
constinit thread_local bool is_ending = false;

// All caches of this thread; gives them up when the thread ends.
struct CachesOfThread {
  ThreadCache* first = nullptr;

  ~CachesOfThread() {
    is_ending = true;
    current = nullptr;
    while (first != nullptr) {
      ThreadCache* const cache = first;
      first = cache->next_of_thread;
      HostPool::retire(*cache);
      delete cache;
    }
  }
};
thread_local CachesOfThread caches_of_thread;

// Never destroyed: the destructors of static objects may still give memory back.
union ProcessPool {
  constexpr ProcessPool() noexcept : pool(kSystemSource, host_memory::kDefaultMaxCachedBytes) {}
  ~ProcessPool() {}  // NOLINT(modernize-use-equals-default): a union's would be deleted
  HostPool pool;
};
constinit ProcessPool process_pool;

constexpr std::int64_t signed_of(std::size_t bytes) noexcept {
  return static_cast<std::int64_t>(bytes);
}

void* pop(ThreadCache::Slots& slots) noexcept {
  for (LargeSlot& slot : slots) {
    std::uintptr_t value = slot.load(std::memory_order_relaxed);
    // Relaxed: if the block is still there, this thread put it there.
    // Again if a tick has marked it meanwhile.
    while (value > ThreadCache::kReserved) {
      if (slot.compare_exchange_strong(value, ThreadCache::kReserved, std::memory_order_relaxed)) {
        return ThreadCache::block_of(value);
      }
    }
  }
  return nullptr;
}

bool push(ThreadCache::Slots& slots, void* block) noexcept {
  for (LargeSlot& slot : slots) {
    std::uintptr_t value = slot.load(std::memory_order_relaxed);
    // Release: whoever takes the block from here must find all writes to it done.
    if (value == ThreadCache::kReserved &&
        slot.compare_exchange_strong(value, reinterpret_cast<std::uintptr_t>(block),
                                     std::memory_order_release, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

}  // namespace

// Inlined, as the call is a good part of what a hit costs.
[[gnu::always_inline]] inline void* HostPool::take_from(ThreadCache& cache,
                                                        std::size_t bytes) noexcept {
  if (cache.epoch != epoch_.load(std::memory_order_relaxed)) [[unlikely]] {
    follow(cache);
  }
  const auto [size_class, block_size] = classify(bytes);
  void* block = size_class < ThreadCache::kLargeClassBegin
                    ? cache.magazines[size_class].pop()
                    : pop(cache.slots[size_class - ThreadCache::kLargeClassBegin]);
  if (block == nullptr) [[unlikely]] {
    block = take_slowly(cache, size_class);
    if (block == nullptr) {
      return nullptr;
    }
  }
  const std::int64_t taken = cache.counters.taken.get() + 1;
  cache.counters.taken.set(taken);
  if (taken % kTakesBetweenLooks == 0) [[unlikely]] {
    tick();
  }
  cache.counters.requested_bytes.add(signed_of(bytes));
  const std::int64_t live = cache.counters.live_bytes.get() + signed_of(block_size);
  cache.counters.live_bytes.set(live);
  if (live > cache.counters.highest.get()) [[unlikely]] {
    cache.counters.highest.set(live);
    if (live > kMaxUntoldBytes) {
      publish(cache.counters);
    }
  }
  unpoison(block, bytes);  // the rest of its class stays poisoned
  return block;
}

[[gnu::always_inline]] inline void HostPool::give_to(ThreadCache& cache,
                                                     void* block,
                                                     std::size_t bytes) noexcept {
  if (cache.epoch != epoch_.load(std::memory_order_relaxed)) [[unlikely]] {
    follow(cache);
  }
  const auto [size_class, block_size] = classify(bytes);
  poison(block, block_size);
  cache.counters.returned.add(1);
  cache.counters.requested_bytes.add(-signed_of(bytes));
  const std::int64_t live = cache.counters.live_bytes.get() - signed_of(block_size);
  cache.counters.live_bytes.set(live);
  if (live < -kMaxUntoldBytes) [[unlikely]] {
    publish(cache.counters);
  }
  if (size_class < ThreadCache::kLargeClassBegin) {
    Magazine& magazine = cache.magazines[size_class];
    if (!magazine.push(block)) [[unlikely]] {
      keep_small(magazine, size_class, block);
    }
  } else {
    Slots& slots = cache.slots[size_class - ThreadCache::kLargeClassBegin];
    if (!push(slots, block)) [[unlikely]] {
      keep_large(slots, size_class, block);
    }
  }
}

void* HostPool::take(std::size_t bytes) noexcept {
  if (bytes > kMaxBlockBytes) [[unlikely]] {
    return nullptr;
  }
  if (ThreadCache* const cache = current_cache()) [[likely]] {
    return take_from(*cache, bytes);
  }
  return take_shared(bytes);
}

void HostPool::give_back(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) [[unlikely]] {
    return;
  }
  if (ThreadCache* const cache = current_cache()) [[likely]] {
    give_to(*cache, block, bytes);
    return;
  }
  give_shared(block, bytes);
}

void* HostPool::take_shared(std::size_t bytes) noexcept {
  const std::lock_guard lock(shared_mutex_);
  return take_from(shared_, bytes);
}

void HostPool::give_shared(void* block, std::size_t bytes) noexcept {
  const std::lock_guard lock(shared_mutex_);
  give_to(shared_, block, bytes);
}

HostPool& HostPool::process() noexcept {
  return process_pool.pool;
}

HostPool::~HostPool() {
  trim();
  const std::lock_guard lock(caches_mutex);
  for (ThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    release_magazines(*cache);
    cache->pool.store(nullptr, std::memory_order_relaxed);
  }
}

ThreadCache* HostPool::current_cache() noexcept {
  if (current != nullptr && current->pool.load(std::memory_order_relaxed) == this) [[likely]] {
    return current;
  }
  return is_ending ? nullptr : attach();
}

ThreadCache* HostPool::attach() noexcept {
  current = nullptr;
  const std::lock_guard lock(caches_mutex);
  for (ThreadCache** link = &caches_of_thread.first; *link != nullptr;) {
    ThreadCache* const cache = *link;
    HostPool* const pool = cache->pool.load(std::memory_order_relaxed);
    if (pool == this) {
      return current = cache;
    }
    if (pool == nullptr) {
      *link = cache->next_of_thread;
      delete cache;
    } else {
      link = &cache->next_of_thread;
    }
  }
  auto* const cache = new (std::nothrow) ThreadCache;
  if (cache == nullptr) {
    return nullptr;
  }
  cache->epoch = epoch_.load(std::memory_order_relaxed);
  cache->pool.store(this, std::memory_order_relaxed);
  cache->next_of_thread = std::exchange(caches_of_thread.first, cache);
  cache->next_of_pool = std::exchange(caches_, cache);
  return current = cache;
}

void HostPool::retire(ThreadCache& cache) noexcept {
  const std::lock_guard lock(caches_mutex);
  if (HostPool* const pool = cache.pool.load(std::memory_order_relaxed)) {
    pool->take_over(cache);
  }
}

void HostPool::take_over(ThreadCache& cache) noexcept {
  ThreadCache** link = &caches_;
  while (*link != &cache) {
    link = &(*link)->next_of_pool;
  }
  *link = cache.next_of_pool;

  publish(cache.counters);
  retired_.add(cache.counters);
  for (std::size_t size_class = 0; size_class < cache.magazines.size(); ++size_class) {
    Magazine& magazine = cache.magazines[size_class];
    const auto blocks =
        std::span(magazine.blocks).first(magazine.count.load(std::memory_order_relaxed));
    unreserve((magazine.limit - blocks.size()) * block_bytes(size_class));
    central_[size_class].push(blocks, block_bytes(size_class));
  }
  for (std::size_t i = 0; i < cache.slots.size(); ++i) {
    move_to_central(cache.slots[i], ThreadCache::kLargeClassBegin + i);
  }
}

}  // namespace dotcompute::core

namespace dotcompute::host_memory {

void* take(std::size_t bytes) noexcept {
  return core::process_pool.pool.take(bytes);
}

void give_back(void* block, std::size_t bytes) noexcept {
  core::process_pool.pool.give_back(block, bytes);
}

}  // namespace dotcompute::host_memory
