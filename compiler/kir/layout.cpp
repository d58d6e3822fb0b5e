// SPDX-License-Identifier: Apache-2.0
#include "kir/layout.hpp"

namespace dotcompute::kir {

std::optional<std::uint64_t> bytes_of(const std::vector<Structure>& structures,
                                      const Type& type) noexcept {
  std::uint64_t bytes = 0;
  if (type.kind == TypeKind::none) {
    return std::nullopt;
  }
  if (type.has_structure()) {
    if (type.structure >= structures.size()) {
      return std::nullopt;
    }
    bytes = structures[type.structure].size;
  } else {
    bytes = size_of(type.element);
  }
  for (const std::uint32_t extent : type.extents) {
    // Below 2^24 times below 2^32, so nothing overflows.
    bytes = bytes <= kMaxValueBytes ? bytes * extent : bytes;
  }
  return bytes != 0 && bytes <= kMaxValueBytes ? std::optional(bytes) : std::nullopt;
}

std::string describe(const std::vector<Structure>& structures, const Type& type) {
  if (type.kind == TypeKind::none) {
    return "none";
  }
  std::string text;
  if (!type.has_structure()) {
    text = to_string(type.element);
  } else if (type.structure < structures.size()) {
    text = structures[type.structure].name;
  } else {
    text = "structure " + std::to_string(type.structure);
  }
  for (const std::uint32_t extent : type.extents) {
    text += "[" + std::to_string(extent) + "]";
  }
  return text;
}

}  // namespace dotcompute::kir
