// SPDX-License-Identifier: Apache-2.0
#include "kir/walk.hpp"
#include "lowering/locals.hpp"
#include "lowering/plan.hpp"

#include <algorithm>
#include <utility>

namespace dotcompute::lowering {
namespace {

using analysis::Axes;
using analysis::Dependence;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Statements;
using kir::Variable;
using kir::VariableKind;

constexpr std::size_t kMostTiledArrays = 3;  // of kTileRows times a strip each

bool leaves_loop(const Statement& root) {
  bool found = false;
  kir::for_each_statement(root, [&](const Statement& statement) {
    found = found || statement.kind == StatementKind::break_out ||
            statement.kind == StatementKind::continue_loop;
  });
  return found;
}

bool calls_loop(const Statement& root) {
  bool found = false;
  kir::for_each_expression(root, [&](const Expression& part) {
    found = found || (part.kind == ExpressionKind::call && analysis::has_loop(*part.callee));
  });
  return found;
}

bool holds_loop(const Statement& root) {
  bool found = calls_loop(root);
  kir::for_each_statement(
      root, [&](const Statement& statement) { found = found || analysis::is_loop(statement); });
  return found;
}

// Finds what is split when a strip's lanes are the items that differ along `lanes`.
class Strips {
 public:
  Strips(KernelPlan& plan, Axes lanes) : plan_(plan), lanes_(lanes) {}

  /// False if nothing is split, or if it would not pay.
  bool run() {
    std::set<const Variable*> forced;
    for (;;) {
      plan_.split.clear();
      plan_.uniform.clear();
      dependence_ = std::make_unique<Dependence>(*plan_.kernel, plan_.body.statements, forced);
      if (!find_split(plan_.body.statements) || !pays_) {
        return false;
      }
      find_uniform();
      if (!steps_are_uniform()) {
        return false;
      }
      // What each lane has its own copy of cannot steer what stands outside of the lanes.
      const std::size_t before = forced.size();
      force_lane_variables(forced);
      if (forced.size() == before) {
        plan_.dependence = std::move(dependence_);
        return true;
      }
    }
  }

 private:
  [[nodiscard]] bool is_alike(const Expression& expression) const {
    return (dependence_->of(expression) & lanes_) == 0;
  }

  // Marks what is split in `list`; true if anything is.
  bool find_split(const Statements& list) {
    bool any = false;
    for (const auto& statement : list) {
      any = find_split(*statement) || any;
    }
    return any;
  }

  bool find_split(const Statement& statement) {
    bool inner = false;
    switch (statement.kind) {
      case StatementKind::block:
        inner = find_split(statement.body);
        break;
      case StatementKind::if_else:
        if (!is_alike(*statement.value)) {
          return false;
        }
        inner = find_split(statement.body);
        inner = find_split(statement.otherwise) || inner;
        // A branch that leaves a split loop has to be where the loop is.
        inner = inner || leaves_loop(statement);
        break;
      case StatementKind::for_loop:
      case StatementKind::while_loop:
      case StatementKind::do_loop:
        inner = find_split_loop(statement);
        break;
      default:
        return false;
    }
    if (inner) {
      plan_.split.insert(&statement);
    }
    return inner;
  }

  bool find_split_loop(const Statement& loop) {
    if ((dependence_->of_rounds(loop) & lanes_) != 0) {
      pays_ = false;
      return false;
    }
    pays_ = pays_ && accesses_pay(loop) && !calls_loop(loop) && !has_switch(loop);
    find_split(loop.body);
    return true;
  }

  // Lanes side by side are worth it if what they access lies side by side, or is the same for all.
  [[nodiscard]] bool accesses_pay(const Statement& loop) const {
    bool pays = true;
    kir::for_each_expression(loop, [&](const Expression& part) {
      if (part.kind == ExpressionKind::index && part.variable != nullptr) {
        const auto stride = dependence_->stride_of_place(part, 0);
        pays = pays && stride && *stride >= 0 && *stride <= 1;
      }
    });
    return pays;
  }

  static bool has_switch(const Statement& root) {
    bool found = false;
    kir::for_each_statement(root, [&](const Statement& statement) {
      found = found || statement.kind == StatementKind::switch_on;
    });
    return found;
  }

  // Calls f(statement, whether it stands outside of the lanes) with all statements.
  template <class F>
  void walk(const Statements& list, bool outside, const F& f) const {
    for (const auto& statement : list) {
      walk(*statement, outside, f);
    }
  }
  template <class F>
  void walk(const Statement& statement, bool outside, const F& f) const {
    f(statement, outside);
    const bool inner = outside && plan_.split.contains(&statement);
    if (statement.first != nullptr) {
      walk(*statement.first, inner, f);
    }
    if (statement.step != nullptr) {
      walk(*statement.step, inner, f);
    }
    walk(statement.body, inner, f);
    walk(statement.otherwise, inner, f);
    for (const auto& one : statement.cases) {
      walk(one.body, inner, f);
    }
  }

