// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/ranges.hpp"

#include "kir/walk.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace dotcompute::emit::opencl {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Intrinsic;
using kir::Statement;
using kir::StatementKind;

std::optional<Interval> all_of(ElementType type) {
  if (type == ElementType::boolean) {
    return Interval{0, 1};
  }
  if (!kir::is_integer(type) || type == ElementType::uint64) {
    return std::nullopt;
  }
  if (type == ElementType::int64) {
    return Interval{INT64_MIN, INT64_MAX};
  }
  const auto bits = static_cast<unsigned>(8 * size_of(type));
  const std::int64_t count = std::int64_t{1} << bits;
  return kir::is_signed(type) ? Interval{-count / 2, count / 2 - 1} : Interval{0, count - 1};
}

bool contains(const std::optional<Interval>& outer, const std::optional<Interval>& inner) {
  return outer && inner && outer->low <= inner->low && inner->high <= outer->high;
}

// The least and the greatest of what the ends give; nothing if one does not fit.
template <class F>
std::optional<Interval> of_ends(const Interval& a, const Interval& b, const F& overflows) {
  std::array<std::int64_t, 4> ends{};
  if (overflows(a.low, b.low, &ends[0]) || overflows(a.low, b.high, &ends[1]) ||
      overflows(a.high, b.low, &ends[2]) || overflows(a.high, b.high, &ends[3])) {
    return std::nullopt;
  }
  const auto [low, high] = std::minmax_element(ends.begin(), ends.end());
  return Interval{*low, *high};
}

