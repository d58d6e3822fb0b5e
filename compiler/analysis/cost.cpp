// SPDX-License-Identifier: Apache-2.0
#include "analysis/cost.hpp"

#include "analysis/rounds.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace dotcompute::analysis {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Function;
using kir::Statement;
using kir::StatementKind;
using kir::Statements;
using kir::Variable;

/// What a part of a kernel does.
struct Tally {
  double operations = 0;
  double bytes = 0;  ///< Of what is not in `accesses`: loops and calls.
  std::vector<std::pair<const Expression*, bool>> accesses;  ///< And whether it is written.
};

class CostCounter {
 public:
  explicit CostCounter(const kir::Module& module) : module_(module) {}

  /// \param data the parameters that hold data.
  Tally count(const Function& function, std::set<const Variable*> data) {
    const auto outer = std::exchange(data_, std::move(data));
    find_data(function);
    rounds_.enter(function);
    Tally tally = count(function.body);
    data_ = outer;
    return tally;
  }
  [[nodiscard]] bool is_known() const noexcept { return is_known_; }

  [[nodiscard]] double bytes_of(const Tally& tally) const {
    double bytes = tally.bytes;
    for (const auto& access : tally.accesses) {
      bytes += size_of(*access.first);
    }
    return bytes;
  }

 private:
  [[nodiscard]] double size_of(const Expression& element) const {
    return element.type.has_structure()
               ? module_.structures[element.type.structure].size
               : static_cast<double>(dotcompute::size_of(element.type.element));
  }

  /// True for what is, or is made of, floating values and elements of buffers: not for indices.
  [[nodiscard]] bool is_data(const Expression& expression) const {
    if (kir::is_floating(expression.type.element) && expression.type.is_scalar()) {
      return true;
    }
    if (expression.kind == ExpressionKind::index && expression.variable != nullptr) {
      return true;
    }
    if (expression.kind == ExpressionKind::variable) {
      return data_.contains(expression.variable);
    }
    return std::any_of(expression.operands.begin(), expression.operands.end(),
                       [&](const auto& operand) { return is_data(*operand); });
  }

  void find_data(const Function& function) {
    for (std::size_t before = ~std::size_t{0}; before != data_.size();) {
      before = data_.size();
      kir::for_each_statement(function.body, [&](const Statement& statement) {
        if (statement.value == nullptr || !is_data(*statement.value)) {
          return;
        }
        if (statement.kind == StatementKind::declare) {
          data_.insert(statement.variable);
        } else if (statement.kind == StatementKind::assign) {
          data_.insert(kir::root_of(*statement.target));
        }
      });
    }
  }

  void add(Tally& tally, const Tally& more) {
    tally.operations += more.operations;
    tally.bytes += more.bytes;
    for (const auto& access : more.accesses) {
      add_access(tally, *access.first, access.second);
    }
  }

  static void add_access(Tally& tally, const Expression& element, bool is_write) {
    const bool is_there =
        std::any_of(tally.accesses.begin(), tally.accesses.end(), [&](const auto& access) {
          return access.second == is_write && kir::same(*access.first, element);
        });
    if (!is_there) {
      tally.accesses.emplace_back(&element, is_write);
    }
  }

  [[nodiscard]] Tally larger(Tally a, Tally b) const {
    const double operations = std::max(a.operations, b.operations);
    Tally larger = bytes_of(a) < bytes_of(b) ? std::move(b) : std::move(a);
    larger.operations = operations;
    return larger;
  }

