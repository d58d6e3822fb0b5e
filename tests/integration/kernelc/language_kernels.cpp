// SPDX-License-Identifier: Apache-2.0
// The functions of view_cases.hpp as kernels.
#include "unit/frontend/view_cases.hpp"

#include <dotcompute/kernel.hpp>

#define VIEW_CASE(name)                                                  \
  DC_KERNEL void name##_case(std::span<const int> x, std::span<int> y) { \
    const std::size_t i = dc::global_id();                               \
    if (i < y.size()) {                                                  \
      language::name(x, y, i);                                           \
    }                                                                    \
  }

VIEW_CASE(parts_of_spans)
VIEW_CASE(written_parts)
VIEW_CASE(effects_in_parts)
VIEW_CASE(spans_from_functions)
VIEW_CASE(captured_by_reference)
VIEW_CASE(captured_by_copy)
VIEW_CASE(lambdas_handed_on)
VIEW_CASE(captured_objects)
VIEW_CASE(references_from_lambdas)
