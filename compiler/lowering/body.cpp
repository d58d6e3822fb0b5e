// SPDX-License-Identifier: Apache-2.0
#include "lowering/body.hpp"

#include "kir/build.hpp"
#include "kir/walk.hpp"
#include "lowering/inline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dotcompute::lowering {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::ExpressionPtr;
using kir::Statement;
using kir::StatementKind;
using kir::StatementPtr;
using kir::Statements;
using kir::UnaryOperator;
using kir::Variable;
using kir::VariableKind;

bool has_return(const Statement& root) {
  bool found = false;
  kir::for_each_statement(root, [&](const Statement& statement) {
    found = found || statement.kind == StatementKind::return_from;
  });
  return found;
}

bool ends_in_return(const Statements& list) {
  return !list.empty() && list.back()->kind == StatementKind::return_from;
}

void append(Statements& list, Statements more) {
  std::move(more.begin(), more.end(), std::back_inserter(list));
}

void structure_returns(Statements& list);

// What follows `branch` goes to the side that does not return.
void move_rest(Statement& branch, Statements rest) {
  Statements& goes_on = ends_in_return(branch.body) ? branch.otherwise : branch.body;
  Statements& leaves = ends_in_return(branch.body) ? branch.body : branch.otherwise;
  leaves.pop_back();
  append(goes_on, std::move(rest));
  structure_returns(goes_on);
  structure_returns(leaves);
  if (branch.body.empty() && !branch.otherwise.empty()) {
    branch.value = kir::make_unary(UnaryOperator::logical_not, std::move(branch.value));
    branch.body = std::exchange(branch.otherwise, {});
  }
}

void structure_returns(Statements& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    Statement& statement = *list[i];
    if (!has_return(statement)) {
      continue;
    }
    const auto after = list.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    if (statement.kind == StatementKind::return_from) {
      list.erase(after - 1, list.end());
      return;
    }
    if (statement.kind == StatementKind::block) {
      // Names are unlike all others of the function, so the block is not needed for them.
      Statements inner = std::move(statement.body);
      append(inner,
             Statements(std::make_move_iterator(after), std::make_move_iterator(list.end())));
      list.erase(after - 1, list.end());
      append(list, std::move(inner));
      --i;
      continue;
    }
    if (statement.kind == StatementKind::if_else &&
        (ends_in_return(statement.body) || ends_in_return(statement.otherwise))) {
      Statements rest(std::make_move_iterator(after), std::make_move_iterator(list.end()));
      list.erase(after, list.end());
      move_rest(statement, std::move(rest));
      return;
    }
    if (i + 1 == list.size() && statement.kind == StatementKind::if_else) {
      structure_returns(statement.body);
      structure_returns(statement.otherwise);
    }
  }
}

// Scalars that the body changes become locals, as each item has its own.
void copy_changed_scalars(Body& body) {
  std::vector<Variable*> changed;
  for (const Variable* variable : kir::writes_of(body.statements)) {
    if (variable->kind == VariableKind::scalar) {
      changed.push_back(const_cast<Variable*>(variable));
    }
  }
  for (Variable* scalar : changed) {
    auto local = std::make_unique<Variable>();
    local->name = scalar->name + "_of_item";
    local->type = scalar->type;
    local->location = scalar->location;
    kir::for_each_expression(body.statements, [&](Expression& part) {
      if (part.kind == ExpressionKind::variable && part.variable == scalar) {
        part.variable = local.get();
      }
    });
    body.statements.insert(body.statements.begin(),
                           kir::make_declare(*local, kir::make_variable(*scalar)));
    body.variables.push_back(std::move(local));
  }
}

bool writes_buffer(const Statements& list, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto written = kir::writes_of(*list[i]);
    if (std::any_of(written.begin(), written.end(),
                    [](const Variable* v) { return v->kind == VariableKind::buffer; })) {
      return true;
    }
  }
  return false;
}

// Takes what can be taken out of a condition that must hold, or must not if `wanted` is false; gives
// what is left of it, null if nothing is.
ExpressionPtr take_guards(ExpressionPtr condition,
                          bool wanted,
                          const analysis::Dependence& dependence,
                          std::vector<Bound>& guards) {
  if (condition->kind == ExpressionKind::unary && condition->unary == UnaryOperator::logical_not) {
    return take_guards(std::move(condition->operands[0]), !wanted, dependence, guards);
  }
  const auto both = wanted ? BinaryOperator::logical_and : BinaryOperator::logical_or;
  if (condition->kind == ExpressionKind::binary && condition->binary == both) {
    auto left = take_guards(std::move(condition->operands[0]), wanted, dependence, guards);
    auto right = take_guards(std::move(condition->operands[1]), wanted, dependence, guards);
    if (left == nullptr || right == nullptr) {
      return left == nullptr ? std::move(right) : std::move(left);
    }
    return kir::make_binary(BinaryOperator::logical_and, std::move(left), std::move(right),
                            condition->location);
  }
  if (condition->kind == ExpressionKind::binary &&
      condition->binary != (wanted ? BinaryOperator::not_equal : BinaryOperator::equal)) {
    auto bounds = bounds_of(*condition, wanted, Limits(dependence, analysis::kNoAxis), dependence);
    if (!bounds.empty()) {
      std::move(bounds.begin(), bounds.end(), std::back_inserter(guards));
      return nullptr;
    }
  }
  return wanted ? std::move(condition)
                : kir::make_unary(UnaryOperator::logical_not, std::move(condition));
}

}  // namespace

Body make_body(const kir::Function& kernel) {
  Body body;
  body.statements = kir::clone(kernel.body);
  inline_calls(kernel, body);
  copy_changed_scalars(body);
  structure_returns(body.statements);
  for (;;) {
    Statements& list = body.statements;
    if (list.empty() || list.back()->kind != StatementKind::if_else ||
        !list.back()->otherwise.empty() || writes_buffer(list, list.size() - 1)) {
      break;
    }
    {
      const analysis::Dependence dependence(kernel, list);
      list.back()->value =
          take_guards(std::move(list.back()->value), true, dependence, body.guards);
    }
    if (list.back()->value != nullptr) {
      break;
    }
    Statements inner = std::move(list.back()->body);
    list.pop_back();
    append(list, std::move(inner));
  }
  body.returns = std::any_of(body.statements.begin(), body.statements.end(),
                             [](const StatementPtr& statement) { return has_return(*statement); });
  return body;
}

}  // namespace dotcompute::lowering
