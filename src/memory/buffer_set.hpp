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

namespace dotcompute::core {

/// The device buffers of one call. Its destructor waits for the last work queued on them, then
/// gives them back, so that a call may be left early at any step. Allocates nothing on the host.
class BufferSet {
 public:
  /// No buffers: for a device that works on the host's memory.
  BufferSet() noexcept = default;
  BufferSet(BufferSet&& other) noexcept;
  BufferSet& operator=(BufferSet&&) = delete;
  ~BufferSet();

  /// Takes one buffer for each parameter.
  /// \param bytes in parameter order, at most kMaxParameters of them; 0 takes none: a scalar, or an
  ///        array without elements.
  /// \retval ErrorCode what BufferPool::take() says; none is kept then.
  static Result<BufferSet> take(BufferPool& pool, std::span<const std::size_t> bytes) noexcept;

  /// In the kernel's parameter order; handle 0 where no buffer was taken.
  [[nodiscard]] std::span<const backend::Allocation> handles() const noexcept {
    return std::span(handles_).first(count_);
  }

  /// Tells that queued work uses the buffers until `completion`.
  void keep_until(backend::Completion completion) noexcept { last_use_ = completion; }

 private:
  backend::Device* device_ = nullptr;
  std::size_t count_ = 0;
  backend::Completion last_use_;
  std::array<PooledBuffer, kMaxParameters> buffers_;
  std::array<backend::Allocation, kMaxParameters> handles_;
};

}  // namespace dotcompute::core
