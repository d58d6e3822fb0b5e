// SPDX-License-Identifier: Apache-2.0
#include "result/result_memory.hpp"

namespace dotcompute::core {

Status make_room(const dotcompute::detail::ResultSlot& slot,
                 const Extents& extents,
                 int rank,
                 UnifiedOwner& owner,
                 ResultPlace& place) noexcept {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 63U;
  std::uint64_t elements = 0;
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(extents[0], extents[1], &elements) ||
      __builtin_mul_overflow(elements, extents[2], &elements) ||
      __builtin_mul_overflow(elements, slot.type.size(), &bytes) || bytes >= kMostBytes) {
    Error error{ErrorCode::invalid_argument, "A returned output is larger than any memory."};
    error.context.expected = "less than 2^63 bytes";
    for (std::size_t axis = 0; axis < 3; ++axis) {
      error.context.got.append(axis == 0 ? "" : " x ").append(extents[axis]);
    }
    return error;
  }
  if (slot.fixed_elements != 0 && slot.fixed_elements != elements) {
    Error error{ErrorCode::invalid_argument, "The result has another number of elements."};
    error.context.expected.append(elements).append(" elements");
    error.context.got.append("room for exactly ").append(slot.fixed_elements);
    error.context.advice = "Ask for a std::vector or a HostArray.";
    return error;
  }
  bool made = false;
  if (slot.make_unified == nullptr) {
    made = slot.allocate(slot.target, extents, rank, place.data);
  } else {
    place.part = slot.make_unified(slot.target, owner, extents, rank);
    made = place.part != nullptr;
  }
  if (!made) {
    Error error{ErrorCode::host_memory, "The host has no memory for a returned output."};
    error.context.expected.append(bytes).append(" bytes");
    return error;
  }
  return success();
}

}  // namespace dotcompute::core
