// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/pooled_buffer.hpp"

#include "dotcompute/buffer_pool.hpp"

#include <utility>

namespace dotcompute {

PooledBuffer::PooledBuffer(PooledBuffer&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      size_class_(other.size_class_),
      allocation_(std::exchange(other.allocation_, {})) {}

PooledBuffer& PooledBuffer::operator=(PooledBuffer&& other) noexcept {
  PooledBuffer taken(std::move(other));
  std::swap(pool_, taken.pool_);
  std::swap(size_class_, taken.size_class_);
  std::swap(allocation_, taken.allocation_);
  return *this;
}

PooledBuffer::~PooledBuffer() {
  if (pool_ != nullptr) {
    pool_->give_back(size_class_, allocation_);
  }
}

}  // namespace dotcompute
