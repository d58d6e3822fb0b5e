// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace dotcompute::simulated {

/// The memory of a simulated device: taken from the inner device, but under handles of its own, so
/// that who takes a handle for an address, or for one of another device, is found out.
///
/// Threads: every member may be called from any thread at the same time.
class Memory {
 public:
  /// \param inner outlives this. \param capacity_bytes what all allocations may have together.
  Memory(backend::Device& inner, std::size_t capacity_bytes) noexcept
      : inner_(inner), capacity_bytes_(capacity_bytes) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  /// \retval ErrorCode::out_of_memory beyond the capacity, or if the inner device has no room.
  Result<backend::Allocation> allocate(std::size_t bytes) noexcept;

  /// Nothing happens to an allocation that is not there. \return the bytes it had.
  std::size_t free(backend::Allocation allocation) noexcept;

  /// The same memory as the inner device knows it. Only a launch may begin before it, at a negative
  /// offset. \retval ErrorCode::invalid_argument if it is not there or has fewer bytes than it claims.
  Result<backend::Allocation> find(const backend::Allocation& allocation,
                                   bool for_launch) const noexcept;

  /// Allocations not yet freed.
  [[nodiscard]] std::size_t live() const noexcept;

 private:
  backend::Device& inner_;
  const std::size_t capacity_bytes_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, backend::Allocation> inner_of_;  // guarded by mutex_
  std::size_t used_bytes_ = 0;                                       // guarded by mutex_
  std::uint64_t next_handle_ = 1;                                    // guarded by mutex_
};

}  // namespace dotcompute::simulated
