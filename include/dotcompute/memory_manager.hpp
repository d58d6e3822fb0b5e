// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/element_type.hpp"
#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/host_array.hpp"
#include "dotcompute/host_memory.hpp"
#include "dotcompute/unified_buffer.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  BufferTraffic unified;                   ///< Moved for unified buffers.
};

/// The memory of one runtime: pooled arrays on the host, and a pool for each device that has memory
/// of its own. Devices that work on the host's memory need none.
///
/// Threads: every member may be called from any thread at the same time.
/// Lifetime: the devices outlive the manager; the manager outlives buffers of its pools and unified
/// buffers, and waits in its destructor for what they do asynchronously. Arrays on the host outlive
/// it as they like.
class MemoryManager {
 public:
  /// \param devices all that the runtime has opened.
  /// \param max_cached_bytes kept for reuse by each device's pool.
  MemoryManager(std::span<backend::Device* const> devices, std::size_t max_cached_bytes);
  /// \pre no buffer of a pool and no unified buffer is left, but in tasks that have not ended.
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

  /// Makes an array that moves to where it is used; see UnifiedBuffer. Its extents are given slowest
  /// axis first. Takes no memory for elements yet.
  /// \throws MemoryException if the host has no memory left, or can never have so much.
  template <KernelElement T, std::integral... Counts>
  requires(sizeof...(Counts) >= 1 && sizeof...(Counts) <= 3)
      [[nodiscard]] UnifiedBuffer<T> allocate_unified(Counts... extents) {
    Extents all{1, 1, 1};
    std::size_t axis = 0;
    ((all[axis++] = static_cast<std::uint64_t>(extents)), ...);
    auto made = UnifiedBuffer<T>::make_shaped(*unified_, all, static_cast<int>(sizeof...(Counts)));
    if (!made) [[unlikely]] {
      throw_error(std::move(made.error()));
    }
    return *std::move(made);
  }

  /// The same with one axis, filled with a copy of a container's elements.
  template <class Range>
  requires std::ranges::contiguous_range<const Range> && std::ranges::sized_range<const Range> &&
      KernelElement<std::ranges::range_value_t<Range>>
  [[nodiscard]] UnifiedBuffer<std::ranges::range_value_t<Range>> unified_from(const Range& source) {
    auto buffer = allocate_unified<std::ranges::range_value_t<Range>>(std::ranges::size(source));
    buffer.copy_from(std::span(source));
    return buffer;
  }

  /// Whether the runtime has opened a device of that id. O(devices).
  [[nodiscard]] bool knows(std::string_view device_id) const noexcept;

  /// What the unified buffers of this manager have in common, for UnifiedBuffer::make_shaped().
  [[nodiscard]] core::UnifiedOwner& unified_owner() const noexcept { return *unified_; }

  /// The pool of a device; null if it has no memory of its own or is not of this runtime.
  /// O(devices).
  [[nodiscard]] BufferPool* pool_of(std::string_view device_id) const noexcept;
  [[nodiscard]] BufferPool* pool_of(const backend::Device& device) const noexcept;

  [[nodiscard]] MemoryStats stats() const;

  /// Gives what is kept for reuse back: device memory to the devices, host memory to the system.
  void trim() noexcept;

 private:
  const std::vector<backend::Device*> devices_;
  std::vector<std::unique_ptr<BufferPool>> pools_;
  std::shared_ptr<core::UnifiedOwner> unified_;
};

}  // namespace dotcompute
