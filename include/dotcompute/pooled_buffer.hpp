// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"

#include <cstddef>

namespace dotcompute {

class BufferPool;

/// Device memory on loan from a BufferPool, or nothing; goes back when destroyed. Move-only.
class PooledBuffer {
 public:
  PooledBuffer() noexcept = default;
  PooledBuffer(PooledBuffer&& other) noexcept;
  PooledBuffer& operator=(PooledBuffer&& other) noexcept;
  ~PooledBuffer();

  /// Of at least the bytes asked for; handle 0 if it holds nothing.
  [[nodiscard]] backend::Allocation allocation() const noexcept { return allocation_; }

 private:
  friend class BufferPool;
  PooledBuffer(BufferPool& pool, std::size_t size_class, backend::Allocation allocation) noexcept
      : pool_(&pool), size_class_(size_class), allocation_(allocation) {}

  BufferPool* pool_ = nullptr;  // null if it holds nothing
  std::size_t size_class_ = 0;
  backend::Allocation allocation_;
};

}  // namespace dotcompute