  static const Variable* written_by(const Statement& statement) {
    const Variable* variable = statement.kind == StatementKind::declare ? statement.variable
                               : statement.kind == StatementKind::assign
                                   ? kir::root_of(std::as_const(*statement.target))
                                   : nullptr;
    return variable != nullptr && variable->kind == VariableKind::local ? variable : nullptr;
  }

  void find_uniform() {
    std::set<const Variable*> in_lanes;
    walk(plan_.body.statements, true, [&](const Statement& statement, bool outside) {
      const Variable* variable = written_by(statement);
      if (variable == nullptr) {
        return;
      }
      const bool alike = (dependence_->of(*variable) & lanes_) == 0 && variable->type.is_scalar();
      if (alike && outside) {
        plan_.uniform.insert(variable);
      } else {
        in_lanes.insert(variable);
      }
    });
    for (const Variable* variable : in_lanes) {
      plan_.uniform.erase(variable);
    }
  }

  // The head of a split loop is written once for all lanes.
  [[nodiscard]] bool steps_are_uniform() const {
    return std::all_of(plan_.split.begin(), plan_.split.end(), [&](const Statement* loop) {
      const auto fits = [&](const kir::StatementPtr& part) {
        return part == nullptr || plan_.uniform.contains(written_by(*part));
      };
      return fits(loop->first) && fits(loop->step);
    });
  }

  void force_lane_variables(std::set<const Variable*>& forced) const {
    walk(plan_.body.statements, true, [&](const Statement& statement, bool /*outside*/) {
      const Variable* variable = written_by(statement);
      if (variable != nullptr && !plan_.uniform.contains(variable) &&
          (dependence_->of(*variable) & lanes_) == 0 && steers(*variable)) {
        forced.insert(variable);
      }
    });
  }

  // Whether what is written outside of the lanes asks for the variable.
  [[nodiscard]] bool steers(const Variable& variable) const {
    bool found = false;
    walk(plan_.body.statements, true, [&](const Statement& statement, bool outside) {
      const bool is_outside = plan_.split.contains(&statement) ||
                              (outside && plan_.uniform.contains(written_by(statement)));
      if (!is_outside || statement.value == nullptr) {
        return;
      }
      kir::for_each_expression(std::as_const(*statement.value), [&](const Expression& part) {
        found = found || (part.kind == ExpressionKind::variable && part.variable == &variable);
      });
    });
    return found;
  }

  KernelPlan& plan_;
  Axes lanes_;
  std::unique_ptr<Dependence> dependence_;
  bool pays_ = true;
};

// Whether a split loop loads, side by side along x, what all rows load alike.
bool rows_share_loads(const KernelPlan& plan) {
  bool found = false;
  for (const Statement* loop : plan.split) {
    if (!analysis::is_loop(*loop)) {
      continue;
    }
    kir::for_each_expression(std::as_const(*loop), [&](const Expression& part) {
      found = found || (part.kind == ExpressionKind::index && part.variable != nullptr &&
                        plan.dependence->stride_of_place(part, 0) == 1 &&
                        (plan.dependence->of(part) & analysis::kAxisY) == 0);
    });
  }
  return found;
}

bool has_array_of_arrays(const KernelPlan& plan) {
  return std::any_of(plan.arrays.begin(), plan.arrays.end(), [](const Variable* variable) {
    return variable->type.kind == kir::TypeKind::array;
  });
}

bool try_lanes(KernelPlan& plan, Axes lanes) {
  if (!Strips(plan, lanes).run()) {
    return false;
  }
  place_locals(plan);
  return !has_array_of_arrays(plan);
}

}  // namespace

void plan_strips(KernelPlan& plan) {
  if (!plan.body.returns) {
    if (plan.kernel->dimensions > 1 && try_lanes(plan, analysis::kAxisX | analysis::kAxisY) &&
        rows_share_loads(plan) && plan.arrays.size() <= kMostTiledArrays) {
      plan.tiles_rows = true;
      return;
    }
    if (try_lanes(plan, analysis::kAxisX)) {
      return;
    }
  }
  plan.split.clear();
  plan.uniform.clear();
  plan.arrays.clear();
  plan.repeated.clear();
  plan.dependence = std::make_unique<Dependence>(*plan.kernel, plan.body.statements);
  for (const auto& statement : plan.body.statements) {
    plan.has_inner_loops = plan.has_inner_loops || holds_loop(*statement);
  }
}

}  // namespace dotcompute::lowering
