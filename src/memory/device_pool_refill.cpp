// SPDX-License-Identifier: Apache-2.0
// What a device's pool does when a thread's own free buffers are not enough, or too many.
#include "memory/device_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <new>
#include <span>
#include <thread>
#include <utility>

namespace dotcompute::core {
namespace {

using Batch = std::array<std::uint64_t, HandleStacks::kMostHandles>;

// From here on a device call costs more than a look at what other threads have at hand.
constexpr std::size_t kWorthStealingBytes = std::size_t{64} << 10U;

// How much room a thread has to spare for buffers of a size: for half of what it may have at hand.
constexpr std::size_t spare_bytes(std::size_t size) noexcept {
  constexpr std::size_t kMost = std::size_t{256} << 10U;
  return std::min(size * HandleStacks::kMostHandles / 2, kMost);
}

}  // namespace

Error DevicePool::size_error(std::size_t bytes) const noexcept {
  Error error{ErrorCode::invalid_argument, "The size of a buffer is not one the device takes."};
  error.context.device.append(device_.info().id);
  error.context.expected.append("1 to ").append(max_bytes_).append(" bytes");
  error.context.got.append(bytes).append(" bytes");
  return error;
}

// From the central list comes half of what a thread may keep at a time, so that one which takes and
// gives back in turn stays off the lock.
std::uint64_t DevicePool::pop_or_refill(DeviceThreadCache& cache, std::size_t size_class) noexcept {
  Batch batch;
  std::size_t popped = 0;
  if (cache.stacks.size(size_class) == 0) {
    popped = pop_central(size_class, std::span(batch).first(facts_[size_class].most_at_hand / 2));
  }
  const OwnerGuard lock(cache.lock);
  if (popped != 0) {
    cache.stacks.push(size_class, std::span(batch).first(popped));  // has room: it was empty
    cache.counters.arrived.add(static_cast<std::int64_t>(popped));
    give_up_spare_room(cache, size_class);
  }
  if (cache.stacks.size(size_class) == 0) {
    return 0;
  }
  cache.room.take_any(static_cast<std::int64_t>(bytes_of(size_class)));
  return cache.stacks.pop(size_class);
}

// For a thread that can have no cache.
std::uint64_t DevicePool::pop_shared(std::size_t size_class) noexcept {
  std::uint64_t handle = 0;
  if (pop_central(size_class, std::span(&handle, 1)) != 0) {
    unreserve(bytes_of(size_class));
  }
  return handle;
}

// Half of what each other thread has goes to the central list, at least one.
bool DevicePool::steal(std::size_t size_class) noexcept {
  if (bytes_of(size_class) < kWorthStealingBytes) {
    return false;
  }
  bool has_stolen = false;
  const std::lock_guard lock(caches_mutex);
  for (DeviceThreadCache* cache = caches_; cache != nullptr; cache = cache->next_of_pool) {
    const std::uint32_t held = cache->stacks.size(size_class);
    if (held == 0) {
      continue;
    }
    Batch batch;
    std::uint32_t popped = 0;
    {
      const VisitorGuard visit(cache->lock);
      popped = pop_oldest(*cache, size_class, (held + 1) / 2, batch);
    }
    push_central(size_class, std::span(batch).first(popped));
    has_stolen = has_stolen || popped != 0;
  }
  return has_stolen;
}

Result<std::uint64_t> DevicePool::allocate(std::size_t bytes) noexcept {
  const auto is_full = [](const Result<std::uint64_t>& result) {
    return !result && result.error().code == ErrorCode::out_of_memory;
  };
  auto allocated = allocate_within_budget(bytes);
  if (is_full(allocated)) {
    // Our own cache may be what fills the device.
    trim();
    const std::uint64_t ended = releases_ended_.load(std::memory_order_acquire);
    allocated = allocate_within_budget(bytes);
    if (is_full(allocated) && releases_begun_.load(std::memory_order_acquire) != ended) {
      // Or what others have taken out of it, and not given back before we asked.
      while (releases_ended_.load(std::memory_order_acquire) !=
             releases_begun_.load(std::memory_order_acquire)) {
        std::this_thread::yield();
      }
      allocated = allocate_within_budget(bytes);
    }
  }
  // A hook that always says yes must not keep us here.
  constexpr int kMostRounds = 8;
  for (int round = 0; round < kMostRounds && is_full(allocated) && ask_pressure_hook(bytes);
       ++round) {
    // What the hook gave up may have come back to this pool.
    trim();
    allocated = allocate_within_budget(bytes);
  }
  return allocated;
}

Result<std::uint64_t> DevicePool::allocate_within_budget(std::size_t bytes) noexcept {
  const std::uint64_t budget = max_device_bytes_.load(std::memory_order_relaxed);
  std::uint64_t before = device_bytes_.load(std::memory_order_relaxed);
  const auto fits = [&] { return budget == 0 || (bytes <= budget && before <= budget - bytes); };
  // Counted only if it fits: what is refused must not stand in the way of others.
  while (fits() &&
         !device_bytes_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed)) {
  }
  if (!fits()) {
    Error error{ErrorCode::out_of_memory, "The budget of a device's memory is spent."};
    error.context.device.append(device_.info().id);
    error.context.expected.append("at most ").append(budget).append(" bytes in all");
    error.context.got.append(bytes).append(" bytes beside ").append(before);
    return error;
  }
  auto allocated = device_.allocate({.bytes = bytes});
  if (!allocated) {
    device_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return std::move(allocated.error());
  }
  return allocated->handle;
}

