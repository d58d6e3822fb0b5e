// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/buffer_pool.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dotcompute::core {

/// The buffers of one call in the memory of a device that does not share the host's.
///
/// Its destructor waits for the work queued on the buffers before they go back to their pool, so that a
/// call may be left early at any point.
class DeviceArguments {
 public:
  DeviceArguments(backend::Device& device, BufferPool& pool) noexcept
      : device_(&device), pool_(&pool) {}
  DeviceArguments(const DeviceArguments&) = delete;
  DeviceArguments& operator=(const DeviceArguments&) = delete;
  ~DeviceArguments();

  /// Takes a device buffer for each host buffer, and queues the copies of those that are read.
  /// \param arguments in parameter order. \param sizes in bytes, 0 for scalars and empty buffers.
  /// \param read, written masks with a bit for each parameter.
  Status upload(std::span<const backend::KernelArgument> arguments,
                std::span<const std::size_t> sizes,
                std::uint32_t read) noexcept;

  /// Copies the buffers in `written` back to the host and waits for it.
  Status download(std::span<const backend::KernelArgument> arguments,
                  std::span<const std::size_t> sizes,
                  std::uint32_t written,
                  backend::Completion after) noexcept;

  /// In parameter order; no memory for scalars.
  [[nodiscard]] std::span<const backend::Allocation> memory() const noexcept { return memory_; }
  [[nodiscard]] std::span<const backend::Completion> uploads() const noexcept { return uploads_; }
  void keep_until(backend::Completion completion) noexcept { last_use_ = completion; }
  [[nodiscard]] std::size_t uploaded_bytes() const noexcept { return uploaded_bytes_; }
  [[nodiscard]] std::size_t downloaded_bytes() const noexcept { return downloaded_bytes_; }

 private:
  backend::Device* device_;
  BufferPool* pool_;
  std::vector<PooledBuffer> buffers_;
  std::vector<backend::Allocation> memory_;
  std::vector<backend::Completion> uploads_;
  backend::Completion last_use_;
  std::size_t uploaded_bytes_ = 0;
  std::size_t downloaded_bytes_ = 0;
};

}  // namespace dotcompute::core
