// SPDX-License-Identifier: Apache-2.0
#include "binding/signature.hpp"

#include <algorithm>

namespace dotcompute::core {

static_assert(kMaxParameters <= 32, "A mask has a bit for each parameter.");

Signature::Signature(const KernelMetadata& kernel,
                     std::string_view qualified_name,
                     const ShapeProgram& rules,
                     std::uint64_t signature_key)
    : metadata(&kernel), name(qualified_name), shapes(&rules), key(signature_key) {
  items.reserve(kernel.parameters.size());
  bool has_rules = false;
  for (const Parameter& parameter : kernel.parameters) {
    const std::uint32_t bit = 1U << items.size();
    all |= bit;
    if (parameter.kind == ParameterKind::buffer) {
      has_rules = has_rules || parameter.rank != 1 || !parameter.extents.empty();
      buffers |= bit;
      written |= parameter.direction != Direction::in ? bit : 0U;
      outputs |= parameter.direction == Direction::out ? bit : 0U;
      // An output that may lie on an input is one as well: a second attempt must find the input.
      const bool may_be_read = parameter.direction == Direction::inout ||
                               (parameter.direction == Direction::out && kernel.allows_overlap);
      inouts |= may_be_read ? bit : 0U;
      element_wise |= parameter.access == AccessPattern::element_wise ? bit : 0U;
    }
    const auto size = static_cast<std::uint32_t>(parameter.type.size());
    items.push_back({.name = parameter.name,
                     .type = parameter.type,
                     .size = size,
                     .rank = parameter.rank,
                     .most_elements = kMostBytes / size});
  }
  is_uniform = !has_rules && buffers == element_wise;
  if (written != 0) {
    range_parameter = std::countr_zero(written);
  }
  if (is_uniform) {
    list_uniform();
    if (written != 0) {
      uniform_arguments = all;
    }
  }
}

void Signature::list_uniform() {
  for_each_bit(buffers, [this](std::size_t first) {
    buffer_places.push_back(static_cast<std::uint8_t>(first));
    most_uniform_elements = std::min(most_uniform_elements, items[first].most_elements);
    // Each pair once.
    const std::uint32_t later = buffers & ~((std::uint32_t{2} << first) - 1);
    const bool is_written = (written >> first & 1U) != 0;
    for_each_bit(is_written ? later : later & written, [this, first](std::size_t second) {
      if (!metadata->allows_overlap) {
        pairs.push_back({static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
                         items[first].size, items[second].size});
      }
    });
  });
}

}  // namespace dotcompute::core
