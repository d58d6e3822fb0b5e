// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/element_type.hpp"
#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/host_array.hpp"
#include "dotcompute/host_memory.hpp"

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

/// What the pool of one device does.
struct DeviceMemoryStats {
  std::string device;  ///< Id, such as "cuda:0".
  BufferPoolStats pool;
};

/// What the pools of host and devices do.
struct MemoryStats {
  HostMemoryStats host;                    ///< Of the whole process.
  std::vector<DeviceMemoryStats> devices;  ///< Those with memory of their own.
};

/// The memory of one runtime: pooled arrays on the host, and a pool for each device that has memory
/// of its own. Devices that work on the host's memory need none.
///
/// Threads: every member may be called from any thread at the same time.
/// Lifetime: the devices outlive the manager; the manager outlives buffers of its pools. Arrays on
/// the host outlive it as they like.
class MemoryManager {
 public:
  /// \param devices all that the runtime has opened.
  /// \param max_cached_bytes kept for reuse by each device's pool.
  MemoryManager(std::span<backend::Device* const> devices, std::size_t max_cached_bytes);
  ~MemoryManager();
  MemoryManager(const MemoryManager&) = delete;
  MemoryManager& operator=(const MemoryManager&) = delete;

  /// Makes an array in pooled host memory, not set; its extents are given slowest axis first.
  /// \throws MemoryException if the host has no memory left, or can never have so much.
  template <KernelElement T, std::integral... Counts>
  requires(sizeof...(Counts) >= 1 && sizeof...(Counts) <= 3)
      [[nodiscard]] HostArray<T> allocate(Counts... extents) {
    return HostArray<T>(extents...);
  }

  /// The pool of a device; null if it has no memory of its own or is not of this runtime.
  /// O(devices).
  [[nodiscard]] BufferPool* pool_of(std::string_view device_id) const noexcept;
  [[nodiscard]] BufferPool* pool_of(const backend::Device& device) const noexcept;

  [[nodiscard]] MemoryStats stats() const;

  /// Gives what is kept for reuse back: device memory to the devices, host memory to the system.
  void trim() noexcept;

 private:
  std::vector<std::unique_ptr<BufferPool>> pools_;
};

}  // namespace dotcompute
