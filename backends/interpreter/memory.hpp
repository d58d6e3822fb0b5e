// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>

namespace dotcompute::interpreter {

/// A cache line, and the widest vector register.
inline constexpr std::size_t kAlignmentBytes = 64;

/// Takes memory whose handle is its address.
/// \retval ErrorCode::invalid_argument for 0 bytes or more than `max_bytes`.
/// \retval ErrorCode::out_of_memory if the host does not have that much.
Result<backend::Allocation> allocate(std::size_t bytes, std::size_t max_bytes) noexcept;

/// Gives back what allocate() gave; nothing happens to an empty allocation.
void release(backend::Allocation allocation) noexcept;

/// Copies at once. The host's side gives the number of bytes; between two allocations the source.
/// \retval ErrorCode::invalid_argument if a side is missing or given twice, or the other side is
///         too small.
Status copy(const backend::CopyRequest& request) noexcept;

}  // namespace dotcompute::interpreter
