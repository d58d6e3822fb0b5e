// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/expressions.hpp"

#include "emit/common/operators.hpp"
#include "emit/opencl/questions.hpp"
#include "emit/opencl/spelling.hpp"
#include "kir/scalar.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <array>

namespace dotcompute::emit::opencl {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::IdQuery;
using kir::Intrinsic;
using kir::UnaryOperator;
using kir::Variable;
using kir::VariableKind;

constexpr int kComparison = 10;

bool is_comparison(BinaryOperator op) {
  return op >= BinaryOperator::less && op <= BinaryOperator::not_equal;
}

bool is_own_id(const Expression& expression) {
  return expression.kind == ExpressionKind::id && expression.query == IdQuery::global_id;
}

// The helper that does what `binary` says where C leaves it undefined; nothing if C defines it.
std::optional<Helper> wrapping(const Expression& binary) {
  if (!is_wide_integer(binary.type) || !kir::is_signed(binary.type.element)) {
    return std::nullopt;
  }
  switch (binary.binary) {
    case BinaryOperator::add:
      return Helper::add;
    case BinaryOperator::subtract:
      return Helper::subtract;
    case BinaryOperator::multiply:
      return Helper::multiply;
    case BinaryOperator::divide:
      return Helper::divide;
    case BinaryOperator::remainder:
      return Helper::remainder;
    default:
      return std::nullopt;
  }
}

// A divisor that is a number other than -1: the quotient fits.
bool is_plain_division(const Expression& binary) {
  const Expression& divisor = *binary.operands[1];
  return (binary.binary == BinaryOperator::divide || binary.binary == BinaryOperator::remainder) &&
         divisor.kind == ExpressionKind::literal && static_cast<std::int64_t>(divisor.bits) != -1;
}

}  // namespace

std::string Expressions::value_text(const Expression& value) const {
  return is_short(value) ? std::to_string(value.bits) : text(value);
}

std::string Expressions::initial_text(const Expression& value) const {
  if (is_own_id(value)) {
    return "get_global_id(" + std::to_string(value.number) + ")";
  }
  return value.kind == ExpressionKind::construct ? initialiser_text(value) : value_text(value);
}

std::string_view Expressions::compound(const kir::Statement& assign, bool is_sure_to_fit) const {
  const Expression& value = *assign.value;
  if (value.kind != ExpressionKind::binary || value.binary > BinaryOperator::multiply ||
      !value.type.is_scalar() || is_narrow(value) || is_half(value) ||
      !kir::same(*assign.target, *value.operands[0])) {
    return {};
  }
  const bool is_plain = !wrapping(value) || is_sure_to_fit || ranges_.fits(value);
  return is_plain ? operator_of(value.binary).text : std::string_view();
}

std::string Expressions::text(const Expression& expression, int least) const {
  // What is used of types becomes part of the text.
  static_cast<void>(parts_.type(expression.type));
  switch (expression.kind) {
    case ExpressionKind::literal: {
      const std::string spelled = spell_literal(expression.type.element, expression.bits);
      const bool is_sign_or_cast =
          spelled.front() == '-' || (is_narrow(expression) || is_half(expression));
      return parenthesised(spelled, is_sign_or_cast ? kUnary : kPostfix, least);
    }
    case ExpressionKind::variable:
    case ExpressionKind::index:
    case ExpressionKind::member:
      return place_text(expression);
    case ExpressionKind::unary:
      return unary_text(expression, least);
    case ExpressionKind::binary:
      return binary_text(expression, least);
    case ExpressionKind::select:
      return parenthesised(text(*expression.operands[0], kConditional + 1) + " ? " +
                               text(*expression.operands[1], kConditional) + " : " +
                               text(*expression.operands[2], kConditional),
                           kConditional, least);
    case ExpressionKind::cast:
      return cast_text(expression, least);
    case ExpressionKind::extent:
      return extents_text(expression, least);
    case ExpressionKind::call:
      return call_text(expression);
    case ExpressionKind::buffer:
      return parts_.names().of(*expression.variable);
    case ExpressionKind::intrinsic:
      return intrinsic_text(expression, least);
    case ExpressionKind::id:
      return id_text(expression, least);
    case ExpressionKind::construct:
      return "(" + parts_.type(expression.type) + ")" + initialiser_text(expression);
  }
  return {};
}

// What operators and functions take: a float16 as float.
std::string Expressions::number_text(const Expression& expression, int least) const {
  if (is_half(expression) && expression.kind == ExpressionKind::literal) {
    const double value = kir::floating_value(ElementType::float16, expression.bits);
    const std::string spelled =
        spell_literal(ElementType::float32, kir::bits_of(ElementType::float32, value));
    return parenthesised(spelled, spelled.front() == '-' ? kUnary : kPostfix, least);
  }
  return is_half(expression)
             ? parts_.helper(Helper::from_half, ElementType::float16) + "(" + text(expression) + ")"
             : text(expression, least);
}

