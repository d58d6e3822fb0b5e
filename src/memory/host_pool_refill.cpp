// SPDX-License-Identifier: Apache-2.0
// What a pool does when a thread's own free blocks are not enough, or too many.
#include "memory/host_pool.hpp"
#include "memory/poison.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace dotcompute::core {

void* HostPool::take_slowly(ThreadCache& cache, std::size_t size_class) noexcept {
  tick();
  void* const block = refill(cache, size_class);
  return block != nullptr ? block : allocate(cache, size_class);
}

// Half a magazine at a time, so that a thread that takes and gives back in turn stays off the lock.
void* HostPool::refill(ThreadCache& cache, std::size_t size_class) noexcept {
  std::array<void*, Magazine::kMaxBlocks / 2> blocks;
  std::size_t wanted = 1;
  if (size_class < ThreadCache::kLargeClassBegin && central_[size_class].size() > 1) {
    Magazine& magazine = cache.magazines[size_class];
    open(magazine, size_class);
    wanted = std::max<std::size_t>(magazine.limit / 2, 1);
  }
  const std::size_t popped =
      central_[size_class].pop(std::span(blocks).first(wanted), block_bytes(size_class));
  if (popped == 0) {
    return nullptr;
  }
  unreserve(popped * block_bytes(size_class));
  for (std::size_t i = 1; i < popped; ++i) {
    cache.magazines[size_class].push(blocks[i]);  // has room: it was empty
  }
  return blocks[0];
}

void* HostPool::allocate(ThreadCache& cache, std::size_t size_class) noexcept {
  const std::size_t bytes = block_bytes(size_class);
  void* block = ask_source(cache, bytes);
  if (block == nullptr) {
    // Our own free blocks may be what fills the host.
    release_cached(&cache);
    block = ask_source(cache, bytes);
  }
  // A hook that always says yes must not keep us here; one that uses this pool may not be called
  // under the lock of the shared cache.
  constexpr int kMostRounds = 8;
  for (int round = 0;
       round < kMostRounds && block == nullptr && &cache != &shared_ && ask_pressure_hook(bytes);
       ++round) {
    // What the hook gave up may have come back to this pool.
    release_cached(&cache);
    block = ask_source(cache, bytes);
  }
  if (block != nullptr) {
    cache.counters.misses.add(1);
    poison(block, bytes);
  }
  return block;
}

void* HostPool::ask_source(ThreadCache& cache, std::size_t bytes) noexcept {
  cache.counters.system_allocations.add(1);
  return source_.allocate(source_.state, bytes);
}

bool HostPool::ask_pressure_hook(std::size_t bytes) noexcept {
  std::shared_ptr<const host_memory::PressureHook> hook;
  {
    const std::lock_guard lock(settings_mutex_);
    hook = hook_;
  }
  try {
    return hook != nullptr && (*hook)(bytes);
  } catch (...) {
    return false;  // as the declaration of PressureHook says
  }
}

void HostPool::set_pressure_hook(host_memory::PressureHook hook) {
  auto shared = hook ? std::make_shared<const host_memory::PressureHook>(std::move(hook)) : nullptr;
  const std::lock_guard lock(settings_mutex_);
  hook_.swap(shared);
}

// Reserves room for as many blocks as the magazine may keep.
bool HostPool::open(Magazine& magazine, std::size_t size_class) noexcept {
  const std::uint32_t limit = ThreadCache::magazine_limit(size_class);
  if (magazine.limit == 0 && make_room(limit * block_bytes(size_class), size_class)) {
    magazine.limit = limit;
  }
  return magazine.limit != 0;
}

void HostPool::keep_small(Magazine& magazine, std::size_t size_class, void* block) noexcept {
  if (magazine.limit == 0) {
    if (!open(magazine, size_class)) {
      give_central(size_class, std::span(&block, 1));
      return;
    }
  } else {
    // The older half leaves: the newer is more likely in the processor's cache.
    const std::uint32_t half = magazine.limit / 2;
    give_central(size_class, std::span(magazine.blocks).first(half));
    magazine.drop_oldest(half);
  }
  magazine.push(block);
}

void HostPool::keep_large(Slots& slots, std::size_t size_class, void* block) noexcept {
  for (LargeSlot& slot : slots) {
    if (slot.load(std::memory_order_relaxed) == ThreadCache::kNothing &&
        reserve(block_bytes(size_class))) {
      // No compare-exchange: a thief never writes to a slot with nothing in it but nothing.
      slot.store(reinterpret_cast<std::uintptr_t>(block), std::memory_order_release);
      return;
    }
  }
  give_central(size_class, std::span(&block, 1));
}

void HostPool::give_central(std::size_t size_class, std::span<void* const> blocks) noexcept {
  if (make_room(blocks.size() * block_bytes(size_class), size_class)) {
    central_[size_class].push(blocks, block_bytes(size_class));
  } else {
    release(size_class, blocks);
  }
}

void HostPool::release(std::size_t size_class, std::span<void* const> blocks) noexcept {
  for (void* const block : blocks) {
    unpoison(block, block_bytes(size_class));
    source_.release(source_.state, block, block_bytes(size_class));
  }
}

}  // namespace dotcompute::core
