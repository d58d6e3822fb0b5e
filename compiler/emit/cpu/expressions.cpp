// SPDX-License-Identifier: Apache-2.0
#include "expressions.hpp"

#include "analysis/dependence.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dotcompute::emit::cpu {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::IdQuery;
using kir::UnaryOperator;

// How tightly operators bind; what is written after a dot binds tightest.
constexpr int kPostfix = 16;
constexpr int kUnary = 15;
constexpr int kConditional = 3;

struct Operator {
  std::string_view text;
  int binds;
};
constexpr std::array<Operator, 18> kBinary{{{"+", 12},
                                            {"-", 12},
                                            {"*", 13},
                                            {"/", 13},
                                            {"%", 13},
                                            {"<<", 11},
                                            {">>", 11},
                                            {"&", 8},
                                            {"|", 6},
                                            {"^", 7},
                                            {"<", 10},
                                            {"<=", 10},
                                            {">", 10},
                                            {">=", 10},
                                            {"==", 9},
                                            {"!=", 9},
                                            {"&&", 5},
                                            {"||", 4}}};

Operator operator_of(BinaryOperator op) {
  return kBinary.at(static_cast<std::size_t>(op));
}

std::string parenthesised(const std::string& text, int binds, int least) {
  return binds < least ? "(" + text + ")" : text;
}

bool is_narrow(const Expression& expression) {
  return expression.type.is_scalar() && kir::is_integer(expression.type.element) &&
         size_of(expression.type.element) < 4;
}

bool is_shift(BinaryOperator op) {
  return op == BinaryOperator::shift_left || op == BinaryOperator::shift_right;
}

bool is_index_arithmetic(const Expression& expression) {
  return expression.kind == ExpressionKind::binary &&
         expression.type == kir::scalar_type(ElementType::int32) &&
         (expression.binary == BinaryOperator::add ||
          expression.binary == BinaryOperator::subtract ||
          expression.binary == BinaryOperator::multiply);
}

// Few readers know how tightly these bind, so compilers warn of them.
bool wants_parentheses(BinaryOperator outer, const Expression& operand) {
  if (operand.kind != ExpressionKind::binary || operand.binary == outer) {
    return false;
  }
  if (outer == BinaryOperator::logical_or || outer == BinaryOperator::logical_and) {
    return operand.binary == BinaryOperator::logical_or ||
           operand.binary == BinaryOperator::logical_and;
  }
  return operator_of(outer).binds <= 8 || is_shift(outer);
}

bool is_short(const Expression& literal) {
  const auto value = static_cast<std::int64_t>(literal.bits);
  return literal.kind == ExpressionKind::literal && literal.type.is_scalar() &&
         kir::is_integer(literal.type.element) && size_of(literal.type.element) == 8 &&
         value >= 0 && value <= INT32_MAX;
}

// Places in a group and of a group are quotients.
int id_binds(const Expression& expression, bool is_in_kernel) {
  return is_in_kernel &&
                 (expression.query == IdQuery::local_id || expression.query == IdQuery::group_id)
             ? operator_of(BinaryOperator::divide).binds
             : kPostfix;
}

std::string short_literal(const Expression& literal) {
  return std::to_string(literal.bits) + (kir::is_signed(literal.type.element) ? "" : "U");
}

}  // namespace

std::string Expressions::text(const Expression& expression, int least) const {
  if (plan_ != nullptr) {
    if (plan_->early_loads.contains(&expression)) {
      return early_load(expression);
    }
    const auto known = plan_->known.find(&expression);
    if (known != plan_->known.end()) {
      return known_text(expression, known->second);
    }
  }
  return bare_text(expression, least);
}

std::string Expressions::early_load(const Expression& expression) const {
  return "dc_load_" + std::to_string(plan_->early_loads.at(&expression));
}

std::string Expressions::early_load_declaration(const Expression& expression) const {
  std::string indices;
  for (const auto& index : expression.operands) {
    indices += (indices.empty() ? "" : ", ") + index_text(*index);
  }
  return "const " + spell(expression.type, names_) + " " + early_load(expression) + " = " +
         names_.of(*expression.variable) + ".at_or_zero(" + indices + ")";
}

std::string Expressions::known_text(const Expression& expression, lowering::Known known) const {
  switch (known) {
    case lowering::Known::is_true:
      return "(dc_interior || " + bare_text(expression, 6) + ")";
    case lowering::Known::is_false:
      return "(!dc_interior && " + bare_text(expression, 6) + ")";
    default: {
      const std::size_t chosen = known == lowering::Known::first_operand ? 0 : 1;
      return "(dc_interior ? " + text(*expression.operands[chosen], kConditional + 1) + " : " +
             bare_text(expression, kConditional + 1) + ")";
    }
  }
}

