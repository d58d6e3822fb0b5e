// SPDX-License-Identifier: Apache-2.0
#include "analysis/bounds_check.hpp"

#include "kir/diagnostic_code.hpp"
#include "kir/walk.hpp"

#include <string>

namespace dotcompute::analysis {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;

namespace {

/// True if what follows `list` is not reached through it.
bool leaves(const kir::Statements& list) {
  if (list.empty()) {
    return false;
  }
  const Statement& last = *list.back();
  switch (last.kind) {
    case StatementKind::return_from:
    case StatementKind::break_out:
    case StatementKind::continue_loop:
      return true;
    case StatementKind::block:
      return leaves(last.body);
    case StatementKind::if_else:
      return leaves(last.body) && leaves(last.otherwise);
    default:
      return false;
  }
}

/// True if the result is within bounds that one operand alone sets.
bool is_bounding(const Expression& expression) {
  if (expression.kind == ExpressionKind::intrinsic) {
    return expression.intrinsic == kir::Intrinsic::min ||
           expression.intrinsic == kir::Intrinsic::clamp;
  }
  return expression.kind == ExpressionKind::binary &&
         (expression.binary == BinaryOperator::remainder ||
          expression.binary == BinaryOperator::bit_and);
}

}  // namespace

kir::Diagnostics BoundsCheck::run(const kir::Function& kernel) {
  visit_function({.function = &kernel, .arguments = std::vector<Axes>(kernel.parameters.size())});
  return std::move(diagnostics_);
}

void BoundsCheck::visit_function(const Call& call) {
  if (!calls_.insert(call).second) {
    return;
  }
  Dependence outer;
  std::swap(outer, dependence_);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    dependence_[call.function->parameters[i].get()] = call.arguments[i];
  }
  learn(*call.function);
  visit(call.function->body, call.bounded);
  std::swap(outer, dependence_);
}

void BoundsCheck::learn(const kir::Function& function) {
  // A variable may depend on one that is set further down, in a loop.
  for (bool again = true; again;) {
    again = false;
    kir::for_each_statement(function.body,
                            [&](const Statement& statement) { again |= learn(statement); });
  }
}

bool BoundsCheck::learn(const Statement& statement) {
  bool learnt = false;
  if (statement.value != nullptr) {
    const Axes axes = axes_of(*statement.value);
    if (statement.kind == StatementKind::assign) {
      learnt = add(*statement.target, axes);
    } else if (statement.kind == StatementKind::declare) {
      Axes& known = dependence_[statement.variable];
      learnt = (axes & ~known) != 0;
      known = static_cast<Axes>(known | axes);
    }
    kir::for_each_expression(*statement.value, [&](const Expression& part) {
      for (std::size_t i = 0; part.kind == ExpressionKind::call && i < part.operands.size(); ++i) {
        // What a function writes may depend on all it was given.
        const kir::Variable& parameter = *part.callee->parameters[i];
        if (parameter.kind == kir::VariableKind::reference && !parameter.is_const) {
          learnt |= add(*part.operands[i], axes_of(part));
        }
      }
    });
  }
  return learnt;
}

bool BoundsCheck::add(const Expression& place, Axes axes) {
  const kir::Variable* root = kir::root_of(place);
  if (root == nullptr || root->kind == kir::VariableKind::buffer) {
    return false;  // an element's value is bounded by who wrote it
  }
  Axes& known = dependence_[root];
  const bool news = (axes & ~known) != 0;
  known = static_cast<Axes>(known | axes);
  return news;
}

BoundsCheck::Axes BoundsCheck::axes_of(const Expression& expression) const {
  if (expression.kind == ExpressionKind::id) {
    const bool is_place = expression.query == kir::IdQuery::global_id ||
                          expression.query == kir::IdQuery::local_id ||
                          expression.query == kir::IdQuery::group_id;
    return is_place ? static_cast<Axes>(1U << expression.number) : Axes{0};
  }
  if (expression.kind == ExpressionKind::variable) {
    const auto known = dependence_.find(expression.variable);
    return known == dependence_.end() ? Axes{0} : known->second;
  }
  if (expression.kind == ExpressionKind::index && expression.variable != nullptr) {
    return 0;  // an element of a buffer
  }
  Axes axes = 0;
  bool has_free_operand = false;
  for (const kir::ExpressionPtr& operand : expression.operands) {
    const Axes part = axes_of(*operand);
    has_free_operand = has_free_operand || part == 0;
    axes = static_cast<Axes>(axes | part);
  }
  return has_free_operand && is_bounding(expression) ? Axes{0} : axes;
}

BoundsCheck::Axes BoundsCheck::bounds_of_comparison(const Expression& comparison,
                                                    bool truth) const {
  const Axes left = axes_of(*comparison.operands[0]);
  const Axes right = axes_of(*comparison.operands[1]);
  switch (comparison.binary) {
    case BinaryOperator::less:
    case BinaryOperator::less_equal:
      return truth ? static_cast<Axes>(left & ~right) : static_cast<Axes>(right & ~left);
    case BinaryOperator::greater:
    case BinaryOperator::greater_equal:
      return truth ? static_cast<Axes>(right & ~left) : static_cast<Axes>(left & ~right);
    case BinaryOperator::equal:
      return truth ? static_cast<Axes>(left ^ right) : Axes{0};
    case BinaryOperator::not_equal:
      return truth ? Axes{0} : static_cast<Axes>(left ^ right);
    default:
      return 0;
  }
}

