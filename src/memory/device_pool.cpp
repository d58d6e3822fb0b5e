// SPDX-License-Identifier: Apache-2.0
#include "memory/device_pool.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <new>
#include <span>
#include <utility>

namespace dotcompute::core {
namespace {

// The caches this thread used last, by the index of their pool. Pools may share an index, so that an
// entry says nothing until its cache names the pool. Plain pointers, reached in one instruction.
constexpr std::size_t kTableSize = 32;
constinit thread_local std::array<DeviceThreadCache*, kTableSize> table{};
constinit thread_local bool is_ending = false;

// All caches of this thread; gives them up when the thread ends.
struct CachesOfThread {
  DeviceThreadCache* first = nullptr;

  ~CachesOfThread() {
    is_ending = true;
    table = {};
    while (first != nullptr) {
      DeviceThreadCache* const cache = first;
      first = cache->next_of_thread;
      DevicePool::retire(*cache);
      delete cache;
    }
  }
};
thread_local CachesOfThread caches_of_thread;

std::size_t next_index() noexcept {
  static std::atomic<std::size_t> count{0};
  return count.fetch_add(1, std::memory_order_relaxed) % kTableSize;
}

std::chrono::nanoseconds steady_time() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

constexpr std::int64_t signed_of(std::uint64_t bytes) noexcept {
  return static_cast<std::int64_t>(bytes);
}

}  // namespace

DevicePool::DevicePool(backend::Device& device, std::size_t max_cached_bytes) noexcept
    : device_(device),
      max_bytes_(std::min(device.info().max_allocation_bytes, kMaxBlockBytes)),
      max_cached_bytes_(max_cached_bytes),
      index_(next_index()),
      decay_period_(BufferPool::Decay().period),
      clock_(&steady_time),
      last_tick_(steady_time()) {
  constexpr std::size_t kLarge = std::size_t{1} << 20U;
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    const std::size_t bytes = block_bytes(size_class);
    facts_[size_class] = {std::min(bytes, max_bytes_),
                          bytes < kLarge ? HandleStack::kMaxHandles : HandleStack::kMaxHandles / 4};
  }
}

DevicePool::~DevicePool() {
  trim();
  const std::lock_guard lock(caches_mutex);
  for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    cache->pool.store(nullptr, std::memory_order_relaxed);
  }
}

void DevicePool::count_taken(DeviceCounters& counters,
                             std::size_t bytes,
                             std::size_t size) noexcept {
  counters.taken.add(1);
  counters.requested_bytes.add(signed_of(bytes));
  counters.live_bytes.add(signed_of(size));
  if (counters.live_bytes.get() > counters.highest.get()) {
    counters.highest.set(counters.live_bytes.get());
    if (counters.live_bytes.get() > kMaxUntoldBytes) {
      publish(counters);
    }
  }
}

void DevicePool::count_returned(DeviceCounters& counters,
                                std::size_t bytes,
                                std::size_t size) noexcept {
  counters.returned.add(1);
  counters.requested_bytes.add(-signed_of(bytes));
  counters.live_bytes.add(-signed_of(size));
  if (counters.live_bytes.get() < -kMaxUntoldBytes) {
    publish(counters);
  }
}

DeviceThreadCache* DevicePool::current_cache() noexcept {
  DeviceThreadCache* const cache = table[index_];
  if (cache != nullptr && cache->pool.load(std::memory_order_relaxed) == this) [[likely]] {
    return cache;
  }
  return is_ending ? nullptr : attach();
}

// The short way, which calls nothing: whatever is out of the ordinary goes to take_slowly(), as the
// registers that a call in here would need saved cost as much as the rest.
[[gnu::always_inline]] inline Result<PooledBuffer> DevicePool::take(std::size_t bytes) noexcept {
  DeviceThreadCache* const cache = table[index_];
  const bool is_ordinary = cache != nullptr &&
                           cache->pool.load(std::memory_order_relaxed) == this &&
                           bytes - 1 < max_bytes_ &&  // not 0 either
                           cache->lock.try_lock_as_owner();
  if (!is_ordinary) [[unlikely]] {
    return take_slowly(bytes);
  }
  const std::size_t size_class = class_of(bytes);
  const std::size_t size = bytes_of(size_class);
  HandleStack& stack = cache->stacks[size_class];
  DeviceCounters& counters = cache->counters;
  const std::int64_t live = counters.live_bytes.get() + signed_of(size);
  const std::int64_t taken = counters.taken.get() + 1;
  if (stack.size() == 0 || live > counters.highest.get() || taken % kTakesBetweenLooks == 0)
      [[unlikely]] {
    cache->lock.unlock_as_owner();
    return take_slowly(bytes);
  }
  const std::uint64_t handle = stack.pop();
  cache->room_bytes.add(signed_of(size));
  counters.taken.set(taken);
  counters.requested_bytes.add(signed_of(bytes));
  counters.live_bytes.set(live);
  cache->lock.unlock_as_owner();
  return PooledBuffer(*this, handle, bytes | size_class << kClassShift);
}

