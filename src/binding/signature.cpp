// SPDX-License-Identifier: Apache-2.0
#include "binding/signature.hpp"

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
}

}  // namespace dotcompute::core
