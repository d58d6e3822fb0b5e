// SPDX-License-Identifier: Apache-2.0
#include "kir/layout.hpp"
#include "kir/names.hpp"
#include "kir/scalar.hpp"
#include "kir/verifier.hpp"
#include "kir/walk.hpp"

#include <algorithm>

namespace dotcompute::kir {
namespace {

bool is_bool(const Type& type) noexcept {
  return type.is_scalar() && type.element == ElementType::boolean;
}

bool is_integer(const Type& type) noexcept {
  return type.is_scalar() && kir::is_integer(type.element);
}

bool is_floating(const Type& type) noexcept {
  return type.is_scalar() && kir::is_floating(type.element);
}

bool is_number(const Type& type) noexcept {
  return type.is_scalar() && !is_bool(type);
}

bool takes(UnaryOperator op, const Type& type) noexcept {
  switch (op) {
    case UnaryOperator::negate:
      return is_number(type);
    case UnaryOperator::bit_not:
      return is_integer(type);
    case UnaryOperator::logical_not:
      break;
  }
  return is_bool(type);
}

bool takes(BinaryOperator op, const Type& type) noexcept {
  switch (op) {
    case BinaryOperator::add:
    case BinaryOperator::subtract:
    case BinaryOperator::multiply:
    case BinaryOperator::divide:
      return is_number(type);
    case BinaryOperator::remainder:
    case BinaryOperator::shift_left:
    case BinaryOperator::shift_right:
      return is_integer(type);
    case BinaryOperator::bit_and:
    case BinaryOperator::bit_or:
    case BinaryOperator::bit_xor:
      return is_integer(type) || is_bool(type);
    case BinaryOperator::logical_and:
    case BinaryOperator::logical_or:
      return is_bool(type);
    default:
      return type.is_scalar();
  }
}

bool takes(Intrinsic intrinsic, const Type& type) noexcept {
  if (intrinsic < Intrinsic::abs) {
    return is_floating(type);
  }
  if (intrinsic == Intrinsic::abs) {
    return is_floating(type) || (is_integer(type) && is_signed(type.element));
  }
  return type.is_scalar();
}

bool is_shift(BinaryOperator op) noexcept {
  return op == BinaryOperator::shift_left || op == BinaryOperator::shift_right;
}

}  // namespace

bool Verifier::mistyped(const Expression& expression, std::string message) {
  fail("operand-type", expression.location, std::move(message));
  return false;
}

bool Verifier::has_type(const Expression& expression, const Type& type) {
  return expression.type == type ||
         mistyped(expression,
                  "Here belongs " + name_of(type) + ", not " + name_of(expression.type) + ".");
}

bool Verifier::has_operands(const Expression& expression, std::size_t count) {
  if (expression.operands.size() == count) {
    return true;
  }
  fail("operand-count", expression.location,
       "An expression has " + std::to_string(expression.operands.size()) + " operands, not " +
           std::to_string(count) + ".");
  return false;
}

bool Verifier::check_value(const Expression& expression, bool is_whole) {
  if (!check_expression(expression, is_whole)) {
    return false;
  }
  if (expression.type.kind == TypeKind::none) {
    return mistyped(expression, "Here belongs a value, and this has none.");
  }
  return true;
}

bool Verifier::check_expression(const Expression& expression, bool is_whole) {
  check_location(expression.location);
  return check_operands(expression) && check_kind(expression, is_whole);
}

bool Verifier::check_operands(const Expression& expression) {
  bool are_good = true;
  for (const ExpressionPtr& operand : expression.operands) {
    if (operand == nullptr) {
      fail("missing-part", expression.location, "An operand is null.");
      return false;
    }
    // Only a call takes buffers, which have no value.
    const bool may_be_buffer =
        expression.kind == ExpressionKind::call && operand->kind == ExpressionKind::buffer;
    are_good =
        (may_be_buffer ? check_expression(*operand, false) : check_value(*operand)) && are_good;
  }
  return are_good;
}

bool Verifier::check_kind(const Expression& expression, bool is_whole) {
  switch (expression.kind) {
    case ExpressionKind::literal:
      return has_operands(expression, 0) && check_literal(expression);
    case ExpressionKind::variable:
      return has_operands(expression, 0) && check_variable(expression);
    case ExpressionKind::unary:
      return has_operands(expression, 1) && check_unary(expression);
    case ExpressionKind::binary:
      return has_operands(expression, 2) && check_binary(expression);
    case ExpressionKind::select:
      return has_operands(expression, 3) && check_select(expression);
    case ExpressionKind::cast:
      return has_operands(expression, 1) && check_cast(expression);
    case ExpressionKind::index:
      return check_index(expression);
    case ExpressionKind::member:
      return has_operands(expression, 1) && check_member(expression);
    case ExpressionKind::extent:
      return has_operands(expression, 0) && check_extent(expression);
    case ExpressionKind::call:
      return check_call(expression, is_whole);
    case ExpressionKind::buffer:
      return has_operands(expression, 0) && check_known_buffer(expression) &&
             has_type(expression, Type{});
    case ExpressionKind::intrinsic:
      return has_operands(expression, operand_count(expression.intrinsic)) &&
             check_intrinsic(expression);
    case ExpressionKind::id:
      return has_operands(expression, 0) && check_id(expression);
    case ExpressionKind::construct:
      return check_construct(expression);
  }
  return false;
}

bool Verifier::check_literal(const Expression& expression) {
  if (!expression.type.is_scalar() || expression.type.has_structure() ||
      !expression.type.extents.empty() || expression.type.element == ElementType::structure) {
    return mistyped(expression, "A literal is of a scalar type.");
  }
  if (canonical_bits(expression.type.element, expression.bits) != expression.bits) {
    fail("literal-bits", expression.location,
         "The bits of a literal are no value of " + name_of(expression.type) + ".");
    return false;
  }
  return true;
}

bool Verifier::check_variable(const Expression& expression) {
  const Variable* const variable = expression.variable;
  if (variable == nullptr || !(visible_.contains(variable) || constants_.contains(variable))) {
    fail("scope", expression.location, "A variable is used where it is not known.");
    return false;
  }
  if (variable->kind == VariableKind::buffer) {
    return mistyped(expression, "Buffer '" + variable->name + "' is used as a value.");
  }
  return has_type(expression, variable->type);
}

bool Verifier::check_known_buffer(const Expression& expression) {
  if (expression.variable == nullptr || !visible_.contains(expression.variable)) {
    fail("scope", expression.location, "A buffer is used where it is not known.");
    return false;
  }
  return expression.variable->kind == VariableKind::buffer ||
         mistyped(expression, "'" + expression.variable->name + "' is no buffer.");
}

bool Verifier::check_unary(const Expression& expression) {
  const Type& type = expression.operands[0]->type;
  if (!takes(expression.unary, type)) {
    return mistyped(expression, "'" + std::string(spelling(expression.unary)) + "' does not take " +
                                    name_of(type) + ".");
  }
  return has_type(expression, type);
}

bool Verifier::check_binary(const Expression& expression) {
  const BinaryOperator op = expression.binary;
  const Type& first = expression.operands[0]->type;
  const Type& second = expression.operands[1]->type;
  const bool fit = is_shift(op) ? is_integer(second) : first == second;
  if (!takes(op, first) || !fit) {
    return mistyped(expression, "'" + std::string(spelling(op)) + "' does not take " +
                                    name_of(first) + " and " + name_of(second) + ".");
  }
  const bool gives_bool = op >= BinaryOperator::less;
  return has_type(expression, gives_bool ? scalar_type(ElementType::boolean) : first);
}

bool Verifier::check_select(const Expression& expression) {
  return has_type(*expression.operands[0], scalar_type(ElementType::boolean)) &&
         has_type(*expression.operands[2], expression.operands[1]->type) &&
         has_type(expression, expression.operands[1]->type);
}

bool Verifier::check_cast(const Expression& expression) {
  const Type& from = expression.operands[0]->type;
  const bool is_scalar = expression.type.is_scalar() &&
                         expression.type == scalar_type(expression.type.element) &&
                         expression.type.element != ElementType::structure;
  if (!from.is_scalar() || !is_scalar) {
    return mistyped(expression, "There is no cast from " + name_of(from) + " to " +
                                    name_of(expression.type) + ".");
  }
  return true;
}

bool Verifier::check_index(const Expression& expression) {
  const auto& operands = expression.operands;
  const bool is_buffer = expression.variable != nullptr;
  if (is_buffer && !check_known_buffer(expression)) {
    return false;
  }
  if (!has_operands(expression, is_buffer ? expression.variable->rank : 2U)) {
    return false;
  }
  if (!is_buffer && operands[0]->type.kind != TypeKind::array) {
    return mistyped(expression, name_of(operands[0]->type) + " has no elements.");
  }
  for (std::size_t i = is_buffer ? 0 : 1; i < operands.size(); ++i) {
    if (!is_integer(operands[i]->type)) {
      return mistyped(expression, "An index is an integer, not " + name_of(operands[i]->type));
    }
  }
  return has_type(expression,
                  is_buffer ? expression.variable->type : indexed_type(operands[0]->type));
}

bool Verifier::check_member(const Expression& expression) {
  const Type& type = expression.operands[0]->type;
  if (type.kind != TypeKind::structure ||
      expression.number >= module_.structures[type.structure].fields.size()) {
    return mistyped(expression, name_of(type) + " has no such member.");
  }
  return has_type(expression, module_.structures[type.structure].fields[expression.number].type);
}

bool Verifier::check_extent(const Expression& expression) {
  if (!check_known_buffer(expression)) {
    return false;
  }
  if (expression.number != Expression::kAllAxes && expression.number >= expression.variable->rank) {
    fail("axis", expression.location,
         "'" + expression.variable->name + "' has no axis " + std::to_string(expression.number));
  }
  return has_type(expression, scalar_type(ElementType::uint64));
}

bool Verifier::check_id(const Expression& expression) {
  if (expression.number > 2) {
    fail("axis", expression.location, "Ids have axes 0, 1 and 2.");
  }
  known_.axes = std::max(known_.axes, std::min(expression.number, 2U) + 1);
  return has_type(expression, scalar_type(ElementType::uint64));
}

bool Verifier::check_intrinsic(const Expression& expression) {
  const Intrinsic intrinsic = expression.intrinsic;
  const Type& type = expression.operands[0]->type;
  for (const ExpressionPtr& operand : expression.operands) {
    if (!takes(intrinsic, type) || operand->type != type) {
      return mistyped(expression, "'" + std::string(spelling(intrinsic)) + "' does not take " +
                                      name_of(operand->type) + ".");
    }
  }
  const bool gives_bool = intrinsic >= Intrinsic::is_nan && intrinsic <= Intrinsic::sign_bit;
  return has_type(expression, gives_bool ? scalar_type(ElementType::boolean) : type);
}

bool Verifier::check_construct(const Expression& expression) {
  const Type& type = expression.type;
  const std::size_t before = diagnostics_.size();
  check_type(type, expression.location);
  if (diagnostics_.size() != before) {
    return false;
  }
  if (type.kind == TypeKind::structure) {
    const auto& fields = module_.structures[type.structure].fields;
    if (!has_operands(expression, fields.size())) {
      return false;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      has_type(*expression.operands[i], fields[i].type);
    }
    return true;
  }
  if (type.kind != TypeKind::array) {
    return mistyped(expression, "Only structures and arrays are made of parts.");
  }
  std::size_t count = 1;
  for (const std::uint32_t extent : type.extents) {
    count *= extent;
  }
  Type flat = type;
  flat.extents = {1};
  const Type element = indexed_type(flat);
  for (const ExpressionPtr& operand : expression.operands) {
    has_type(*operand, element);
  }
  return has_operands(expression, count);
}

}  // namespace dotcompute::kir
