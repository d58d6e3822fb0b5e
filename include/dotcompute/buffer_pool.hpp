// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/pooled_buffer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace dotcompute {

/// What one device's pool does. Buffers are as large as their size class, which is at least 256
/// bytes and otherwise at most 25 % above the request.
struct BufferPoolStats {
  std::uint64_t hits = 0;             ///< Buffers handed out without asking the device.
  std::uint64_t misses = 0;           ///< Buffers handed out that came from the device.
  std::uint64_t live_buffers = 0;     ///< Handed out and not yet given back.
  std::uint64_t live_bytes = 0;       ///< In live buffers.
  std::uint64_t peak_live_bytes = 0;  ///< The most that live_bytes has been.
  std::uint64_t cached_bytes = 0;     ///< Held for reuse now.
};

/// Keeps returned device memory for the next taker. One pool serves one device.
///
/// Threads: every member may be called from any thread at the same time. Taking and giving back
/// share a lock; the device is never called under it.
/// Lifetime: the device outlives the pool; the pool outlives every buffer taken from it.
class BufferPool {
 public:
  static constexpr std::size_t kMinBufferBytes = 256;

  /// \param max_cached_bytes at most this is kept; beyond it, what was returned last stays and
  ///        other sizes go back to the device.
  BufferPool(backend::Device& device, std::size_t max_cached_bytes) noexcept;
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  /// Takes a buffer of at least `bytes`; what it holds is unspecified. O(1).
  ///
  /// A hit makes no device call. If the device is out of memory, the cache is emptied and the
  /// device asked once more.
  ///
  /// \retval ErrorCode::invalid_argument if `bytes` is 0 or above the device's largest allocation.
  /// \retval ErrorCode::out_of_memory if there is no room even with an empty cache.
  Result<PooledBuffer> take(std::size_t bytes) noexcept;

  /// Gives all cached memory back to the device.
  void trim() noexcept;

  [[nodiscard]] BufferPoolStats stats() const noexcept;
  [[nodiscard]] backend::Device& device() const noexcept { return device_; }

 private:
  friend class PooledBuffer;
  void give_back(std::size_t size_class, backend::Allocation allocation) noexcept;
  bool push_cached(std::size_t size_class, backend::Allocation allocation) noexcept;
  std::optional<backend::Allocation> pop_cached(std::size_t size_class) noexcept;
  std::optional<backend::Allocation> pop_other(std::size_t kept_class, std::size_t bytes) noexcept;
  void note_returned(std::size_t bytes) noexcept;
  void note_taken(std::size_t bytes) noexcept;

  static constexpr std::size_t kClassCount = 164;  // up to 2^48 bytes

  backend::Device& device_;
  const std::size_t max_cached_bytes_;
  mutable std::mutex mutex_;
  std::array<std::vector<backend::Allocation>, kClassCount> cached_;  // guarded by mutex_
  BufferPoolStats stats_;                                             // guarded by mutex_
};

}  // namespace dotcompute
