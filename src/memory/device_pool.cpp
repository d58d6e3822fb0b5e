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

// The caches this thread used last, by the number of their pool. Pools may share a place, so that an
// entry says nothing until its cache names the pool. Plain pointers, reached in one instruction.
constexpr std::size_t kTableSize = 32;
constinit thread_local std::array<DeviceThreadCache*, kTableSize> table{};
// The cache this thread used last. Known before a buffer's pool has been read from memory: what
// follows goes on with it while that is on its way.
constinit thread_local DeviceThreadCache* last = nullptr;
constinit thread_local bool is_ending = false;

// All caches of this thread; gives them up when the thread ends.
struct CachesOfThread {
  DeviceThreadCache* first = nullptr;

  ~CachesOfThread() {
    is_ending = true;
    table = {};
    last = nullptr;
    while (first != nullptr) {
      DeviceThreadCache* const cache = first;
      first = cache->next_of_thread;
      DevicePool::retire(*cache);
      delete cache;
    }
  }
};
thread_local CachesOfThread caches_of_thread;

using Batch = std::array<std::uint64_t, HandleStacks::kMostHandles>;

// How many free buffers of a size a thread keeps. Moved by half of that, which makes the ways to the
// central list cheap where they would count: with small buffers.
constexpr std::uint32_t most_at_hand(std::size_t bytes) noexcept {
  constexpr std::size_t kSmall = std::size_t{32} << 10U;
  constexpr std::size_t kLarge = std::size_t{1} << 20U;
  const unsigned shift = bytes <= kSmall ? 0 : bytes < kLarge ? 1 : 3;
  return HandleStacks::kMostHandles >> shift;
}

constexpr std::int64_t signed_of(std::uint64_t bytes) noexcept {
  return static_cast<std::int64_t>(bytes);
}

}  // namespace

constinit std::array<std::atomic<DevicePool*>, DevicePool::kMostPools + 1> DevicePool::pools{};

// Not a number that was free a moment ago, so that who uses a buffer too late is found out.
std::size_t DevicePool::register_pool(DevicePool& pool) {
  static constinit std::size_t last_number = 0;  // guarded by caches_mutex
  const std::lock_guard lock(caches_mutex);
  for (std::size_t tried = 0; tried < kMostPools; ++tried) {
    last_number = last_number % kMostPools + 1;
    if (pools[last_number].load(std::memory_order_relaxed) == nullptr) {
      pools[last_number].store(&pool, std::memory_order_relaxed);
      return last_number;
    }
  }
  throw std::bad_alloc();
}

std::chrono::nanoseconds DevicePool::steady_time() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

DevicePool::DevicePool(backend::Device& device, std::size_t max_cached_bytes)
    : device_(device),
      max_bytes_(std::min(device.info().max_allocation_bytes, kMostRequestBytes)),
      max_cached_bytes_(max_cached_bytes),
      number_(register_pool(*this)),
      decay_period_(BufferPool::Decay().period),
      clock_(&steady_time),
      last_tick_(steady_time()) {
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    const std::size_t bytes = block_bytes(size_class);
    facts_[size_class] = {std::min(bytes, max_bytes_), most_at_hand(bytes)};
  }
}

DevicePool::~DevicePool() {
  trim();
  const std::lock_guard lock(caches_mutex);
  for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    cache->pool.store(nullptr, std::memory_order_relaxed);
    cache->pool_number.store(0, std::memory_order_relaxed);
  }
  pools[number_].store(nullptr, std::memory_order_relaxed);
}

DeviceThreadCache* DevicePool::current_cache() noexcept {
  DeviceThreadCache* const cache = table[number_ % kTableSize];
  if (cache != nullptr && cache->pool.load(std::memory_order_relaxed) == this) [[likely]] {
    return last = cache;
  }
  return is_ending ? nullptr : attach();
}

// The short way, which calls nothing: whatever is out of the ordinary goes to take_slowly(), as the
// registers that a call in here would need saved cost as much as the rest.
[[gnu::always_inline]] inline Result<PooledBuffer> DevicePool::take(std::size_t bytes) noexcept {
  DeviceThreadCache* const cache = last;
  if (cache == nullptr || cache->pool.load(std::memory_order_relaxed) != this ||
      bytes - 1 >= max_bytes_ ||  // 0 as well
      !cache->lock.try_lock_at_once()) [[unlikely]] {
    return take_slowly(bytes);
  }
  const std::size_t size_class = class_of(bytes);
  const std::int64_t taken = cache->counters.taken.get() + 1;
  if (cache->stacks.size(size_class) == 0 || taken % kTakesBetweenLooks == 0 ||
      !cache->room.take(cache->stacks.bytes(size_class))) [[unlikely]] {
    cache->lock.unlock_as_owner();
    return take_slowly(bytes);
  }
  const std::uint64_t handle = cache->stacks.pop(size_class);
  cache->counters.taken.set(taken);
  cache->counters.requested_bytes.add(signed_of(bytes));
  cache->lock.unlock_as_owner();
  return PooledBuffer(handle, bytes | cache->stacks.tag(size_class));
}

[[gnu::always_inline]] inline void DevicePool::give_back(std::uint64_t handle,
                                                         std::uint64_t request) noexcept {
  DeviceThreadCache* const cache = last;
  if (cache == nullptr ||
      request >> kPoolShift != cache->pool_number.load(std::memory_order_relaxed) ||
      !cache->lock.try_lock_at_once()) [[unlikely]] {
    pool_of(request).give_slowly(handle, request);
    return;
  }
  const std::size_t size_class = class_of_request(request);
  if (cache->stacks.is_full(size_class) || !cache->room.give(cache->stacks.bytes(size_class)))
      [[unlikely]] {
    cache->lock.unlock_as_owner();
    pool_of(request).give_slowly(handle, request);
    return;
  }
  cache->stacks.push(size_class, handle);
  cache->counters.requested_bytes.add(-signed_of(request & kBytesMask));
  cache->lock.unlock_as_owner();
}