std::string Expressions::unary_text(const Expression& expression, int least) const {
  const Expression& operand = *expression.operands[0];
  const bool wraps = expression.unary == UnaryOperator::negate &&
                     is_wide_integer(expression.type) && kir::is_signed(expression.type.element) &&
                     !ranges_.fits(expression);
  if (wraps) {
    return helper_call(Helper::negate, expression);
  }
  constexpr std::array<std::string_view, 3> kUnaries{"-", "~", "!"};
  std::string spelled(kUnaries.at(static_cast<std::size_t>(expression.unary)));
  const std::string of = number_text(operand, kUnary);
  // "--x" would be something else.
  spelled += of.starts_with(spelled) ? "(" + of + ")" : of;
  if (is_half(expression)) {
    return parts_.helper(Helper::to_half, ElementType::float32) + "(" + spelled + ")";
  }
  if (is_narrow(expression)) {
    spelled = "(" + std::string(spell(expression.type.element)) + ")(" + spelled + ")";
  }
  return parenthesised(spelled, kUnary, least);
}

std::string Expressions::binary_text(const Expression& expression, int least) const {
  if (needs_helper(expression)) {
    return helper_call(*wrapping(expression), expression);
  }
  if (is_half(expression)) {
    return parts_.helper(Helper::to_half, ElementType::float32) + "(" + plain_text(expression, 0) +
           ")";
  }
  if (is_narrow(expression)) {
    return parenthesised(
        "(" + std::string(spell(expression.type.element)) + ")(" + plain_text(expression, 0) + ")",
        kUnary, least);
  }
  return plain_text(expression, least);
}

bool Expressions::needs_helper(const Expression& binary) const {
  const auto helper = wrapping(binary);
  if (!helper || is_plain_division(binary)) {
    return false;
  }
  return *helper == Helper::divide || *helper == Helper::remainder || !ranges_.fits(binary);
}

std::string Expressions::plain_text(const Expression& expression, int least) const {
  const auto [spelled, binds] = operator_of(expression.binary);
  const Expression& right = *expression.operands[1];
  if (is_shift(expression.binary)) {
    // OpenCL takes counts modulo the width, but computes narrow integers as int.
    const std::uint64_t most = 8 * size_of(expression.type.element) - 1;
    const std::string count =
        right.kind == ExpressionKind::literal ? std::to_string(right.bits & most)
        : is_narrow(expression) ? "(" + text(right, 9) + " & " + std::to_string(most) + ")"
                                : text(right, kSum);
    return parenthesised(side_text(expression, 0) + " " + std::string(spelled) + " " + count, binds,
                         least);
  }
  std::string left = side_text(expression, 0);
  if (expression.binary == BinaryOperator::multiply &&
      expression.type == kir::scalar_type(ElementType::uint16)) {
    left = "(uint)" + text(*expression.operands[0], kUnary);  // beyond int, which would overflow
  }
  return parenthesised(left + " " + std::string(spelled) + " " + side_text(expression, 1), binds,
                       least);
}

std::string Expressions::side_text(const Expression& binary, std::size_t i) const {
  const Expression& operand = *binary.operands[i];
  const Expression& other = *binary.operands[1 - i];
  if (is_short(operand) && !is_shift(binary.binary) && other.kind != ExpressionKind::literal) {
    return std::to_string(operand.bits);  // the other operand says the type
  }
  const bool compares_comparisons = is_comparison(binary.binary) &&
                                    operand.kind == ExpressionKind::binary &&
                                    is_comparison(operand.binary);
  if (wants_parentheses(binary.binary, operand) || compares_comparisons) {
    const std::string inner = number_text(operand, 0);
    const bool is_call_or_cast = is_half(operand) || is_narrow(operand) || needs_helper(operand);
    return is_call_or_cast ? inner : "(" + inner + ")";
  }
  return number_text(operand, operator_of(binary.binary).binds + static_cast<int>(i));
}

std::string Expressions::cast_text(const Expression& expression, int least) const {
  const Expression& from = *expression.operands[0];
  const ElementType to = expression.type.element;
  if (to == from.type.element) {
    return text(from, least);
  }
  if (to == ElementType::boolean) {
    return parenthesised(number_text(from, kComparison) + " != 0", kTest, least);
  }
  if (is_own_id(from)) {
    return "(" + std::string(spell(to)) + ")" + initial_text(from);
  }
  if (to == ElementType::float16) {
    const bool is_double = from.type.element == ElementType::float64;
    const bool is_float = from.type.element == ElementType::float32;
    return parts_.helper(Helper::to_half, is_double ? ElementType::float64 : ElementType::float32) +
           "(" + (is_double || is_float ? text(from) : "(float)" + text(from, kUnary)) + ")";
  }
  if (is_half(from) && to == ElementType::float32) {
    return number_text(from, least);
  }
  return parenthesised("(" + std::string(spell(to)) + ")" + number_text(from, kUnary), kUnary,
                       least);
}

}  // namespace dotcompute::emit::opencl
