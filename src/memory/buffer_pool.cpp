// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/buffer_pool.hpp"

#include "memory/device_pool.hpp"

#include <utility>

namespace dotcompute {

BufferPool::BufferPool(backend::Device& device, std::size_t max_cached_bytes)
    : pool_(std::make_unique<core::DevicePool>(device, max_cached_bytes)) {}

BufferPool::~BufferPool() = default;

void BufferPool::trim() noexcept {
  pool_->trim();
}

void BufferPool::tick() noexcept {
  pool_->tick();
}

void BufferPool::set_budget(std::uint64_t bytes) noexcept {
  pool_->set_budget(bytes);
}

void BufferPool::set_pressure_hook(PressureHook hook) {
  pool_->set_pressure_hook(std::move(hook));
}

void BufferPool::set_decay(const Decay& decay) noexcept {
  pool_->set_decay(decay);
}

std::uint64_t BufferPool::budget() const noexcept {
  return pool_->budget();
}

std::chrono::nanoseconds BufferPool::decay_period() const noexcept {
  return pool_->decay_period();
}

BufferPoolStats BufferPool::stats() const noexcept {
  return pool_->stats();
}

backend::Device& BufferPool::device() const noexcept {
  return pool_->device();
}

backend::Allocation PooledBuffer::allocation() const noexcept {
  return request_ == 0 ? backend::Allocation{}
                       : backend::Allocation{handle_, core::DevicePool::bytes_of_request(request_)};
}

}  // namespace dotcompute
