// SPDX-License-Identifier: Apache-2.0
// Questions about expressions that several files of this folder ask.
#pragma once

#include "kir/expression.hpp"
#include "kir/scalar.hpp"

#include <cstdint>

namespace dotcompute::emit::opencl {

// Looser than a test binds, as comparisons of comparisons are hard to read.
inline constexpr int kTest = 8;

[[nodiscard]] inline bool is_half(const kir::Expression& expression) {
  return expression.type.is_scalar() && expression.type.element == ElementType::float16;
}

[[nodiscard]] inline bool is_wide_integer(const kir::Type& type) {
  return type.is_scalar() && kir::is_integer(type.element) && size_of(type.element) >= 4;
}

// A number that the other operand gives its type.
[[nodiscard]] inline bool is_short(const kir::Expression& literal) {
  return literal.kind == kir::ExpressionKind::literal && is_wide_integer(literal.type) &&
         static_cast<std::int64_t>(literal.bits) >= 0 && literal.bits <= INT32_MAX &&
         size_of(literal.type.element) == 8;
}

}  // namespace dotcompute::emit::opencl
