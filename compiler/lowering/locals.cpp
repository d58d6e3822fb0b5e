// SPDX-License-Identifier: Apache-2.0
#include "lowering/locals.hpp"

#include "kir/walk.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace dotcompute::lowering {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Statements;
using kir::Variable;
using kir::VariableKind;

constexpr std::size_t kLargestRepeated = 10;  // expressions

// Which locals are used by which of the loops over lanes.
class Regions {
 public:
  explicit Regions(const KernelPlan& plan) : plan_(plan) { add(plan.body.statements); }

  [[nodiscard]] const std::map<const Variable*, std::set<int>>& users() const { return users_; }

 private:
  void add(const Statements& list) {
    ++region_;
    for (const auto& statement : list) {
      add(*statement);
    }
    ++region_;
  }

  void add(const Statement& statement) {
    if (plan_.split.contains(&statement)) {
      ++region_;
      add(statement.body);
      add(statement.otherwise);
      return;
    }
    if (statement.kind == StatementKind::break_out ||
        statement.kind == StatementKind::continue_loop) {
      ++region_;
      return;
    }
    if (statement.kind == StatementKind::declare && plan_.uniform.contains(statement.variable)) {
      return;  // moved before the loop over lanes, if it stands within one
    }
    if (statement.kind == StatementKind::assign &&
        plan_.uniform.contains(kir::root_of(std::as_const(*statement.target)))) {
      ++region_;
      return;
    }
    const auto use = [&](const Variable* variable) {
      if (variable != nullptr && variable->kind == VariableKind::local) {
        users_[variable].insert(region_);
      }
    };
    kir::for_each_statement(statement, [&](const Statement& part) {
      if (part.kind == StatementKind::declare) {
        use(part.variable);
      }
    });
    kir::for_each_expression(statement, [&](const Expression& part) {
      if (part.kind == ExpressionKind::variable) {
        use(part.variable);
      }
    });
  }

  const KernelPlan& plan_;
  std::map<const Variable*, std::set<int>> users_;
  int region_ = 0;
};

// What a local needs to be computed anew wherever it is used: no memory, nothing that costs.
class Cheap {
 public:
  explicit Cheap(const KernelPlan& plan) : plan_(plan) {}

  [[nodiscard]] bool is(const Variable& variable) const {
    const Expression* value = plan_.dependence->definition(variable);
    if (value == nullptr || !variable.type.is_scalar() || plan_.uniform.contains(&variable)) {
      return false;
    }
    std::size_t size = 0;
    bool cheap = true;
    kir::for_each_expression(*value, [&](const Expression& part) {
      ++size;
      cheap = cheap && part_is(part);
    });
    return cheap && size <= kLargestRepeated;
  }

 private:
  [[nodiscard]] bool part_is(const Expression& part) const {
    switch (part.kind) {
      case ExpressionKind::literal:
      case ExpressionKind::extent:
      case ExpressionKind::cast:
      case ExpressionKind::unary:
        return true;
      case ExpressionKind::id:
        return part.query == kir::IdQuery::global_id;
      case ExpressionKind::binary:
        return part.binary != kir::BinaryOperator::divide &&
               part.binary != kir::BinaryOperator::remainder;
      case ExpressionKind::variable:
        return part.variable->kind != VariableKind::local ||
               (plan_.uniform.contains(part.variable) &&
                plan_.dependence->definition(*part.variable) != nullptr) ||
               is(*part.variable);
      default:
        return false;
    }
  }

  const KernelPlan& plan_;
};

void repeat(KernelPlan& plan, const Variable& variable) {
  if (!plan.repeated.insert(&variable).second) {
    return;
  }
  kir::for_each_expression(*plan.dependence->definition(variable), [&](const Expression& part) {
    if (part.kind == ExpressionKind::variable && part.variable->kind == VariableKind::local &&
        !plan.uniform.contains(part.variable)) {
      repeat(plan, *part.variable);
    }
  });
}

}  // namespace

void place_locals(KernelPlan& plan) {
  plan.arrays.clear();
  plan.repeated.clear();
  const Regions regions(plan);
  const Cheap cheap(plan);
  for (const auto& [variable, users] : regions.users()) {
    if (users.size() < 2 || plan.uniform.contains(variable)) {
      continue;
    }
    if (cheap.is(*variable)) {
      repeat(plan, *variable);
    } else {
      plan.arrays.insert(variable);
    }
  }
  for (const Variable* variable : plan.repeated) {
    plan.arrays.erase(variable);
  }
}

}  // namespace dotcompute::lowering