[[gnu::always_inline]] inline void DevicePool::give_back(std::uint64_t handle,
                                                         std::uint64_t request) noexcept {
  DeviceThreadCache* const cache = table[index_];
  const bool is_ordinary = cache != nullptr &&
                           cache->pool.load(std::memory_order_relaxed) == this &&
                           cache->lock.try_lock_as_owner();
  if (!is_ordinary) [[unlikely]] {
    give_slowly(handle, request);
    return;
  }
  const std::size_t size_class = request >> kClassShift;
  const ClassFacts& facts = facts_[size_class];
  HandleStack& stack = cache->stacks[size_class];
  DeviceCounters& counters = cache->counters;
  const std::int64_t live = counters.live_bytes.get() - signed_of(facts.bytes);
  const std::int64_t room = cache->room_bytes.get() - signed_of(facts.bytes);
  if (stack.size() >= facts.most_at_hand || room < 0 || live < -kMaxUntoldBytes) [[unlikely]] {
    cache->lock.unlock_as_owner();
    give_slowly(handle, request);
    return;
  }
  stack.push(handle);
  cache->room_bytes.set(room);
  counters.returned.add(1);
  counters.requested_bytes.add(-signed_of(request & kBytesMask));
  counters.live_bytes.set(live);
  cache->lock.unlock_as_owner();
}

Result<PooledBuffer> DevicePool::take_slowly(std::size_t bytes) noexcept {
  if (bytes == 0 || bytes > max_bytes_) {
    return size_error(bytes);
  }
  DeviceThreadCache* const cache = current_cache();
  const std::size_t size_class = class_of(bytes);
  const std::size_t size = bytes_of(size_class);
  std::uint64_t handle = pop_or_refill(cache, size_class);
  if (handle == 0 && steal(size_class)) {
    handle = pop_or_refill(cache, size_class);
  }
  const bool is_miss = handle == 0;
  if (is_miss) {
    auto allocated = allocate(size);
    if (!allocated) {
      return std::move(allocated.error());
    }
    handle = *allocated;
  }
  const auto count = [&](DeviceCounters& counters) {
    count_taken(counters, bytes, size);
    counters.misses.add(is_miss ? 1 : 0);
  };
  if (cache != nullptr) {
    const OwnerGuard lock(cache->lock);
    count(cache->counters);
  } else {
    const std::lock_guard lock(caches_mutex);
    count(retired_);
  }
  tick();
  return PooledBuffer(*this, handle, bytes | size_class << kClassShift);
}

void DevicePool::give_slowly(std::uint64_t handle, std::uint64_t request) noexcept {
  DeviceThreadCache* const cache = current_cache();
  const std::size_t size_class = request >> kClassShift;
  const std::size_t size = bytes_of(size_class);
  if (cache != nullptr) {
    const OwnerGuard lock(cache->lock);
    count_returned(cache->counters, request & kBytesMask, size);
  } else {
    const std::lock_guard lock(caches_mutex);
    count_returned(retired_, request & kBytesMask, size);
  }
  keep(cache, handle, size_class);
}

DeviceThreadCache* DevicePool::attach() noexcept {
  const std::lock_guard lock(caches_mutex);
  table[index_] = nullptr;
  for (DeviceThreadCache** link = &caches_of_thread.first; *link != nullptr;) {
    DeviceThreadCache* const cache = *link;
    DevicePool* const pool = cache->pool.load(std::memory_order_relaxed);
    if (pool == this) {
      return table[index_] = cache;
    }
    if (pool == nullptr) {
      *link = cache->next_of_thread;
      std::replace(table.begin(), table.end(), cache, static_cast<DeviceThreadCache*>(nullptr));
      delete cache;
    } else {
      link = &cache->next_of_thread;
    }
  }
  auto* const cache = new (std::nothrow) DeviceThreadCache;
  if (cache == nullptr) {
    return nullptr;
  }
  cache->pool.store(this, std::memory_order_relaxed);
  cache->next_of_thread = std::exchange(caches_of_thread.first, cache);
  cache->next_of_pool = std::exchange(caches_, cache);
  return table[index_] = cache;
}

void DevicePool::retire(DeviceThreadCache& cache) noexcept {
  const std::lock_guard lock(caches_mutex);
  DevicePool* const pool = cache.pool.load(std::memory_order_relaxed);
  if (pool == nullptr) {
    return;
  }
  DeviceThreadCache** link = &pool->caches_;
  while (*link != &cache) {
    link = &(*link)->next_of_pool;
  }
  *link = cache.next_of_pool;
  // Nobody else reaches it any more.
  pool->publish(cache.counters);
  pool->retired_.add(cache.counters);
  pool->unreserve(cache.take_room());
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    const HandleStack& stack = cache.stacks[size_class];
    pool->push_central(size_class, std::span(stack.handles).first(stack.size()));
  }
}

void DevicePool::publish(DeviceCounters& counters) noexcept {
  const std::int64_t before =
      live_bytes_.fetch_add(counters.live_bytes.get(), std::memory_order_relaxed);
  const std::int64_t highest = before + counters.highest.get();
  counters.live_bytes.set(0);
  counters.highest.set(0);
  std::int64_t peak = peak_live_bytes_.load(std::memory_order_relaxed);
  while (peak < highest &&
         !peak_live_bytes_.compare_exchange_weak(peak, highest, std::memory_order_relaxed)) {
  }
}

}  // namespace dotcompute::core

namespace dotcompute {

Result<PooledBuffer> BufferPool::take(std::size_t bytes) noexcept {
  return pool_->take(bytes);
}

void PooledBuffer::give_back() noexcept {
  pool_->give_back(handle_, request_);
}

}  // namespace dotcompute