std::string Expressions::bare_text(const Expression& expression, int least) const {
  const auto operand = [&](std::size_t i, int binds) {
    return text(*expression.operands[i], binds);
  };
  switch (expression.kind) {
    case ExpressionKind::literal: {
      std::string spelled = spell_literal(expression.type.element, expression.bits);
      const int binds = spelled.front() == '-' ? kUnary : kPostfix;
      return parenthesised(spelled, binds, least);
    }
    case ExpressionKind::variable:
      return variable_text(expression);
    case ExpressionKind::unary:
      return parenthesised(unary_text(expression), is_narrow(expression) ? kPostfix : kUnary,
                           least);
    case ExpressionKind::binary:
      return binary_text(expression, least);
    case ExpressionKind::select:
      return parenthesised(operand(0, kConditional + 1) + " ? " + operand(1, kConditional) + " : " +
                               operand(2, kConditional),
                           kConditional, least);
    case ExpressionKind::cast:
      if (kir::is_floating(expression.type.element) && is_id(*expression.operands[0])) {
        return "dc::floating<" + spell(expression.type.element) + ">(" +
               wide_text(*expression.operands[0], false, 0) + ")";
      }
      return "static_cast<" + spell(expression.type.element) + ">(" + operand(0, 0) + ")";
    case ExpressionKind::index:
      return place_text(expression);
    case ExpressionKind::member: {
      const auto& structure = module_.structures.at(expression.operands[0]->type.structure);
      return operand(0, kPostfix) + "." + Names::of_field(structure.fields.at(expression.number));
    }
    case ExpressionKind::extent:
      return names_.of(*expression.variable) +
             (expression.number == Expression::kAllAxes
                  ? ".size()"
                  : ".extent(" + std::to_string(expression.number) + ")");
    case ExpressionKind::call:
    case ExpressionKind::intrinsic:
      return call_text(expression);
    case ExpressionKind::buffer:
      return names_.of(*expression.variable);
    case ExpressionKind::id:
      return parenthesised(id_text(expression), id_binds(expression, plan_ != nullptr), least);
    case ExpressionKind::construct:
      return construct_text(expression);
  }
  return {};
}

std::string Expressions::value_text(const Expression& value) const {
  return is_short(value) ? std::to_string(value.bits) : text(value);
}

bool Expressions::is_wide_id(const kir::Variable& variable) const {
  if (plan_ == nullptr || variable.type == kir::scalar_type(ElementType::uint64)) {
    return false;
  }
  const Expression* value = plan_->dependence->definition(variable);
  return value != nullptr && value->kind == ExpressionKind::cast &&
         size_of(value->type.element) >= 4 && kir::is_integer(value->type.element) &&
         value->operands[0]->kind == ExpressionKind::id &&
         value->operands[0]->query == IdQuery::global_id;
}

bool Expressions::is_id(const Expression& expression) const {
  if (expression.kind != ExpressionKind::variable || plan_ == nullptr) {
    return expression.kind == ExpressionKind::id;
  }
  const Expression* value = plan_->dependence->definition(*expression.variable);
  return value != nullptr && size_of(expression.type.element) == 8 &&
         (value->kind == ExpressionKind::id || is_wide_id(*expression.variable));
}

std::string Expressions::variable_text(const Expression& expression) const {
  const kir::Variable& variable = *expression.variable;
  if (plan_ != nullptr && plan_->arrays.contains(&variable)) {
    return names_.of(variable) + (plan_->tiles_rows ? "[dc_row][dc_lane]" : "[dc_lane]");
  }
  if (is_wide_id(variable)) {
    return "static_cast<" + spell(variable.type.element) + ">(" + names_.of(variable) + ")";
  }
  return names_.of(variable);
}

std::string Expressions::unary_text(const Expression& expression) const {
  constexpr std::array<std::string_view, 3> kUnaries{"-", "~", "!"};
  std::string spelled(kUnaries.at(static_cast<std::size_t>(expression.unary)));
  const std::string operand = text(*expression.operands[0], kUnary);
  // "--x" would be something else.
  spelled += operand.starts_with(spelled) ? "(" + operand + ")" : operand;
  return is_narrow(expression)
             ? "static_cast<" + spell(expression.type.element) + ">(" + spelled + ")"
             : spelled;
}

std::string Expressions::binary_text(const Expression& expression, int least) const {
  const auto [spelled, binds] = operator_of(expression.binary);
  const Expression& left = *expression.operands[0];
  const Expression& right = *expression.operands[1];
  const bool divides =
      expression.binary == BinaryOperator::divide || expression.binary == BinaryOperator::remainder;
  if (divides && kir::is_signed(expression.type.element) &&
      (right.kind != ExpressionKind::literal || static_cast<std::int64_t>(right.bits) == -1)) {
    // The least number over -1 stops the processor where KIR says that it wraps.
    return (expression.binary == BinaryOperator::divide ? "dc::divide(" : "dc::remainder_of(") +
           text(left, 0) + ", " + text(right, 0) + ")";
  }
  const auto side = [&](const Expression& operand, int at_least) {
    const Expression& other = &operand == &left ? right : left;
    if (is_short(operand) && !is_shift(expression.binary) &&
        other.kind != ExpressionKind::literal) {
      return short_literal(operand);  // the other operand says the type
    }
    const bool is_known = plan_ != nullptr && plan_->known.contains(&operand);
    return !is_known && wants_parentheses(expression.binary, operand) ? "(" + text(operand, 0) + ")"
                                                                      : text(operand, at_least);
  };
  std::string second = is_shift(expression.binary) ? "" : side(right, binds + 1);
  if (is_shift(expression.binary)) {
    // Counts are taken modulo the width.
    const std::uint64_t most = 8 * size_of(expression.type.element) - 1;
    second = right.kind == ExpressionKind::literal
                 ? std::to_string(right.bits & most)
                 : "(" + text(right, 9) + " & " + std::to_string(most) + ")";
  }
  std::string whole = side(left, binds) + " " + std::string(spelled) + " " + second;
  if (is_narrow(expression)) {
    return "static_cast<" + spell(expression.type.element) + ">(" + whole + ")";
  }
  return parenthesised(whole, binds, least);
}

