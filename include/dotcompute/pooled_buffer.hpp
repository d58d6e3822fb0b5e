// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace dotcompute {

namespace core {
class DevicePool;
}

/// Device memory on loan from a BufferPool, or nothing; goes back when destroyed. Move-only, 24 bytes.
class PooledBuffer {
 public:
  PooledBuffer() noexcept = default;
  PooledBuffer(PooledBuffer&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        handle_(other.handle_),
        request_(other.request_) {}
  PooledBuffer& operator=(PooledBuffer&& other) noexcept {
    if (this != &other) {
      if (pool_ != nullptr) {
        give_back();
      }
      pool_ = std::exchange(other.pool_, nullptr);
      handle_ = other.handle_;
      request_ = other.request_;
    }
    return *this;
  }
  ~PooledBuffer() {
    if (pool_ != nullptr) {
      give_back();
    }
  }

  /// Of at least the bytes asked for; handle 0 if it holds nothing.
  [[nodiscard]] backend::Allocation allocation() const noexcept;

 private:
  friend class BufferPool;
  friend class core::DevicePool;
  PooledBuffer(core::DevicePool& pool, std::uint64_t handle, std::uint64_t request) noexcept
      : pool_(&pool), handle_(handle), request_(request) {}
  void give_back() noexcept;

  core::DevicePool* pool_ = nullptr;  // null if it holds nothing
  std::uint64_t handle_ = 0;
  std::uint64_t request_ = 0;  // the bytes asked for, and above them the size class
};

}  // namespace dotcompute
