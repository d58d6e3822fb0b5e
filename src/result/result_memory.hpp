// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/detail/result_slot.hpp"

namespace dotcompute::core {

/// Where the kernel writes a returned output.
struct ResultPlace {
  void* data = nullptr;  ///< First element; unspecified for an empty output.
  const dotcompute::detail::UnifiedPart* part = nullptr;  ///< Set for a unified buffer only.
};

/// Makes room in `slot` for a returned output of this shape, so that the kernel writes straight into
/// what the caller gets.
/// \param owner of unified buffers.
/// \retval ErrorCode::host_memory
/// \retval ErrorCode::invalid_argument if the slot takes another number of elements only.
Status make_room(const dotcompute::detail::ResultSlot& slot,
                 const Extents& extents,
                 int rank,
                 UnifiedOwner& owner,
                 ResultPlace& place) noexcept;

}  // namespace dotcompute::core