bool DevicePool::ask_pressure_hook(std::size_t bytes) noexcept {
  std::shared_ptr<const BufferPool::PressureHook> hook;
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

void DevicePool::set_pressure_hook(BufferPool::PressureHook hook) {
  auto shared = hook ? std::make_shared<const BufferPool::PressureHook>(std::move(hook)) : nullptr;
  const std::lock_guard lock(settings_mutex_);
  hook_.swap(shared);
}

// Has room for one buffer reserved, and for some more of its kind if that is easy.
bool DevicePool::reserve_for(DeviceThreadCache& cache, std::size_t size_class) noexcept {
  const std::size_t size = bytes_of(size_class);
  {
    const OwnerGuard lock(cache.lock);
    if (cache.room.room() >= static_cast<std::int64_t>(size)) {
      cache.room.add_room(-static_cast<std::int64_t>(size));
      return true;
    }
  }
  const std::size_t more = spare_bytes(size);
  if (reserve(size + more)) {
    const OwnerGuard lock(cache.lock);
    cache.room.add_room(static_cast<std::int64_t>(more));
    return true;
  }
  return reserve(size) || make_room(size, size_class);
}

// Called by the owner with the lock held. A thread that takes what others give back gets room with
// every buffer, which they need.
void DevicePool::give_up_spare_room(DeviceThreadCache& cache, std::size_t size_class) noexcept {
  const auto spare = static_cast<std::int64_t>(spare_bytes(bytes_of(size_class)));
  const std::int64_t unneeded = cache.room.room() - spare;
  if (unneeded > spare) {
    cache.room.add_room(-unneeded);
    unreserve(static_cast<std::size_t>(unneeded));
  }
}

// Room is reserved for it.
void DevicePool::keep(DeviceThreadCache& cache,
                      std::uint64_t handle,
                      std::size_t size_class) noexcept {
  Batch batch;
  std::uint32_t popped = 0;
  {
    const OwnerGuard lock(cache.lock);
    const std::uint32_t most = facts_[size_class].most_at_hand;
    if (cache.stacks.size(size_class) >= most) {
      popped = pop_oldest(cache, size_class, most / 2, batch);
    }
    cache.stacks.push(size_class, handle);
  }
  push_central(size_class, std::span(batch).first(popped));
}

// Called with the lock of the cache held.
std::uint32_t DevicePool::pop_oldest(DeviceThreadCache& cache,
                                     std::size_t size_class,
                                     std::uint32_t wanted,
                                     std::span<std::uint64_t> out) noexcept {
  const std::uint32_t popped = cache.stacks.pop_oldest(size_class, wanted, out);
  cache.counters.arrived.add(-static_cast<std::int64_t>(popped));
  return popped;
}

void DevicePool::push_central(std::size_t size_class,
                              std::span<const std::uint64_t> handles) noexcept {
  if (handles.empty()) {
    return;
  }
  CentralHandles& central = central_[size_class];
  try {
    const std::lock_guard lock(central.mutex);
    central.handles.insert(central.handles.end(), handles.begin(), handles.end());
    central.changed();
  } catch (const std::exception&) {
    // No room to note them down: keeping them is optional, returning them is not.
    unreserve(handles.size() * bytes_of(size_class));
    release(size_class, handles);
  }
}

std::size_t DevicePool::pop_central(std::size_t size_class,
                                    std::span<std::uint64_t> handles) noexcept {
  CentralHandles& central = central_[size_class];
  if (central.count.load(std::memory_order_relaxed) == 0) {
    return 0;
  }
  const std::lock_guard lock(central.mutex);
  const std::size_t popped = std::min(handles.size(), central.handles.size());
  const auto first = central.handles.end() - static_cast<std::ptrdiff_t>(popped);
  std::copy(first, central.handles.end(), handles.begin());
  central.handles.erase(first, central.handles.end());
  central.changed();
  return popped;
}

void DevicePool::release(std::size_t size_class, std::span<const std::uint64_t> handles) noexcept {
  const std::size_t size = bytes_of(size_class);
  for (const std::uint64_t handle : handles) {
    device_.free({handle, size});
  }
  device_bytes_.fetch_sub(handles.size() * size, std::memory_order_relaxed);
}

}  // namespace dotcompute::core
