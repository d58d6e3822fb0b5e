// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/memory_manager.hpp"

#include "memory/unified_memory.hpp"

#include <algorithm>
#include <atomic>

namespace dotcompute {

MemoryManager::MemoryManager(std::span<backend::Device* const> devices,
                             std::size_t max_cached_bytes)
    : devices_(devices.begin(), devices.end()), unified_(std::make_shared<core::UnifiedOwner>()) {
  unified_->manager = this;
  for (backend::Device* const device : devices) {
    if (!device->info().host_memory) {
      pools_.push_back(std::make_unique<BufferPool>(*device, max_cached_bytes));
    }
  }
}

MemoryManager::~MemoryManager() {
  for (;;) {
    const std::uint32_t running = unified_->running.load(std::memory_order_acquire);
    if (running == 0) {
      return;
    }
    unified_->running.wait(running, std::memory_order_acquire);
  }
}

bool MemoryManager::knows(std::string_view device_id) const noexcept {
  return std::ranges::any_of(devices_, [device_id](const backend::Device* device) {
    return device->info().id == device_id;
  });
}

BufferPool* MemoryManager::pool_of(std::string_view device_id) const noexcept {
  for (const auto& pool : pools_) {
    if (pool->device().info().id == device_id) {
      return pool.get();
    }
  }
  return nullptr;
}

BufferPool* MemoryManager::pool_of(const backend::Device& device) const noexcept {
  for (const auto& pool : pools_) {
    if (&pool->device() == &device) {
      return pool.get();
    }
  }
  return nullptr;
}

MemoryStats MemoryManager::stats() const {
  MemoryStats all{.host = host_memory::stats(), .devices = {}, .unified = {}};
  all.unified.bytes_to_devices = unified_->bytes_to_devices.load(std::memory_order_relaxed);
  all.unified.bytes_from_devices = unified_->bytes_from_devices.load(std::memory_order_relaxed);
  for (const auto& pool : pools_) {
    all.devices.push_back({pool->device().info().id, pool->stats()});
  }
  return all;
}

void MemoryManager::trim() noexcept {
  for (const auto& pool : pools_) {
    pool->trim();
  }
  host_memory::trim();
}

}  // namespace dotcompute
