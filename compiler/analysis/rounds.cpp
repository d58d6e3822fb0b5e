// SPDX-License-Identifier: Apache-2.0
#include "analysis/rounds.hpp"

#include "kir/walk.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dotcompute::analysis {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Variable;
using kir::VariableKind;

std::optional<double> number_of(const Expression& expression) {
  if (expression.kind != ExpressionKind::literal || !kir::is_integer(expression.type.element)) {
    return std::nullopt;
  }
  return static_cast<double>(static_cast<std::int64_t>(expression.bits));
}

bool is_variable(const Expression& expression, const Variable& variable) {
  return expression.kind == ExpressionKind::variable && expression.variable == &variable;
}

bool writes(const Statement& statement, const Variable& variable) {
  const auto written = kir::writes_of(statement.body);
  return std::find(written.begin(), written.end(), &variable) != written.end();
}

bool has_break(const Statement& loop) {
  bool found = false;
  kir::for_each_statement(loop.body, [&](const Statement& part) {
    found = found || part.kind == StatementKind::break_out;
  });
  return found;
}

}  // namespace

void Rounds::enter(const kir::Function& function) {
  for (const Variable* variable : kir::writes_of(function.body)) {
    if (variable->kind != VariableKind::local) {
      changing_.insert(variable);
      values_.erase(variable);
    }
  }
}

void Rounds::bind(const Variable& parameter, const Expression& argument) {
  values_.erase(&parameter);
  if (is_stable(argument)) {
    values_[&parameter] = &argument;
  }
}

// What an integer is, as far as it is told once: `4096` of `kBlock`.
const Expression& Rounds::resolved(const Expression& expression) const {
  if (expression.kind == ExpressionKind::cast && expression.operands[0]->type.is_scalar() &&
      kir::is_integer(expression.type.element) &&
      kir::is_integer(expression.operands[0]->type.element)) {
    return resolved(*expression.operands[0]);
  }
  if (expression.kind == ExpressionKind::variable) {
    const auto known = values_.find(expression.variable);
    if (known != values_.end()) {
      return resolved(*known->second);
    }
    if (expression.variable->kind == VariableKind::constant) {
      return *expression.variable->value;
    }
  }
  return expression;
}

// True if it has one value for as long as its item runs.
bool Rounds::is_stable(const Expression& expression) const {
  bool stable = true;
  kir::for_each_expression(expression, [&](const Expression& part) {
    if (part.kind == ExpressionKind::variable) {
      const Variable& variable = *part.variable;
      const bool is_parameter = variable.kind == VariableKind::scalar;
      stable = stable && (values_.contains(&variable) || variable.kind == VariableKind::constant ||
                          (is_parameter && !changing_.contains(&variable)));
    }
    stable = stable && part.kind != ExpressionKind::call &&
             (part.kind != ExpressionKind::index || part.variable == nullptr);
  });
  return stable;
}

// How far `to` is above `from` at most.
std::optional<double> Rounds::distance(const Expression& from, const Expression& to) const {
  const Expression& begin = resolved(from);
  const Expression& end = resolved(to);
  if (kir::same(begin, end)) {
    return 0;
  }
  if (number_of(begin) && number_of(end)) {
    return *number_of(end) - *number_of(begin);
  }
  if (end.kind == ExpressionKind::intrinsic && end.intrinsic == kir::Intrinsic::min) {
    const auto first = distance(begin, *end.operands[0]);
    const auto second = distance(begin, *end.operands[1]);
    return first && second ? std::min(*first, *second) : first ? first : second;
  }
  if (end.kind == ExpressionKind::binary && end.binary == BinaryOperator::add) {
    for (const std::size_t i : {0U, 1U}) {
      const auto number = number_of(resolved(*end.operands[i]));
      const auto rest = number ? distance(begin, *end.operands[1 - i]) : std::nullopt;
      if (rest) {
        return *rest + *number;
      }
    }
  }
  return std::nullopt;
}

