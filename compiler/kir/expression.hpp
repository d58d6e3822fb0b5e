// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/type.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dotcompute::kir {

struct Function;
struct Variable;

/// A place in the kernel's source; line 0 is nowhere.
struct Location {
  std::uint32_t file = 0;  ///< Place in Module::files.
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Location&, const Location&) noexcept = default;
};

/// How an expression is made. Every operand is in Expression::operands, in the order given here.
///
/// Expressions have no side effects but those of a `call` to a function that is not pure; statements
/// do the rest. Such a call is the whole value of a statement, evaluated before the statement's
/// target. So operands may be evaluated in any order, and any number of times.
enum class ExpressionKind : std::uint8_t {
  literal,    ///< Expression::bits, of a scalar type.
  variable,   ///< Expression::variable: its value, or the place it names. Never a buffer.
  unary,      ///< One operand of the result's type.
  binary,     ///< Two operands of one type (of a shift: the count may be of any integer type).
  select,     ///< Condition (bool), then, else: only the one chosen is evaluated.
  cast,       ///< One scalar operand, converted to the scalar type as static_cast does.
  index,      ///< Of a buffer, Expression::variable: one index for each axis, slowest first;
              ///< of an array: the array, then one index.
  member,     ///< One operand, a structure; Expression::number is the field's place.
  extent,     ///< Expression::variable is a buffer, Expression::number the axis (0: slowest), or
              ///< kAllAxes for all of them multiplied. uint64.
  call,       ///< Expression::callee; one operand for each parameter. For a buffer parameter the
              ///< operand is a `buffer`, for one by reference a place.
  buffer,     ///< Expression::variable, a buffer, handed on to a call. Of type none.
  intrinsic,  ///< Expression::intrinsic.
  id,         ///< Expression::query on axis Expression::number (0 is x). uint64.
  construct,  ///< A structure of its fields in order, or an array of its elements in row-major order.
};

enum class UnaryOperator : std::uint8_t { negate, bit_not, logical_not };

/// Of integers: sums, differences and products wrap; quotients round towards zero, a remainder has
/// the dividend's sign; a shift's count is taken modulo the width, and >> of a signed value copies
/// the sign. A divisor of zero is an error of the kernel.
/// Comparisons give bool. `logical_and` and `logical_or` do not evaluate the second operand if the
/// first decides.
enum class BinaryOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  remainder,
  shift_left,
  shift_right,
  bit_and,
  bit_or,
  bit_xor,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
};

/// Functions that every back end has. As in <cmath> and <algorithm>; all operands and the result
/// are of one type but where said. Those of the first group are of floating types only.
enum class Intrinsic : std::uint8_t {
  sqrt,
  cbrt,
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  pow,
  hypot,
  erf,
  erfc,
  tgamma,
  lgamma,
  fma,
  fmod,
  remainder,
  floor,
  ceil,
  trunc,
  round,
  rint,
  copysign,
  fdim,
  fmin,
  fmax,
  is_nan,  ///< Gives bool, as the next three.
  is_inf,
  is_finite,
  sign_bit,
  abs,    ///< Of any signed or floating type.
  min,    ///< std::min: (b < a) ? b : a. Of any scalar type, as the next two.
  max,    ///< std::max: (a < b) ? b : a.
  clamp,  ///< std::clamp: (v < low) ? low : (high < v) ? high : v.
};

/// What an `id` asks for, along one axis.
enum class IdQuery : std::uint8_t {
  global_id,
  local_id,
  group_id,
  global_size,
  local_size,
  group_count,
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Expression {
  static constexpr std::uint32_t kAllAxes = 0xFFFF'FFFFU;

  ExpressionKind kind = ExpressionKind::literal;
  Type type;
  Location location;
  std::vector<ExpressionPtr> operands;
  /// A literal's value: an integer extended to 64 bits by its own sign, bool as 0 or 1, a floating
  /// value as the bits of its own format.
  std::uint64_t bits = 0;
  std::uint32_t number = 0;
  Variable* variable = nullptr;
  const Function* callee = nullptr;
  UnaryOperator unary = UnaryOperator::negate;
  BinaryOperator binary = BinaryOperator::add;
  Intrinsic intrinsic = Intrinsic::sqrt;
  IdQuery query = IdQuery::global_id;
};

}  // namespace dotcompute::kir