Result<PooledBuffer> DevicePool::take_slowly(std::size_t bytes) noexcept {
  if (bytes == 0 || bytes > max_bytes_) {
    return size_error(bytes);
  }
  DeviceThreadCache* const cache = current_cache();
  const std::size_t size_class = class_of(bytes);
  const auto find = [&] {
    return cache != nullptr ? pop_or_refill(*cache, size_class) : pop_shared(size_class);
  };
  std::uint64_t handle = find();
  if (handle == 0 && steal(size_class)) {
    handle = find();
  }
  const bool is_miss = handle == 0;
  if (is_miss) {
    auto allocated = allocate(bytes_of(size_class));
    if (!allocated) {
      return std::move(allocated.error());
    }
    handle = *allocated;
  }
  count_taken(cache, bytes, size_class, is_miss);
  tick();
  return PooledBuffer(handle, bytes | tag_of(size_class));
}

// What lay at hand is live already, by leaving room; what came from the device, or to a thread
// without a cache, is not.
void DevicePool::count_taken(DeviceThreadCache* cache,
                             std::size_t bytes,
                             std::size_t size_class,
                             bool is_miss) noexcept {
  const auto count = [&](DeviceCounters& counters) {
    counters.taken.add(1);
    counters.misses.add(is_miss ? 1 : 0);
    counters.requested_bytes.add(signed_of(bytes));
  };
  const std::int64_t size = signed_of(bytes_of(size_class));
  if (cache != nullptr) {
    const OwnerGuard lock(cache->lock);
    count(cache->counters);
    if (is_miss) {
      cache->counters.arrived.add(1);
      cache->room.add_live(size);
    }
    if (cache->room.must_tell()) {
      tell(cache->room);
    }
    return;
  }
  const std::lock_guard lock(caches_mutex);
  count(retired_);
  retired_.arrived.add(1);
  tell_live(size, size);
}

void DevicePool::give_slowly(std::uint64_t handle, std::uint64_t request) noexcept {
  DeviceThreadCache* const cache = current_cache();
  const std::size_t size_class = class_of_request(request);
  if (cache == nullptr) {
    give_shared(handle, request);
    return;
  }
  const bool is_kept = reserve_for(*cache, size_class);
  {
    const OwnerGuard lock(cache->lock);
    cache->counters.requested_bytes.add(-signed_of(request & kBytesMask));
    cache->counters.arrived.add(is_kept ? 0 : -1);
    cache->room.add_live(-signed_of(bytes_of(size_class)));
    if (cache->room.must_tell()) {
      tell(cache->room);
    }
  }
  if (is_kept) {
    keep(*cache, handle, size_class);
  } else {
    release(size_class, std::span(&handle, 1));
  }
}

// For a thread that can have no cache.
void DevicePool::give_shared(std::uint64_t handle, std::uint64_t request) noexcept {
  const std::size_t size_class = class_of_request(request);
  const std::size_t size = bytes_of(size_class);
  {
    const std::lock_guard lock(caches_mutex);
    retired_.arrived.add(-1);
    retired_.requested_bytes.add(-signed_of(request & kBytesMask));
    tell_live(-signed_of(size), 0);
  }
  if (reserve(size) || make_room(size, size_class)) {
    push_central(size_class, std::span(&handle, 1));
  } else {
    release(size_class, std::span(&handle, 1));
  }
}

DeviceThreadCache* DevicePool::attach() noexcept {
  const std::lock_guard lock(caches_mutex);
  last = table[number_ % kTableSize] = nullptr;
  for (DeviceThreadCache** link = &caches_of_thread.first; *link != nullptr;) {
    DeviceThreadCache* const cache = *link;
    DevicePool* const pool = cache->pool.load(std::memory_order_relaxed);
    if (pool == this) {
      return last = table[number_ % kTableSize] = cache;
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
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    const ClassFacts& facts = facts_[size_class];
    cache->stacks.set(size_class, signed_of(facts.bytes), facts.most_at_hand, tag_of(size_class));
  }
  cache->pool_number.store(number_, std::memory_order_relaxed);
  cache->pool.store(this, std::memory_order_relaxed);
  cache->next_of_thread = std::exchange(caches_of_thread.first, cache);
  cache->next_of_pool = std::exchange(caches_, cache);
  return last = table[number_ % kTableSize] = cache;
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
  pool->tell(cache.room);
  pool->unreserve(cache.room.take_room());
  for (std::size_t size_class = 0; size_class < kSizeClassCount; ++size_class) {
    Batch batch;
    const auto popped = pool->pop_oldest(cache, size_class, HandleStacks::kMostHandles, batch);
    pool->push_central(size_class, std::span(batch).first(popped));
  }
  pool->retired_.add(cache.counters);
}

void DevicePool::tell(LiveRoom& room) noexcept {
  tell_live(room.live(), room.highest_live());
  room.told();
}

void DevicePool::tell_live(std::int64_t bytes, std::int64_t highest_bytes) noexcept {
  const std::int64_t before = live_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  const std::int64_t highest = before + highest_bytes;
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
  core::DevicePool::give_back(handle_, request_);
}

}  // namespace dotcompute