std::optional<Interval> arithmetic(BinaryOperator op, const Interval& a, const Interval& b) {
  using Number = std::int64_t;
  switch (op) {
    case BinaryOperator::add:
      return of_ends(a, b,
                     [](Number x, Number y, Number* z) { return __builtin_add_overflow(x, y, z); });
    case BinaryOperator::subtract:
      return of_ends(a, b,
                     [](Number x, Number y, Number* z) { return __builtin_sub_overflow(x, y, z); });
    case BinaryOperator::multiply:
      return of_ends(a, b,
                     [](Number x, Number y, Number* z) { return __builtin_mul_overflow(x, y, z); });
    case BinaryOperator::bit_and:
      return a.low < 0 && b.low < 0
                 ? std::nullopt
                 : std::optional(Interval{0, b.low < 0   ? a.high
                                             : a.low < 0 ? b.high
                                                         : std::min(a.high, b.high)});
    case BinaryOperator::remainder:
      return b.low > 0
                 ? std::optional(Interval{a.low < 0 ? 1 - b.high : 0, a.high > 0 ? b.high - 1 : 0})
                 : std::nullopt;
    case BinaryOperator::shift_right:
      return b.low == b.high && b.low >= 0 && b.low < 32
                 ? std::optional(Interval{a.low >> b.low, a.high >> b.low})
                 : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Interval> either(const std::optional<Interval>& a, const std::optional<Interval>& b) {
  if (!a || !b) {
    return std::nullopt;
  }
  return Interval{std::min(a->low, b->low), std::max(a->high, b->high)};
}

// The comparison of `condition` that holds a counter back, with the counter on its left.
const Expression* comparison_of(const Expression& condition, const kir::Variable& counter) {
  if (condition.kind != ExpressionKind::binary) {
    return nullptr;
  }
  if (condition.binary == BinaryOperator::logical_and) {
    const Expression* first = comparison_of(*condition.operands[0], counter);
    return first != nullptr ? first : comparison_of(*condition.operands[1], counter);
  }
  const Expression& left = *condition.operands[0];
  return left.kind == ExpressionKind::variable && left.variable == &counter ? &condition : nullptr;
}

// What the counter can be where `comparison` holds.
std::optional<Interval> held_by(BinaryOperator comparison, Interval all, const Interval& limit) {
  switch (comparison) {
    case BinaryOperator::less:
      all.high = std::max(limit.high, all.low + 1) - 1;
      return all;
    case BinaryOperator::less_equal:
      all.high = limit.high;
      return all;
    case BinaryOperator::greater:
      all.low = std::min(limit.low, all.high - 1) + 1;
      return all;
    case BinaryOperator::greater_equal:
      all.low = limit.low;
      return all;
    default:
      return std::nullopt;
  }
}

}  // namespace

Ranges::Ranges(const kir::Function& function) {
  kir::for_each_statement(function.body, [&](const Statement& statement) {
    if (statement.kind == StatementKind::declare && statement.variable->is_const &&
        statement.value != nullptr) {
      known_[statement.variable] = of(*statement.value);
    } else if (statement.kind == StatementKind::for_loop && step_fits(statement)) {
      add_counter(statement);
    }
  });
}

// From where it begins to the first number that ends the loop.
void Ranges::add_counter(const Statement& loop) {
  const kir::Variable* const counter = loop.step->target->variable;
  if (loop.first == nullptr || loop.first->kind != StatementKind::declare ||
      loop.first->variable != counter || loop.first->value == nullptr) {
    return;
  }
  const auto begin = of(*loop.first->value);
  const auto counted = counted_by(loop);
  const auto by = of(*loop.step->value->operands[1]);
  const bool is_upwards = loop.step->value->binary == BinaryOperator::add;
  if (begin && counted && by && by->low >= 0 &&
      (is_upwards || loop.step->value->binary == BinaryOperator::subtract)) {
    known_[counter] = is_upwards ? Interval{begin->low, std::max(begin->high, counted->high)}
                                 : Interval{std::min(begin->low, counted->low), begin->high};
  }
}

std::optional<Interval> Ranges::of(const Expression& expression) const {
  if (!expression.type.is_scalar()) {
    return std::nullopt;
  }
  const std::optional<Interval> all = all_of(expression.type.element);
  const std::optional<Interval> known = inner(expression);
  // Beyond its type, it has wrapped. Numbers of 64 bits without sign are known if small.
  const bool is_large = expression.type.element == ElementType::uint64;
  return known && (is_large ? known->low >= 0 : contains(all, known)) ? known : all;
}

std::optional<Interval> Ranges::inner(const Expression& expression) const {
  const auto operand = [&](std::size_t i) { return of(*expression.operands[i]); };
  switch (expression.kind) {
    case ExpressionKind::literal: {
      const auto value = static_cast<std::int64_t>(expression.bits);
      return Interval{value, value};
    }
    case ExpressionKind::variable: {
      const auto known = known_.find(expression.variable);
      return known != known_.end() ? known->second : std::nullopt;
    }
    case ExpressionKind::cast:
      return kir::is_floating(expression.operands[0]->type.element) ? std::nullopt : operand(0);
    case ExpressionKind::select:
      return either(operand(1), operand(2));
    case ExpressionKind::binary:
      return result(expression);
    case ExpressionKind::intrinsic:
      if (expression.intrinsic == Intrinsic::min || expression.intrinsic == Intrinsic::max) {
        return either(operand(0), operand(1));
      }
      return expression.intrinsic == Intrinsic::clamp
                 ? either(either(operand(0), operand(1)), operand(2))
                 : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Interval> Ranges::result(const Expression& binary) const {
  const auto a = of(*binary.operands[0]);
  const auto b = of(*binary.operands[1]);
  return a && b ? arithmetic(binary.binary, *a, *b) : std::nullopt;
}

bool Ranges::fits(const Expression& expression) const {
  if (expression.kind == ExpressionKind::unary) {
    const auto operand = of(*expression.operands[0]);
    const auto all = all_of(expression.type.element);
    return operand && operand->low > all->low;
  }
  return contains(all_of(expression.type.element), result(expression));
}

bool Ranges::step_fits(const Statement& loop) const {
  return counted_by(loop).has_value();
}

// What the step of `loop` sets its counter to; nothing if that may wrap, or is not known.
std::optional<Interval> Ranges::counted_by(const Statement& loop) const {
  if (loop.kind != StatementKind::for_loop || loop.step == nullptr || loop.value == nullptr) {
    return std::nullopt;
  }
  const Expression& target = *loop.step->target;
  const Expression& next = *loop.step->value;
  if (target.kind != ExpressionKind::variable || next.kind != ExpressionKind::binary ||
      !kir::same(target, *next.operands[0])) {
    return std::nullopt;
  }
  const auto all = all_of(target.type.element);
  const Expression* comparison = comparison_of(*loop.value, *target.variable);
  const auto written = kir::writes_of(loop.body);
  if (!all || comparison == nullptr ||
      std::find(written.begin(), written.end(), target.variable) != written.end()) {
    return std::nullopt;
  }
  const auto limit = of(*comparison->operands[1]);
  const auto by = of(*next.operands[1]);
  const auto held = limit ? held_by(comparison->binary, *all, *limit) : std::nullopt;
  const auto counted = held && by ? arithmetic(next.binary, *held, *by) : std::nullopt;
  return contains(all, counted) ? counted : std::nullopt;
}

}  // namespace dotcompute::emit::opencl