std::optional<Rounds::Count> Rounds::count_of(const Statement& loop) const {
  if (loop.kind != StatementKind::for_loop || loop.value == nullptr || loop.step == nullptr ||
      loop.value->kind != ExpressionKind::binary ||
      loop.step->value->kind != ExpressionKind::binary ||
      loop.step->value->binary != BinaryOperator::add ||
      loop.step->target->kind != ExpressionKind::variable) {
    return std::nullopt;
  }
  Count count;
  count.counter = loop.step->target->variable;
  const Expression& next = *loop.step->value;
  const Expression& end = *loop.value->operands[1];
  const auto step = number_of(resolved(*next.operands[1]));
  if (!is_variable(*next.operands[0], *count.counter) || !step || *step < 1 ||
      writes(loop, *count.counter) || !is_stable(end)) {
    return std::nullopt;
  }
  count.step = *step;
  count.end = &end;
  const Expression* place = loop.value->operands[0].get();
  if (place->kind == ExpressionKind::binary && place->binary == BinaryOperator::add) {
    const auto offset = number_of(resolved(*place->operands[1]));
    if (!offset) {
      return std::nullopt;
    }
    count.offset = *offset;
    place = place->operands[0].get();
  }
  const bool is_up_to = loop.value->binary == BinaryOperator::less_equal;
  count.offset -= is_up_to ? 1 : 0;
  if (!is_variable(*place, *count.counter) ||
      (!is_up_to && loop.value->binary != BinaryOperator::less)) {
    return std::nullopt;
  }
  if (loop.first != nullptr) {
    const bool sets = loop.first->kind == StatementKind::declare
                          ? loop.first->variable == count.counter
                          : is_variable(*loop.first->target, *count.counter);
    count.start = sets ? loop.first->value.get() : nullptr;
  } else if (const auto known = counters_.find(count.counter); known != counters_.end()) {
    count.start = known->second.start;
  }
  return count.start != nullptr && is_stable(*count.start) ? std::optional(count) : std::nullopt;
}

std::optional<double> Rounds::of(const Statement& loop) const {
  const auto count = count_of(loop);
  if (!count) {
    return std::nullopt;
  }
  auto far = distance(*count->start, *count->end);
  const auto known = counters_.find(count->counter);
  if (loop.first == nullptr && known != counters_.end() && known->second.end != nullptr &&
      kir::same(resolved(*known->second.end), resolved(*count->end))) {
    far = std::min(far.value_or(known->second.left), known->second.left);
  }
  if (!far) {
    return std::nullopt;
  }
  return std::max(0.0, std::ceil((*far - count->offset) / count->step));
}

void Rounds::enter_loop(const Statement& loop) {
  // In later rounds, what the body writes is no more what it was before the first.
  for (const Variable* variable : kir::writes_of(loop.body)) {
    counters_.erase(variable);
  }
  for (auto& [variable, counter] : counters_) {
    counter.end = nullptr;
  }
}

void Rounds::leave_loop(const Statement& loop) {
  const auto count = count_of(loop);
  for (auto& [variable, counter] : counters_) {
    counter.end = nullptr;
  }
  if (loop.step != nullptr) {
    counters_.erase(loop.step->target != nullptr ? kir::root_of(*loop.step->target) : nullptr);
  }
  if (count && count->counter != nullptr) {
    // It has only grown, and the condition no longer holds.
    Counter& counter = counters_[count->counter];
    counter.start = count->start;
    if (!has_break(loop)) {
      counter.end = count->end;
      counter.left = std::max(0.0, count->offset);
    }
  }
}

void Rounds::pass(const Statement& statement) {
  for (const Variable* variable : kir::writes_of(statement)) {
    counters_.erase(variable);
    values_.erase(variable);
  }
  if (statement.kind == StatementKind::if_else || statement.kind == StatementKind::switch_on ||
      statement.kind == StatementKind::block) {
    for (auto& [variable, counter] : counters_) {
      counter.end = nullptr;
    }
  }
  if (statement.kind != StatementKind::declare || statement.value == nullptr ||
      !statement.variable->type.is_scalar() || !kir::is_integer(statement.variable->type.element) ||
      !is_stable(*statement.value)) {
    return;
  }
  if (statement.variable->is_const) {
    values_[statement.variable] = statement.value.get();
  } else {
    counters_[statement.variable] = {.start = statement.value.get()};
  }
}

}  // namespace dotcompute::analysis