  static bool is_operation(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::binary:
        return expression.binary <= BinaryOperator::bit_xor;
      case ExpressionKind::unary:
        return expression.unary != kir::UnaryOperator::logical_not;
      case ExpressionKind::intrinsic:
        return true;
      default:
        return false;
    }
  }

  Tally count(const Expression& expression) {
    Tally tally;
    if (expression.kind == ExpressionKind::select) {
      add(tally, count(*expression.operands[0]));
      add(tally, larger(count(*expression.operands[1]), count(*expression.operands[2])));
      return tally;
    }
    for (const auto& operand : expression.operands) {
      add(tally, count(*operand));
    }
    if (expression.kind == ExpressionKind::index && expression.variable != nullptr) {
      add_access(tally, expression, false);
    } else if (expression.kind == ExpressionKind::call) {
      const Tally callee = count_call(expression);
      tally.operations += callee.operations;
      tally.bytes += bytes_of(callee);
    } else if (is_operation(expression) && is_data(expression)) {
      tally.operations += 1;
    }
    return tally;
  }

  Tally count_call(const Expression& call) {
    std::set<const Variable*> data;
    for (std::size_t at = 0; at < call.operands.size(); ++at) {
      if (call.callee->parameters[at]->kind == kir::VariableKind::scalar) {
        rounds_.bind(*call.callee->parameters[at], *call.operands[at]);
      }
      if (is_data(*call.operands[at])) {
        data.insert(call.callee->parameters[at].get());
      }
    }
    return count(*call.callee, std::move(data));
  }

  Tally count_target(const Expression& target) {
    Tally tally;
    for (const auto& operand : target.operands) {
      add(tally, target.kind == ExpressionKind::member ? count_target(*operand) : count(*operand));
    }
    if (target.kind == ExpressionKind::index && target.variable != nullptr) {
      add_access(tally, target, true);
    }
    return tally;
  }

  Tally count(const Statements& statements) {
    Tally tally;
    for (const auto& statement : statements) {
      add(tally, count(*statement));
      if (!is_loop(*statement)) {
        rounds_.pass(*statement);
      }
    }
    return tally;
  }

  static bool is_loop(const Statement& statement) {
    return statement.kind == StatementKind::for_loop ||
           statement.kind == StatementKind::while_loop || statement.kind == StatementKind::do_loop;
  }

  Tally count(const Statement& statement) {
    Tally tally;
    if (statement.value != nullptr && !is_loop(statement)) {
      add(tally, count(*statement.value));
    }
    switch (statement.kind) {
      case StatementKind::block:
        add(tally, count(statement.body));
        break;
      case StatementKind::assign:
        add(tally, count_target(*statement.target));
        break;
      case StatementKind::if_else:
        add(tally, larger(count(statement.body), count(statement.otherwise)));
        break;
      case StatementKind::for_loop:
      case StatementKind::while_loop:
      case StatementKind::do_loop:
        add(tally, count_loop(statement));
        break;
      case StatementKind::switch_on: {
        Tally largest;
        for (const auto& one : statement.cases) {
          largest = larger(std::move(largest), count(one.body));
        }
        add(tally, largest);
        break;
      }
      default:
        break;
    }
    return tally;
  }

  Tally count_loop(const Statement& loop) {
    const std::optional<double> rounds = rounds_.of(loop);
    rounds_.enter_loop(loop);
    Tally round;
    if (loop.value != nullptr) {
      add(round, count(*loop.value));
    }
    add(round, count(loop.body));
    rounds_.leave_loop(loop);
    const double bytes = bytes_of(round);
    if (round.operations == 0 && bytes == 0) {
      return {};
    }
    is_known_ = is_known_ && rounds.has_value();
    Tally tally;
    tally.operations = round.operations * rounds.value_or(0);
    tally.bytes = bytes * rounds.value_or(0);
    return tally;
  }

  const kir::Module& module_;
  std::set<const Variable*> data_;
  Rounds rounds_;
  bool is_known_ = true;
};

}  // namespace

ItemCost cost_of(const kir::Module& module, const Function& kernel) {
  CostCounter counter(module);
  const Tally tally = counter.count(kernel, {});
  if (!counter.is_known()) {
    return {};
  }
  return {tally.operations, counter.bytes_of(tally)};
}

}  // namespace dotcompute::analysis
