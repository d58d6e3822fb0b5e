// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/buffer_pool.hpp"

#include "memory/size_classes.hpp"

#include <algorithm>
#include <new>

namespace dotcompute {
namespace {

// What the device can give and the pool has a class for.
std::size_t largest_bytes(const backend::Device& device) noexcept {
  return std::min(device.info().max_allocation_bytes, core::kMaxBlockBytes);
}

Error size_error(const backend::Device& device, std::size_t bytes) noexcept {
  Error error{ErrorCode::invalid_argument, "The size of a buffer is not one the device takes."};
  error.context.device.append(device.info().id);
  error.context.expected.append("1 to ").append(largest_bytes(device)).append(" bytes");
  error.context.got.append(bytes).append(" bytes");
  return error;
}

}  // namespace

BufferPool::BufferPool(backend::Device& device, std::size_t max_cached_bytes) noexcept
    : device_(device), max_cached_bytes_(max_cached_bytes) {
  static_assert(kClassCount == core::kSizeClassCount);
}

BufferPool::~BufferPool() {
  trim();
}

Result<PooledBuffer> BufferPool::take(std::size_t bytes) noexcept {
  if (bytes == 0 || bytes > largest_bytes(device_)) [[unlikely]] {
    return size_error(device_, bytes);
  }
  const auto [size_class, class_bytes] = core::classify(std::max(bytes, kMinBufferBytes));
  if (const auto cached = pop_cached(size_class)) {
    return PooledBuffer(*this, size_class, *cached);
  }

  const std::size_t size = std::min(class_bytes, largest_bytes(device_));
  auto fresh = device_.allocate({.bytes = size});
  if (!fresh && fresh.error().code == ErrorCode::out_of_memory) {
    // Our own cache may be what fills the device.
    trim();
    fresh = device_.allocate({.bytes = size});
  }
  if (!fresh) {
    return std::move(fresh.error());
  }
  const std::lock_guard lock(mutex_);
  ++stats_.misses;
  note_taken(fresh->bytes);
  return PooledBuffer(*this, size_class, *fresh);
}

void BufferPool::give_back(std::size_t size_class, backend::Allocation allocation) noexcept {
  note_returned(allocation.bytes);
  while (!push_cached(size_class, allocation)) {
    // What was just used is worth more than buffers of other sizes that nobody has asked for.
    const auto other = pop_other(size_class, allocation.bytes);
    if (!other) {
      device_.free(allocation);
      return;
    }
    device_.free(*other);
  }
}

bool BufferPool::push_cached(std::size_t size_class, backend::Allocation allocation) noexcept {
  const std::lock_guard lock(mutex_);
  if (allocation.bytes > max_cached_bytes_ ||
      stats_.cached_bytes > max_cached_bytes_ - allocation.bytes) {
    return false;
  }
  try {
    cached_[size_class].push_back(allocation);
  } catch (const std::bad_alloc&) {
    // No room to note it down: caching is optional, returning the memory is not.
    return false;
  }
  stats_.cached_bytes += allocation.bytes;
  return true;
}

// The largest cached buffer of another class, unless `bytes` never fit.
std::optional<backend::Allocation> BufferPool::pop_other(std::size_t kept_class,
                                                         std::size_t bytes) noexcept {
  if (bytes > max_cached_bytes_) {
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t size_class = kClassCount; size_class-- > 0;) {
    auto& list = cached_[size_class];
    if (size_class != kept_class && !list.empty()) {
      const backend::Allocation allocation = list.back();
      list.pop_back();
      stats_.cached_bytes -= allocation.bytes;
      return allocation;
    }
  }
  return std::nullopt;
}

std::optional<backend::Allocation> BufferPool::pop_cached(std::size_t size_class) noexcept {
  const std::lock_guard lock(mutex_);
  auto& list = cached_[size_class];
  if (list.empty()) {
    return std::nullopt;
  }
  const backend::Allocation allocation = list.back();
  list.pop_back();
  stats_.cached_bytes -= allocation.bytes;
  ++stats_.hits;
  note_taken(allocation.bytes);
  return allocation;
}

void BufferPool::note_returned(std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  --stats_.live_buffers;
  stats_.live_bytes -= bytes;
}

// Called with mutex_ held.
void BufferPool::note_taken(std::size_t bytes) noexcept {
  ++stats_.live_buffers;
  stats_.live_bytes += bytes;
  stats_.peak_live_bytes = std::max(stats_.peak_live_bytes, stats_.live_bytes);
}

void BufferPool::trim() noexcept {
  decltype(cached_) released;
  {
    const std::lock_guard lock(mutex_);
    released.swap(cached_);
    stats_.cached_bytes = 0;
  }
  // Outside the lock: a driver may take milliseconds to free.
  for (const auto& list : released) {
    for (const auto& allocation : list) {
      device_.free(allocation);
    }
  }
}

BufferPoolStats BufferPool::stats() const noexcept {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace dotcompute
