// SPDX-License-Identifier: Apache-2.0
#include "memory/buffer_set.hpp"

#include "base/try.hpp"

#include <cassert>
#include <chrono>
#include <tuple>
#include <utility>

namespace dotcompute::core {

BufferSet::BufferSet(BufferSet&& other) noexcept
    : device_(std::exchange(other.device_, nullptr)),
      count_(std::exchange(other.count_, 0)),
      last_use_(std::exchange(other.last_use_, {})),
      buffers_(std::move(other.buffers_)),
      handles_(other.handles_) {}

BufferSet::~BufferSet() {
  if (last_use_.serial != 0) {
    // A lost device is done with its memory too, so that an error here changes nothing.
    std::ignore = device_->wait(last_use_, std::chrono::nanoseconds::max());
  }
}

Result<BufferSet> BufferSet::take(BufferPool& pool, std::span<const std::size_t> bytes) noexcept {
  assert(bytes.size() <= kMaxParameters);
  BufferSet set;
  set.device_ = &pool.device();
  for (const std::size_t size : bytes) {
    if (size != 0) {
      DC_TRY_ASSIGN(set.buffers_[set.count_], pool.take(size));
      set.handles_[set.count_] = set.buffers_[set.count_].allocation();
    }
    ++set.count_;
  }
  return set;
}

}  // namespace dotcompute::core
