// SPDX-License-Identifier: Apache-2.0
#include "analysis/access_walk.hpp"

#include <optional>
#include <utility>

namespace dotcompute::analysis {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;

namespace {

bool is_binary(const Expression& expression, BinaryOperator op) noexcept {
  return expression.kind == ExpressionKind::binary && expression.binary == op;
}
bool is_not(const Expression& expression) noexcept {
  return expression.kind == ExpressionKind::unary &&
         expression.unary == kir::UnaryOperator::logical_not;
}
bool is_comparison(const Expression& expression) noexcept {
  return expression.kind == ExpressionKind::binary && expression.binary >= BinaryOperator::less &&
         expression.binary <= BinaryOperator::not_equal;
}

/// `a op b` as `b mirrored(op) a`.
BinaryOperator mirrored(BinaryOperator op) noexcept {
  using enum BinaryOperator;
  switch (op) {
    case less:
      return greater;
    case less_equal:
      return greater_equal;
    case greater:
      return less;
    case greater_equal:
      return less_equal;
    default:
      return op;
  }
}
/// What holds where `op` does not.
BinaryOperator opposite(BinaryOperator op) noexcept {
  using enum BinaryOperator;
  switch (op) {
    case less:
      return greater_equal;
    case less_equal:
      return greater;
    case greater:
      return less_equal;
    case greater_equal:
      return less;
    case equal:
      return not_equal;
    default:
      return equal;
  }
}

/// What `id + offset op number` says of the id, which is never below 0.
std::vector<IdFact> number_facts(const IndexValue& id, BinaryOperator op, std::int64_t number) {
  const std::int64_t limit = number - id.low;
  const bool is_zero = (op == BinaryOperator::less && limit == 1) ||
                       (op == BinaryOperator::less_equal && limit == 0);
  if (op != BinaryOperator::equal && !is_zero) {
    return {};
  }
  return {{.kind = IdFact::Kind::equals, .axis = id.axis, .value = is_zero ? 0 : limit}};
}

/// What `id + offset op extent` says of the id.
std::vector<IdFact> extent_facts(const IndexValue& id,
                                 BinaryOperator op,
                                 const IndexValue& extent) {
  const std::int64_t ahead = id.low - extent.low;
  const bool is_equal = op == BinaryOperator::equal;
  std::vector<IdFact> facts;
  if ((op == BinaryOperator::less && ahead >= 0) ||
      ((op == BinaryOperator::less_equal || is_equal) && ahead >= 1)) {
    facts.push_back({.kind = IdFact::Kind::below, .axis = id.axis, .key = extent.key});
  }
  if ((op == BinaryOperator::greater_equal || op == BinaryOperator::greater || is_equal) &&
      ahead >= 1) {
    facts.push_back(
        {.kind = IdFact::Kind::last, .axis = id.axis, .value = ahead - 1, .key = extent.key});
  }
  return facts;
}

std::vector<IdFact> facts_where(const IndexValue& id, BinaryOperator op, const IndexValue& other) {
  if (other.kind == IndexKind::constant && other.low == other.high) {
    return number_facts(id, op, other.low);
  }
  return other.kind == IndexKind::extent ? extent_facts(id, op, other) : std::vector<IdFact>{};
}

std::vector<IdFact> both(std::vector<IdFact> a, const std::vector<IdFact>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

AccessWalk::Facts AccessWalk::facts_of(const Expression& condition) {
  if (is_not(condition)) {
    Facts facts = facts_of(*condition.operands[0]);
    std::swap(facts.then, facts.otherwise);
    return facts;
  }
  if (is_binary(condition, BinaryOperator::logical_and)) {
    return {both(facts_of(*condition.operands[0]).then, facts_of(*condition.operands[1]).then), {}};
  }
  if (is_binary(condition, BinaryOperator::logical_or)) {
    return {{},
            both(facts_of(*condition.operands[0]).otherwise,
                 facts_of(*condition.operands[1]).otherwise)};
  }
  return is_comparison(condition) ? comparison_facts(condition) : Facts{};
}

AccessWalk::Facts AccessWalk::comparison_facts(const Expression& condition) {
  IndexValue left = evaluate(*condition.operands[0]).index;
  IndexValue right = evaluate(*condition.operands[1]).index;
  BinaryOperator op = condition.binary;
  if (left.kind != IndexKind::near_id) {
    std::swap(left, right);
    op = mirrored(op);
  }
  if (left.kind != IndexKind::near_id || left.low != left.high) {
    return {};
  }
  return {facts_where(left, op, right), facts_where(left, opposite(op), right)};
}

/// True if `condition` is a bounds guard: if it lets pass, when true or when false as `is_inside`
/// says, the items whose ids are below the limits that are added to `guards`.
bool AccessWalk::add_guards(const Expression& condition,
                            bool is_inside,
                            std::vector<Guard>& guards) {
  if (is_not(condition)) {
    return add_guards(*condition.operands[0], !is_inside, guards);
  }
  if (is_binary(condition, is_inside ? BinaryOperator::logical_and : BinaryOperator::logical_or)) {
    return add_guards(*condition.operands[0], is_inside, guards) &&
           add_guards(*condition.operands[1], is_inside, guards);
  }
  if (!is_comparison(condition)) {
    return false;
  }
  BinaryOperator op = is_inside ? condition.binary : opposite(condition.binary);
  const Expression* id = condition.operands[0].get();
  const Expression* limit = condition.operands[1].get();
  if (op == BinaryOperator::greater) {
    std::swap(id, limit);
    op = BinaryOperator::less;
  }
  const IndexValue value = evaluate(*id).index;
  return op == BinaryOperator::less && value.is_id(value.axis) &&
         add_limits(*limit, value.axis, guards);
}

bool AccessWalk::add_limits(const Expression& limit,
                            std::uint8_t axis,
                            std::vector<Guard>& guards) {
  if (limit.kind == ExpressionKind::intrinsic && limit.intrinsic == kir::Intrinsic::min) {
    return add_limits(*limit.operands[0], axis, guards) &&
           add_limits(*limit.operands[1], axis, guards);
  }
  const IndexValue value = evaluate(limit).index;
  if (value.kind != IndexKind::extent || value.low != 0) {
    return false;
  }
  guards.push_back({axis, value.key});
  return true;
}

}  // namespace dotcompute::analysis