BoundsCheck::Axes BoundsCheck::bounds(const Expression& condition, bool truth) const {
  switch (condition.kind) {
    case ExpressionKind::unary:
      return condition.unary == kir::UnaryOperator::logical_not
                 ? bounds(*condition.operands[0], !truth)
                 : Axes{0};
    case ExpressionKind::cast:
      return bounds(*condition.operands[0], truth);
    case ExpressionKind::binary: {
      const bool is_and = condition.binary == BinaryOperator::logical_and;
      if (!is_and && condition.binary != BinaryOperator::logical_or) {
        return bounds_of_comparison(condition, truth);
      }
      const Axes first = bounds(*condition.operands[0], truth);
      const Axes second = bounds(*condition.operands[1], truth);
      return is_and == truth ? static_cast<Axes>(first | second)
                             : static_cast<Axes>(first & second);
    }
    case ExpressionKind::call:
    case ExpressionKind::variable:
      return axes_of(condition);  // asked elsewhere: taken for the right question
    default:
      return 0;
  }
}

void BoundsCheck::visit(const kir::Statements& list, Axes bounded) {
  for (const kir::StatementPtr& statement : list) {
    visit(*statement, bounded);
    if (statement->kind == StatementKind::if_else) {
      if (leaves(statement->body)) {
        bounded = static_cast<Axes>(bounded | bounds(*statement->value, false));
      }
      if (leaves(statement->otherwise)) {
        bounded = static_cast<Axes>(bounded | bounds(*statement->value, true));
      }
    }
  }
}

void BoundsCheck::visit(const Statement& statement, Axes bounded) {
  visit(statement.target.get(), bounded);
  visit(statement.value.get(), bounded);
  if (statement.first != nullptr) {
    visit(*statement.first, bounded);
  }
  Axes within = bounded;
  const bool asks = statement.kind == StatementKind::if_else ||
                    statement.kind == StatementKind::for_loop ||
                    statement.kind == StatementKind::while_loop;
  if (asks && statement.value != nullptr) {
    within = static_cast<Axes>(bounded | bounds(*statement.value, true));
    bounded = static_cast<Axes>(bounded | bounds(*statement.value, false));
  }
  visit(statement.body, within);
  visit(statement.otherwise, bounded);
  if (statement.step != nullptr) {
    visit(*statement.step, within);
  }
  for (const kir::SwitchCase& one : statement.cases) {
    visit(one.body, bounded);
  }
}

void BoundsCheck::visit(const Expression* expression, Axes bounded) {
  if (expression == nullptr) {
    return;
  }
  const bool is_choice = expression->kind == ExpressionKind::select;
  const bool is_and = expression->kind == ExpressionKind::binary &&
                      expression->binary == BinaryOperator::logical_and;
  const bool is_or = expression->kind == ExpressionKind::binary &&
                     expression->binary == BinaryOperator::logical_or;
  if (is_choice || is_and || is_or) {
    const Expression& first = *expression->operands[0];
    visit(&first, bounded);
    const auto with = [&](bool truth) { return static_cast<Axes>(bounded | bounds(first, truth)); };
    visit(expression->operands[1].get(), with(!is_or));
    if (is_choice) {
      visit(expression->operands[2].get(), with(false));
    }
    return;
  }
  for (const kir::ExpressionPtr& operand : expression->operands) {
    visit(operand.get(), bounded);
  }
  if (expression->kind == ExpressionKind::call) {
    visit_call(*expression, bounded);
  } else if (expression->kind == ExpressionKind::index && expression->variable != nullptr) {
    Axes axes = 0;
    for (const kir::ExpressionPtr& index : expression->operands) {
      axes = static_cast<Axes>(axes | axes_of(*index));
    }
    report(*expression, static_cast<Axes>(axes & ~bounded));
  }
}

void BoundsCheck::visit_call(const Expression& call, Axes bounded) {
  Call made{.function = call.callee, .bounded = bounded};
  for (const kir::ExpressionPtr& operand : call.operands) {
    made.arguments.push_back(axes_of(*operand));
  }
  visit_function(made);
}

void BoundsCheck::report(const Expression& element, Axes axes) {
  for (unsigned axis = 0; axis < 3; ++axis) {
    const auto bit = static_cast<Axes>(1U << axis);
    if ((axes & bit) == 0 || (reported_ & bit) != 0) {
      continue;
    }
    reported_ = static_cast<Axes>(reported_ | bit);
    const std::string& buffer = element.variable->name;
    const std::string end =
        element.variable->rank == 1
            ? buffer + ".size()"
            : buffer + ".extent(" +
                  std::to_string(axis < element.variable->rank ? element.variable->rank - 1U - axis
                                                               : 0U) +
                  ")";
    diagnostics_.push_back(kir::make_diagnostic(
        kir::DiagnosticCode::no_bounds_guard, element.location,
        "an element of '" + buffer + "' is accessed for every id of axis " + std::to_string(axis) +
            ", also beyond the end; return first if the id is not below " + end,
        kir::Severity::warning));
  }
}

}  // namespace dotcompute::analysis
