// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/memory_manager.hpp"

namespace dotcompute {

MemoryManager::MemoryManager(std::span<backend::Device* const> devices,
                             std::size_t max_cached_bytes) {
  for (backend::Device* const device : devices) {
    if (!device->info().host_memory) {
      pools_.push_back(std::make_unique<BufferPool>(*device, max_cached_bytes));
    }
  }
}

MemoryManager::~MemoryManager() = default;

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
  MemoryStats all{.host = host_memory::stats(), .devices = {}};
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
