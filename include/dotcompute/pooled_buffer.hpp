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

/// Device memory on loan from a BufferPool, or nothing; goes back when destroyed. Move-only, 16 bytes.
class PooledBuffer {
 public:
  PooledBuffer() noexcept = default;
  PooledBuffer(PooledBuffer&& other) noexcept
      : handle_(other.handle_), request_(std::exchange(other.request_, 0)) {}
  PooledBuffer& operator=(PooledBuffer&& other) noexcept {
    if (this != &other) {
      if (request_ != 0) {
        give_back();
      }
      handle_ = other.handle_;
      request_ = std::exchange(other.request_, 0);
    }
    return *this;
  }
  ~PooledBuffer() {
    if (request_ != 0) {
      give_back();
    }
  }

  /// Of at least the bytes asked for; handle 0 if it holds nothing.
  [[nodiscard]] backend::Allocation allocation() const noexcept;

 private:
  friend class BufferPool;
  friend class core::DevicePool;
  PooledBuffer(std::uint64_t handle, std::uint64_t request) noexcept
      : handle_(handle), request_(request) {}
  void give_back() noexcept;

  std::uint64_t handle_ = 0;
  // The bytes asked for, above them the size class, above that the pool's number; 0 if it holds
  // nothing. Two words, as those who keep very many buffers wait for the memory they lie in.
  std::uint64_t request_ = 0;
};

}  // namespace dotcompute
