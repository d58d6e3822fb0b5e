// SPDX-License-Identifier: Apache-2.0
#include "kir/walk.hpp"
#include "lowering/plan.hpp"

#include <iterator>
#include <optional>
#include <utility>

namespace dotcompute::lowering {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Intrinsic;

// Rims are thin: a comparison with a number looks at the near rim, one with anything else at the
// far rim, and most items are on neither.
bool is_near(const Expression& limit) {
  return limit.kind == ExpressionKind::literal;
}

class Interior {
 public:
  explicit Interior(KernelPlan& plan)
      : plan_(plan),
        dependence_(*plan.dependence),
        limits_(dependence_,
                plan.tiles_rows ? analysis::kAxisZ : analysis::kAxisY | analysis::kAxisZ) {}

  void look_at(const Expression& expression) {
    if ((dependence_.of(expression) & analysis::kAxisX) == 0) {
      return;
    }
    if (expression.kind == ExpressionKind::binary) {
      look_at_comparison(expression);
    } else if (expression.kind == ExpressionKind::intrinsic) {
      look_at_intrinsic(expression);
    }
  }

 private:
  void look_at_comparison(const Expression& comparison) {
    for (const bool wanted : {true, false}) {
      auto bounds = bounds_of(comparison, wanted, limits_, dependence_);
      if (bounds.empty() || bounds[0].axis != 0) {
        continue;
      }
      const bool is_equality = comparison.binary == BinaryOperator::equal ||
                               comparison.binary == BinaryOperator::not_equal;
      if (is_equality || bounds[0].is_begin == is_near(*bounds[0].limit)) {
        take(comparison, wanted ? Known::is_true : Known::is_false, std::move(bounds));
        return;
      }
    }
  }

  // min(a, b) is `a` wherever a <= b; and so on.
  void look_at_intrinsic(const Expression& call) {
    const bool is_min = call.intrinsic == Intrinsic::min;
    if (!is_min && call.intrinsic != Intrinsic::max && call.intrinsic != Intrinsic::clamp) {
      return;
    }
    const Expression& a = *call.operands[0];
    const Expression& b = *call.operands[1];
    std::vector<Bound> bounds;
    if (call.intrinsic == Intrinsic::clamp) {
      bounds = within(a, b, BinaryOperator::greater_equal);
      auto above = within(a, *call.operands[2], BinaryOperator::less_equal);
      if (bounds.empty() || above.empty()) {
        return;
      }
      std::move(above.begin(), above.end(), std::back_inserter(bounds));
      take(call, Known::first_operand, std::move(bounds));
      return;
    }
    const auto op = is_min ? BinaryOperator::less_equal : BinaryOperator::greater_equal;
    bounds = within(a, b, op);
    if (!bounds.empty()) {
      take(call, Known::first_operand, std::move(bounds));
      return;
    }
    bounds = within(b, a, op);
    if (!bounds.empty()) {
      take(call, Known::second_operand, std::move(bounds));
    }
  }

  // Where `id op limit`, if `id` is one along x.
  std::vector<Bound> within(const Expression& id, const Expression& limit, BinaryOperator op) {
    const auto found = id_offset(id, dependence_);
    if (!found || found->axis != 0) {
      return {};
    }
    Expression comparison;
    comparison.kind = ExpressionKind::binary;
    comparison.binary = op;
    comparison.operands.push_back(kir::clone(id));
    comparison.operands.push_back(kir::clone(limit));
    return bounds_of(comparison, true, limits_, dependence_);
  }

  void take(const Expression& expression, Known known, std::vector<Bound> bounds) {
    plan_.known[&expression] = known;
    std::move(bounds.begin(), bounds.end(), std::back_inserter(plan_.interior));
  }

  KernelPlan& plan_;
  const analysis::Dependence& dependence_;
  Limits limits_;
};

}  // namespace

void plan_interior(KernelPlan& plan) {
  Interior interior(plan);
  kir::for_each_expression(std::as_const(plan.body.statements),
                           [&](const Expression& part) { interior.look_at(part); });
}

}  // namespace dotcompute::lowering
