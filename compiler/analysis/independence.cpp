// SPDX-License-Identifier: Apache-2.0
#include "analysis/independence.hpp"

#include "analysis/dependence.hpp"
#include "kir/walk.hpp"

#include <set>
#include <utility>

namespace dotcompute::analysis {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Variable;

bool is_variable(const Expression& expression, const Variable& variable) {
  const Expression* inner = &expression;
  while (inner->kind == ExpressionKind::cast && inner->operands[0]->type.is_scalar() &&
         size_of(inner->type.element) >= 4 && kir::is_integer(inner->type.element)) {
    inner = inner->operands[0].get();
  }
  return inner->kind == ExpressionKind::variable && inner->variable == &variable;
}

// "v < 8" and "v = v + 1", v being what the loop declares.
bool counts_by_ones(const Statement& loop) {
  if (loop.kind != StatementKind::for_loop || loop.first == nullptr || loop.step == nullptr ||
      loop.value == nullptr || loop.first->kind != StatementKind::declare) {
    return false;
  }
  const Variable& variable = *loop.first->variable;
  const Expression& limit = *loop.value;
  const Statement& step = *loop.step;
  const bool has_limit = limit.kind == ExpressionKind::binary &&
                         limit.binary == BinaryOperator::less &&
                         is_variable(*limit.operands[0], variable) &&
                         limit.operands[1]->kind == ExpressionKind::literal;
  return has_limit && size_of(variable.type.element) >= 4 && is_variable(*step.target, variable) &&
         step.value->kind == ExpressionKind::binary && step.value->binary == BinaryOperator::add &&
         is_variable(*step.value->operands[0], variable) &&
         step.value->operands[1]->kind == ExpressionKind::literal &&
         step.value->operands[1]->bits == 1;
}

bool is_element_at(const Expression& place, const Variable& counter) {
  return place.kind == ExpressionKind::index && place.variable == nullptr &&
         place.operands[0]->kind == ExpressionKind::variable &&
         place.operands[0]->variable->kind == kir::VariableKind::local &&
         is_variable(*place.operands[1], counter);
}

// Whether all mentions of what is written are of the round's own element.
bool keeps_apart(const Expression& root,
                 const Variable& counter,
                 const std::set<const Variable*>& written) {
  if (root.kind == ExpressionKind::call &&
      (!kir::is_pure(*root.callee) || has_loop(*root.callee))) {
    return false;
  }
  if (is_element_at(root, counter)) {
    return true;
  }
  if (root.kind == ExpressionKind::variable && written.contains(root.variable)) {
    return false;
  }
  for (const auto& operand : root.operands) {
    if (!keeps_apart(*operand, counter, written)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool has_independent_rounds(const Statement& loop) {
  if (!counts_by_ones(loop) || loop.body.empty()) {
    return false;
  }
  const Variable& counter = *loop.first->variable;
  std::set<const Variable*> written;
  for (const auto& statement : loop.body) {
    if (statement->kind != StatementKind::assign || !is_element_at(*statement->target, counter)) {
      return false;
    }
    written.insert(kir::root_of(std::as_const(*statement->target)));
  }
  for (const auto& statement : loop.body) {
    if (!keeps_apart(*statement->value, counter, written)) {
      return false;
    }
  }
  return true;
}

}  // namespace dotcompute::analysis
