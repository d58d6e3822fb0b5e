// SPDX-License-Identifier: Apache-2.0
#include "lowering/plan.hpp"

#include "kir/walk.hpp"

#include <algorithm>
#include <utility>

namespace dotcompute::lowering {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Variable;

bool stores_to(const Statement& statement, const Variable& buffer) {
  return statement.kind == StatementKind::assign &&
         statement.target->kind == ExpressionKind::index && statement.target->variable == &buffer;
}

// The place that every item writes, as its first statement outside of branches and loops says; null
// if there is none.
const Expression* place_of_all_items(const KernelPlan& plan, const Variable& buffer) {
  for (const auto& statement : plan.body.statements) {
    if (stores_to(*statement, buffer)) {
      return statement->target.get();
    }
  }
  return nullptr;
}

bool can_stream(const KernelPlan& plan, const Variable& buffer) {
  const Expression* place = place_of_all_items(plan, buffer);
  const Limits limits(*plan.dependence, analysis::kEveryAxis);
  if (place == nullptr || plan.dependence->stride_of_place(*place, 0) != 1 ||
      !std::all_of(place->operands.begin(), place->operands.end(),
                   [&](const auto& index) { return limits.expanded(*index) != nullptr; })) {
    return false;
  }
  // Every mention of the buffer is a store to that very place.
  std::size_t stores = 0;
  std::size_t mentions = 0;
  kir::for_each_statement(std::as_const(plan.body.statements), [&](const Statement& statement) {
    stores += stores_to(statement, buffer) && kir::same(*statement.target, *place) ? 1 : 0;
  });
  kir::for_each_expression(std::as_const(plan.body.statements), [&](const Expression& part) {
    mentions += part.variable == &buffer && part.kind != ExpressionKind::extent ? 1 : 0;
  });
  return stores == mentions;
}

}  // namespace

void plan_streams(KernelPlan& plan) {
  if (!plan.split.empty() || plan.has_inner_loops || plan.body.returns) {
    return;  // what an item computes costs more than its store
  }
  for (const auto& parameter : plan.kernel->parameters) {
    if (parameter->kind == kir::VariableKind::buffer && can_stream(plan, *parameter)) {
      plan.streamed.push_back(parameter.get());
    }
  }
}

KernelPlan make_plan(const kir::Function& kernel) {
  KernelPlan plan;
  plan.kernel = &kernel;
  plan.body = make_body(kernel);
  plan_strips(plan);
  plan_loads(plan);
  plan_interior(plan);
  plan_streams(plan);
  return plan;
}

}  // namespace dotcompute::lowering
