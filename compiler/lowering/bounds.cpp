// SPDX-License-Identifier: Apache-2.0
#include "lowering/bounds.hpp"

#include "kir/walk.hpp"

#include <utility>

namespace dotcompute::lowering {
namespace {

using analysis::Dependence;
using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::ExpressionPtr;
using kir::VariableKind;

bool is_integer_scalar(const Expression& expression) {
  return expression.type.is_scalar() && kir::is_integer(expression.type.element);
}

// A cast that leaves ids as they are, as long as they fit.
bool keeps_ids(const Expression& cast) {
  return is_integer_scalar(cast) && size_of(cast.type.element) >= 4 &&
         is_integer_scalar(*cast.operands[0]);
}

bool may_fail(const Expression& expression) {
  if (expression.kind != ExpressionKind::binary || !is_integer_scalar(expression)) {
    return false;
  }
  const Expression& divisor = *expression.operands[1];
  return (expression.binary == BinaryOperator::divide ||
          expression.binary == BinaryOperator::remainder) &&
         (divisor.kind != ExpressionKind::literal || divisor.bits == 0);
}

BinaryOperator mirrored(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
      return BinaryOperator::greater;
    case BinaryOperator::less_equal:
      return BinaryOperator::greater_equal;
    case BinaryOperator::greater:
      return BinaryOperator::less;
    case BinaryOperator::greater_equal:
      return BinaryOperator::less_equal;
    default:
      return op;
  }
}

BinaryOperator opposite(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
      return BinaryOperator::greater_equal;
    case BinaryOperator::less_equal:
      return BinaryOperator::greater;
    case BinaryOperator::greater:
      return BinaryOperator::less_equal;
    case BinaryOperator::greater_equal:
      return BinaryOperator::less;
    case BinaryOperator::equal:
      return BinaryOperator::not_equal;
    default:
      return BinaryOperator::equal;
  }
}

Bound bound(const IdOffset& id, bool is_begin, const Expression& limit, std::int64_t beyond) {
  return {.axis = id.axis,
          .is_begin = is_begin,
          .limit = kir::clone(limit),
          .offset = beyond - id.offset,
          .location = limit.location};
}

// The ids for which id + offset `op` limit.
std::vector<Bound> solve(const IdOffset& id, BinaryOperator op, const Expression& limit) {
  std::vector<Bound> bounds;
  const bool is_unsigned = !kir::is_signed(limit.type.element);
  switch (op) {
    case BinaryOperator::less:
      bounds.push_back(bound(id, false, limit, 0));
      break;
    case BinaryOperator::less_equal:
      bounds.push_back(bound(id, false, limit, 1));
      break;
    case BinaryOperator::greater_equal:
      bounds.push_back(bound(id, true, limit, 0));
      break;
    case BinaryOperator::greater:
      bounds.push_back(bound(id, true, limit, 1));
      break;
    case BinaryOperator::not_equal:
      // Those on the far side of a number, or before anything else: it is likely to be the last.
      bounds.push_back(limit.kind == ExpressionKind::literal ? bound(id, true, limit, 1)
                                                             : bound(id, false, limit, 0));
      break;
    default:
      return bounds;
  }
  if (id.offset < 0 && is_unsigned) {
    // Below -offset the difference wraps; above, all is as with whole numbers.
    ExpressionPtr zero = kir::clone(limit);
    zero->kind = ExpressionKind::literal;
    zero->operands.clear();
    zero->variable = nullptr;
    zero->bits = 0;
    bounds.push_back(bound(id, true, *zero, 0));
  }
  return bounds;
}

}  // namespace

ExpressionPtr Limits::expanded(const Expression& expression) const {
  switch (expression.kind) {
    case ExpressionKind::variable: {
      const auto kind = expression.variable->kind;
      if (kind == VariableKind::constant ||
          (kind == VariableKind::scalar && expression.type.is_scalar())) {
        return kir::clone(expression);
      }
      const Expression* value = dependence_.definition(*expression.variable);
      return value != nullptr ? expanded(*value) : nullptr;
    }
    case ExpressionKind::id:
      if (expression.query != kir::IdQuery::global_id ||
          (allowed_ & (1U << expression.number)) == 0) {
        return nullptr;
      }
      break;
    case ExpressionKind::literal:
    case ExpressionKind::extent:
    case ExpressionKind::unary:
    case ExpressionKind::binary:
    case ExpressionKind::select:
    case ExpressionKind::cast:
    case ExpressionKind::intrinsic:
      break;
    default:
      return nullptr;
  }
  if (may_fail(expression)) {
    return nullptr;
  }
  ExpressionPtr copy = kir::clone(expression);
  for (auto& operand : copy->operands) {
    operand = expanded(*operand);
    if (operand == nullptr) {
      return nullptr;
    }
  }
  return copy;
}

std::optional<IdOffset> id_offset(const Expression& expression, const Dependence& dependence) {
  switch (expression.kind) {
    case ExpressionKind::id:
      return expression.query == kir::IdQuery::global_id
                 ? std::optional(IdOffset{.axis = expression.number})
                 : std::nullopt;
    case ExpressionKind::variable: {
      const Expression* value = dependence.definition(*expression.variable);
      return value != nullptr ? id_offset(*value, dependence) : std::nullopt;
    }
    case ExpressionKind::cast:
      return keeps_ids(expression) ? id_offset(*expression.operands[0], dependence) : std::nullopt;
    case ExpressionKind::binary:
      break;
    default:
      return std::nullopt;
  }
  const Expression& left = *expression.operands[0];
  const Expression& right = *expression.operands[1];
  const bool adds = expression.binary == BinaryOperator::add;
  if (!adds && expression.binary != BinaryOperator::subtract) {
    return std::nullopt;
  }
  const bool number_first = adds && left.kind == ExpressionKind::literal;
  const Expression& number = number_first ? left : right;
  auto id = id_offset(number_first ? right : left, dependence);
  if (!id || number.kind != ExpressionKind::literal) {
    return std::nullopt;
  }
  const auto value = static_cast<std::int64_t>(number.bits);
  constexpr std::int64_t kFar = std::int64_t{1} << 40U;
  if (value < -kFar || value > kFar) {
    return std::nullopt;
  }
  id->offset += adds ? value : -value;
  return id;
}

std::vector<Bound> bounds_of(const Expression& comparison,
                             bool wanted,
                             const Limits& limits,
                             const Dependence& dependence) {
  if (comparison.kind != ExpressionKind::binary || comparison.binary < BinaryOperator::less ||
      comparison.binary > BinaryOperator::not_equal ||
      !is_integer_scalar(*comparison.operands[0]) ||
      size_of(comparison.operands[0]->type.element) < 4) {
    return {};
  }
  BinaryOperator op = wanted ? comparison.binary : opposite(comparison.binary);
  auto id = id_offset(*comparison.operands[0], dependence);
  std::size_t other = 1;
  if (!id) {
    id = id_offset(*comparison.operands[1], dependence);
    other = 0;
    op = mirrored(op);
  }
  if (!id) {
    return {};
  }
  ExpressionPtr limit = limits.expanded(*comparison.operands[other]);
  if (limit != nullptr) {
    limit->location = comparison.location;
  }
  return limit != nullptr ? solve(*id, op, *limit) : std::vector<Bound>{};
}

}  // namespace dotcompute::lowering
