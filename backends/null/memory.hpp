// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>

namespace dotcompute::null {

/// What a device has allocated: bytes of the host, found by handle. Every use is checked against
/// what was really allocated.
///
/// Threads: every member may be called from any thread at the same time. The bytes themselves are
/// not locked, as on any device.
class Memory {
 public:
  /// \param handles_are_addresses as a device with host memory has it; else handles are numbers.
  explicit Memory(bool handles_are_addresses) noexcept
      : handles_are_addresses_(handles_are_addresses) {}

  /// \param alignment_bytes a power of two.
  /// \retval ErrorCode::out_of_memory if the host has no room.
  Result<backend::Allocation> allocate(std::size_t bytes, std::size_t alignment_bytes) noexcept;

  /// Nothing happens to an allocation that is not there.
  void free(backend::Allocation allocation) noexcept;

  /// The bytes of an allocation or of a part of it.
  /// \retval ErrorCode::invalid_argument if it is not there or has fewer bytes than it claims.
  Result<std::span<std::byte>> find(backend::Allocation allocation) const noexcept;

  /// Allocations not yet freed.
  [[nodiscard]] std::size_t live() const noexcept;

 private:
  struct Free {
    void operator()(std::byte* bytes) const noexcept;
  };
  struct Block {
    std::unique_ptr<std::byte, Free> bytes;
    std::size_t size = 0;
  };

  const bool handles_are_addresses_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Block> blocks_;  // guarded by mutex_
  std::uint64_t next_handle_ = 1;                    // guarded by mutex_
};

/// Copies at once. The host's side gives the number of bytes; between two allocations the source.
/// \retval ErrorCode::invalid_argument if a side is missing or given twice, is not there, or is too
///         small.
Status copy(const Memory& memory, const backend::CopyRequest& request) noexcept;

}  // namespace dotcompute::null
