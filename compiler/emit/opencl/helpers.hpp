// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <cstdint>
#include <string>

namespace dotcompute::emit::opencl {

/// Functions that texts bring along, for what operators and functions of OpenCL C leave undefined or
/// do otherwise.
enum class Helper : std::uint8_t {
  add,  ///< Of int and long, as the next three: a result that does not fit wraps.
  subtract,
  multiply,
  negate,
  divide,  ///< Of int and long: the least number over -1 wraps.
  remainder,
  abs,  ///< Of char and short.
  min,  ///< Of all types, as in C++, as the next two.
  max,
  clamp,
  from_half,  ///< Of float16, to float.
  to_half,    ///< Of float and double, rounded once.
};

/// "dc_add_int"
[[nodiscard]] std::string name_of(Helper helper, ElementType type);
/// Its definition, one line.
[[nodiscard]] std::string definition_of(Helper helper, ElementType type);

}  // namespace dotcompute::emit::opencl
