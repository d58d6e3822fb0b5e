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

// The place that every item writes, as a statement says that each way through `list` leads to; null
// if there is none. That of the last way, if they differ.
const Expression* place_of_all_items(const kir::Statements& list, const Variable& buffer) {
  for (const auto& statement : list) {
    if (stores_to(*statement, buffer)) {
      return statement->target.get();
    }
    if (statement->kind == StatementKind::if_else &&
        place_of_all_items(statement->body, buffer) != nullptr) {
      if (const auto* place = place_of_all_items(statement->otherwise, buffer)) {
        return place;
      }
    }
  }
  return nullptr;
}

// Whether the store to that place stands outside of branches and loops.
bool is_written_by_all(const KernelPlan& plan, const Expression& place) {
  const auto& list = plan.body.statements;
  return std::any_of(list.begin(), list.end(), [&](const kir::StatementPtr& statement) {
    return statement->target.get() == &place;
  });
}

// Whether items that differ in x only write side by side.
bool is_side_by_side(const KernelPlan& plan, const Expression& place) {
  const Limits limits(*plan.dependence, analysis::kEveryAxis);
  return plan.dependence->stride_of_place(place, 0) == 1 &&
         std::all_of(place.operands.begin(), place.operands.end(),
                     [&](const auto& index) { return limits.expanded(*index) != nullptr; });
}

// Whether every mention of the buffer is a store to that very place.
bool is_only_written_at(const KernelPlan& plan, const Variable& buffer, const Expression& place) {
  std::size_t stores = 0;
  std::size_t mentions = 0;
  kir::for_each_statement(std::as_const(plan.body.statements), [&](const Statement& statement) {
    stores += stores_to(statement, buffer) && kir::same(*statement.target, place) ? 1 : 0;
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
    if (parameter->kind != kir::VariableKind::buffer) {
      continue;
    }
    const Expression* place = place_of_all_items(plan.body.statements, *parameter);
    if (place == nullptr || !is_side_by_side(plan, *place)) {
      continue;
    }
    if (plan.lined == nullptr) {
      plan.lined = place;
    }
    // Not where ways part: such kernels, stencils with rims, were a tenth slower past the cache.
    if (is_written_by_all(plan, *place) && is_only_written_at(plan, *parameter, *place)) {
      plan.streamed.push_back(place);
    }
  }
}

std::vector<const Variable*> arrays_in_order(const KernelPlan& plan) {
  std::vector<const Variable*> arrays;
  kir::for_each_statement(std::as_const(plan.body.statements), [&](const Statement& statement) {
    if (statement.kind == StatementKind::declare && plan.arrays.contains(statement.variable)) {
      arrays.push_back(statement.variable);
    }
  });
  return arrays;
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
