// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>

/// Memory of devices that are the host itself: a handle is an address.
namespace dotcompute::core::host_device {

/// A cache line, and the widest vector register.
inline constexpr std::size_t kAlignmentBytes = 64;

/// Takes memory whose handle is its address.
/// \retval ErrorCode::invalid_argument for 0 bytes, more than `max_bytes`, or memory to be wrapped:
///         these devices work in the caller's memory anyway.
/// \retval ErrorCode::out_of_memory if the host does not have that much.
Result<backend::Allocation> allocate(const backend::AllocationRequest& request,
                                     std::size_t max_bytes) noexcept;

/// Gives back what allocate() gave; nothing happens to an empty allocation.
void release(backend::Allocation allocation) noexcept;

/// Copies at once. The host's side gives the number of bytes; between two allocations the source.
/// \retval ErrorCode::invalid_argument if a side is missing or given twice, or the other side is
///         too small.
Status copy(const backend::CopyRequest& request) noexcept;

}  // namespace dotcompute::core::host_device
