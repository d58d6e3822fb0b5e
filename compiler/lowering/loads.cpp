// SPDX-License-Identifier: Apache-2.0
#include "kir/walk.hpp"
#include "lowering/plan.hpp"

#include <utility>

namespace dotcompute::lowering {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::VariableKind;

// Finds loads that are alike for all lanes and that not every lane does.
class Loads {
 public:
  explicit Loads(KernelPlan& plan) : plan_(plan) {}

  void visit(const kir::Statements& list, bool is_conditional) {
    for (const auto& statement : list) {
      visit(*statement, is_conditional);
    }
  }

 private:
  void visit(const Statement& statement, bool is_conditional) {
    const bool splits = plan_.split.contains(&statement);
    const bool inner = is_conditional || (!splits && (statement.kind == StatementKind::if_else ||
                                                      statement.kind == StatementKind::switch_on));
    if (!splits && statement.value != nullptr) {
      visit(*statement.value, is_conditional);
    }
    if (statement.target != nullptr) {
      for (const auto& operand : statement.target->operands) {
        visit(*operand, is_conditional);
      }
    }
    if (analysis::is_loop(statement) && !splits) {
      return;  // left to the compiler as it is
    }
    visit(statement.body, inner);
    visit(statement.otherwise, inner);
    for (const auto& one : statement.cases) {
      visit(one.body, inner);
    }
  }

  void visit(const Expression& expression, bool is_conditional) {
    if (is_conditional && expression.kind == ExpressionKind::index &&
        expression.variable != nullptr && expression.type.is_scalar() && is_early(expression)) {
      plan_.early_loads.emplace(&expression, plan_.early_loads.size() + 1);
      return;
    }
    const bool chooses = expression.kind == ExpressionKind::select ||
                         (expression.kind == ExpressionKind::binary &&
                          (expression.binary == BinaryOperator::logical_and ||
                           expression.binary == BinaryOperator::logical_or));
    for (std::size_t i = 0; i < expression.operands.size(); ++i) {
      visit(*expression.operands[i], is_conditional || (chooses && i > 0));
    }
  }

  [[nodiscard]] bool is_early(const Expression& load) const {
    if (plan_.dependence->writes(*load.variable)) {
      return false;
    }
    bool early = true;
    for (const auto& index : load.operands) {
      kir::for_each_expression(std::as_const(*index), [&](const Expression& part) {
        early = early && part_is_early(part);
      });
    }
    return early;
  }

  // What can be computed before the loop over lanes, whatever the lanes do.
  [[nodiscard]] bool part_is_early(const Expression& part) const {
    switch (part.kind) {
      case ExpressionKind::literal:
      case ExpressionKind::extent:
      case ExpressionKind::cast:
      case ExpressionKind::unary:
        return true;
      case ExpressionKind::binary:
        return part.binary != BinaryOperator::divide && part.binary != BinaryOperator::remainder;
      case ExpressionKind::variable:
        return part.variable->kind != VariableKind::local || plan_.uniform.contains(part.variable);
      default:
        return false;
    }
  }

  KernelPlan& plan_;
};

}  // namespace

void plan_loads(KernelPlan& plan) {
  if (!plan.has_inner_loops) {
    Loads(plan).visit(plan.body.statements, false);
  }
}

}  // namespace dotcompute::lowering
