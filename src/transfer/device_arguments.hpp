// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/static_vector.hpp"
#include "memory/unified_memory.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/detail/unified_part.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dotcompute::core {

/// The buffers of one call, in parameter order. Masks have a bit for each parameter.
struct GivenBuffers {
  std::span<backend::KernelArgument> arguments;
  std::span<const std::size_t> bytes;  ///< 0 for scalars and empty buffers.
  std::span<const dotcompute::detail::UnifiedPart* const> parts;  ///< Of the bits in `unified`.
  std::uint32_t unified = 0;  ///< Unified buffers; the others lie in the caller's memory.
  std::uint32_t moved = 0;    ///< Their contents matter before the launch.
  std::uint32_t written = 0;
  std::uint32_t deferred = 0;  ///< Of those in the caller's memory: copied later, in chunks.
  bool counts = false;         ///< Says what unified buffers move, which takes their lock.
};

/// The buffers of one call where a device can work on them: copies, or the caller's own memory if
/// the device can, in its memory, and uses of unified buffers.
///
/// Its destructor waits for the work queued on the buffers before they go back to where they came
/// from, so that a call may be left early at any point. It takes no memory from the heap.
class DeviceArguments {
 public:
  /// \param pool of the device; null if it works on the host's memory.
  DeviceArguments(backend::Device& device, BufferPool* pool) noexcept
      : device_(&device), pool_(pool) {}
  DeviceArguments(const DeviceArguments&) = delete;
  DeviceArguments& operator=(const DeviceArguments&) = delete;
  ~DeviceArguments();

  /// Takes what the device needs and queues the copies of what is stale there. On a device that works
  /// on the host's memory it sets the addresses of unified buffers in `buffers.arguments`.
  /// \retval ErrorCode::out_of_memory, host_memory, invalid_argument, or what a copy fails with.
  Status acquire(const GivenBuffers& buffers) noexcept;

  /// In parameter order; no memory for scalars, nor on a device that works on the host's.
  [[nodiscard]] std::span<const backend::Allocation> memory() const noexcept {
    return std::span(memory_).first(count_);
  }
  /// What a launch has to wait for.
  [[nodiscard]] std::span<const backend::Completion> after() const noexcept { return after_.all(); }

  /// The launch is queued.
  void launched(backend::Completion completion) noexcept;

  /// The launch failed, or is not waited for, and may have run in part: what it has written to
  /// unified buffers is nothing that counts. Also what the destructor takes for granted.
  void failed() noexcept;

  /// Copies what the launch writes to the caller's memory, but for what was deferred, and waits for
  /// it. \pre launched()
  Status download() noexcept;

  /// All that was queued is known to be done: unified buffers that were written are from now on valid
  /// on the device alone.
  void finished() noexcept;

  [[nodiscard]] std::size_t uploaded_bytes() const noexcept { return uploaded_bytes_; }
  [[nodiscard]] std::size_t downloaded_bytes() const noexcept { return downloaded_bytes_; }

  /// A buffer of the caller's, and its copy on the device or the wrapped memory itself.
  struct Copied {
    std::span<std::byte> host;
    backend::Allocation allocation;
    bool moved = false;    ///< To the device.
    bool written = false;  ///< And moved back.
    bool wrapped = false;
    bool deferred = false;
  };
  [[nodiscard]] std::span<const Copied> copied() const noexcept { return copied_.all(); }
  void count_upload(std::size_t bytes) noexcept { uploaded_bytes_ += bytes; }
  void count_download(std::size_t bytes) noexcept { downloaded_bytes_ += bytes; }

 private:
  /// A use of a unified buffer, by one parameter or several.
  struct Used {
    MemoryUse use;
    std::size_t parameter = 0;
    bool written = false;
  };

  Status acquire_unified(const GivenBuffers& buffers, std::size_t index) noexcept;
  Status acquire_copy(const GivenBuffers& buffers, std::size_t index) noexcept;
  bool wrap(const GivenBuffers& buffers, std::size_t index) noexcept;
  Status wait_later(backend::Completion completion) noexcept;

  backend::Device* device_;
  BufferPool* pool_;
  std::size_t count_ = 0;
  std::array<backend::Allocation, kMaxParameters> memory_;
  StaticVector<PooledBuffer, kMaxParameters> pooled_;
  StaticVector<Copied, kMaxParameters> copied_;
  StaticVector<Used, kMaxParameters> used_;
  StaticVector<backend::Completion, 2 * kMaxParameters> after_;
  backend::Completion last_use_;
  bool is_idle_ = true;
  bool was_launched_ = false;
  std::size_t uploaded_bytes_ = 0;
  std::size_t downloaded_bytes_ = 0;
};

}  // namespace dotcompute::core