std::string Expressions::place_text(const Expression& expression) const {
  if (expression.variable == nullptr) {
    return text(*expression.operands[0], kPostfix) + "[" + index_text(*expression.operands[1]) +
           "]";
  }
  std::string indices;
  for (const auto& index : expression.operands) {
    indices += (indices.empty() ? "" : ", ") + index_text(*index);
  }
  const bool is_row = expression.operands.size() == 1;
  return names_.of(*expression.variable) + (is_row ? "[" : "(") + indices + (is_row ? "]" : ")");
}

std::string Expressions::index_text(const Expression& expression) const {
  return is_short(expression) ? std::to_string(expression.bits) : wide_text(expression, false, 0);
}

std::string Expressions::wide_text(const Expression& expression, bool must_widen, int least) const {
  if (plan_ != nullptr && plan_->known.contains(&expression)) {
    const std::string inner = text(expression, 0);
    return must_widen ? "dc::wide(" + inner + ")" : inner;
  }
  if (expression.kind == ExpressionKind::variable && is_wide_id(*expression.variable)) {
    return names_.of(*expression.variable);
  }
  if (expression.kind == ExpressionKind::cast && expression.operands[0]->type.is_scalar() &&
      size_of(expression.type.element) == 8 && kir::is_integer(expression.type.element)) {
    const Expression& inner = *expression.operands[0];
    if (is_index_arithmetic(inner) ||
        (inner.kind == ExpressionKind::variable && is_wide_id(*inner.variable))) {
      return wide_text(inner, true, least);
    }
  }
  if (is_index_arithmetic(expression)) {
    const auto [spelled, binds] = operator_of(expression.binary);
    const Expression& right = *expression.operands[1];
    return parenthesised(wide_text(*expression.operands[0], true, binds) + " " +
                             std::string(spelled) + " " +
                             wide_text(right, is_index_arithmetic(right), binds + 1),
                         binds, least);
  }
  if (must_widen && expression.type == kir::scalar_type(ElementType::int32)) {
    return "dc::wide(" + text(expression, 0) + ")";
  }
  return text(expression, least);
}

std::string Expressions::list_text(const std::vector<kir::ExpressionPtr>& parts) const {
  std::string list;
  for (const auto& part : parts) {
    list += (list.empty() ? "" : ", ") + text(*part, 0);
  }
  return list;
}

std::string Expressions::call_text(const Expression& expression) const {
  std::string list = list_text(expression.operands);
  if (expression.kind == ExpressionKind::intrinsic) {
    // Said, as literals of another type than the rest would leave it open.
    const bool is_generic = expression.intrinsic >= kir::Intrinsic::abs;
    const std::string type = is_generic ? "<" + spell(expression.type.element) + ">" : "";
    return std::string(spell(expression.intrinsic)) + type + "(" + list + ")";
  }
  if (analysis::uses_ids(*expression.callee)) {
    const std::string item =
        plan_ != nullptr ? "dc::Item{{dc_x, dc_y, dc_z}, dc_launch}" : "dc_item";
    list = item + (list.empty() ? "" : ", ") + list;
  }
  return names_.of(*expression.callee) + "(" + list + ")";
}

std::string Expressions::id_text(const Expression& expression) const {
  const std::string axis = std::to_string(expression.number);
  if (plan_ == nullptr) {
    constexpr std::array<std::string_view, 6> kQueries{"id",          "local_id",   "group_id",
                                                       "global_size", "local_size", "group_count"};
    return "dc_item." + std::string(kQueries.at(static_cast<std::size_t>(expression.query))) + "(" +
           axis + ")";
  }
  std::string id = std::string("dc_") + "xyz"[expression.number];
  switch (expression.query) {
    case IdQuery::local_id:
      return id + " % dc_launch.local_size(" + axis + ")";
    case IdQuery::group_id:
      return id + " / dc_launch.local_size(" + axis + ")";
    case IdQuery::global_size:
      return "dc_launch.global_size(" + axis + ")";
    case IdQuery::local_size:
      return "dc_launch.local_size(" + axis + ")";
    case IdQuery::group_count:
      return "dc_launch.group_count(" + axis + ")";
    default:
      return id;
  }
}

std::string Expressions::construct_text(const Expression& expression) const {
  return spell(expression.type, names_) + "{" + list_text(expression.operands) + "}";
}

}  // namespace dotcompute::emit::cpu
