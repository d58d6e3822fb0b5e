// SPDX-License-Identifier: Apache-2.0
#include "analysis/dependence.hpp"

#include "kir/walk.hpp"

#include <algorithm>
#include <utility>

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
using kir::VariableKind;

bool keeps_stride(const Expression& cast) {
  const auto width = [](const Expression& x) { return size_of(x.type.element); };
  return kir::is_integer(cast.type.element) && cast.operands[0]->type.is_scalar() &&
         kir::is_integer(cast.operands[0]->type.element) && width(cast) >= 4;
}

std::optional<std::int64_t> literal_of(const Expression& expression) {
  const Expression* inner = &expression;
  while (inner->kind == ExpressionKind::cast && keeps_stride(*inner)) {
    inner = inner->operands[0].get();
  }
  if (inner->kind == ExpressionKind::literal && kir::is_integer(inner->type.element)) {
    return static_cast<std::int64_t>(inner->bits);
  }
  return std::nullopt;
}

template <class Ask>
bool any_call(const Function& function, const Ask& ask) {
  bool found = false;
  kir::for_each_expression(function.body, [&](const Expression& part) {
    found = found || (part.kind == ExpressionKind::call && ask(*part.callee));
  });
  return found;
}

// Statements that leave the innermost loop, or a round of it, before its end, with what the way
// there depends on.
class Exits {
 public:
  explicit Exits(const Dependence& dependence) : dependence_(dependence) {}

  void add(const Statements& list, Axes control, bool in_switch) {
    for (const auto& statement : list) {
      add(*statement, control, in_switch);
    }
  }
  [[nodiscard]] Axes axes() const { return axes_; }

 private:
  void add(const Statement& statement, Axes control, bool in_switch) {
    switch (statement.kind) {
      case StatementKind::break_out:
        axes_ |= in_switch ? kNoAxis : control;
        break;
      case StatementKind::continue_loop:
      case StatementKind::return_from:
        axes_ |= control;
        break;
      case StatementKind::block:
        add(statement.body, control, in_switch);
        break;
      case StatementKind::if_else: {
        const Axes inner = control | dependence_.of(*statement.value);
        add(statement.body, inner, in_switch);
        add(statement.otherwise, inner, in_switch);
        break;
      }
      case StatementKind::switch_on:
        for (const auto& one : statement.cases) {
          add(one.body, control | dependence_.of(*statement.value), true);
        }
        break;
      case StatementKind::for_loop:
      case StatementKind::while_loop:
      case StatementKind::do_loop:
        add_returns(statement, control);
        break;
      default:
        break;
    }
  }
  // A break of an inner loop is its own; a return out of it is ours too.
  void add_returns(const Statement& loop, Axes control) {
    kir::for_each_statement(loop, [&](const Statement& inner) {
      if (inner.kind == StatementKind::return_from) {
        axes_ |= control | kEveryAxis;
      }
    });
  }

  const Dependence& dependence_;
  Axes axes_ = kNoAxis;
};

}  // namespace

bool is_loop(const Statement& statement) {
  return statement.kind == StatementKind::for_loop || statement.kind == StatementKind::while_loop ||
         statement.kind == StatementKind::do_loop;
}

bool uses_ids(const Function& function) {
  bool found = any_call(function, uses_ids);
  kir::for_each_expression(function.body, [&](const Expression& part) {
    found = found || part.kind == ExpressionKind::id;
  });
  return found;
}

bool has_loop(const Function& function) {
  bool found = any_call(function, has_loop);
  kir::for_each_statement(function.body,
                          [&](const Statement& part) { found = found || is_loop(part); });
  return found;
}

Dependence::Dependence(const Function& kernel,
                       const Statements& body,
                       const std::set<const Variable*>& forced) {
  for (const auto* variable : forced) {
    axes_[variable] = kEveryAxis;
  }
  for (const Variable* variable : kir::writes_of(body)) {
    if (variable->kind == VariableKind::buffer) {
      written_.insert(variable);
    }
  }
  static_cast<void>(kernel);
  find_definitions(body);
  do {
    changed_ = false;
    visit(body, kNoAxis);
  } while (changed_);
}

void Dependence::find_definitions(const Statements& body) {
  std::map<const Variable*, int> writes;
  kir::for_each_statement(body, [&](const Statement& statement) {
    if (statement.kind == StatementKind::declare) {
      writes[statement.variable] += 1;
      definitions_[statement.variable] = statement.value.get();
    } else if (statement.kind == StatementKind::assign) {
      writes[kir::root_of(std::as_const(*statement.target))] += 2;
    }
  });
  kir::for_each_expression(body, [&](const Expression& part) {
    if (part.kind != ExpressionKind::call) {
      return;
    }
    for (std::size_t i = 0; i < part.operands.size(); ++i) {
      if (part.callee->parameters[i]->kind == VariableKind::reference) {
        writes[kir::root_of(std::as_const(*part.operands[i]))] += 2;
      }
    }
  });
  std::erase_if(definitions_, [&](const auto& entry) {
    return entry.second == nullptr || writes[entry.first] != 1;
  });
}

const Expression* Dependence::definition(const Variable& variable) const {
  const auto found = definitions_.find(&variable);
  return found == definitions_.end() ? nullptr : found->second;
}

Axes Dependence::of(const Variable& variable) const {
  const auto found = axes_.find(&variable);
  return found == axes_.end() ? kNoAxis : found->second;
}

Axes Dependence::of(const Expression& expression) const {
  Axes axes = kNoAxis;
  switch (expression.kind) {
    case ExpressionKind::variable:
      return of(*expression.variable);
    case ExpressionKind::id:
      return expression.query <= kir::IdQuery::group_id ? static_cast<Axes>(1U << expression.number)
                                                        : kNoAxis;
    case ExpressionKind::buffer:
      return writes(*expression.variable) ? kEveryAxis : kNoAxis;
    case ExpressionKind::index:
      if (expression.variable != nullptr && writes(*expression.variable)) {
        return kEveryAxis;
      }
      break;
    case ExpressionKind::call:
      if (!kir::is_pure(*expression.callee) || uses_ids(*expression.callee)) {
        return kEveryAxis;
      }
      break;
    default:
      break;
  }
  for (const auto& operand : expression.operands) {
    axes |= of(*operand);
  }
  return axes;
}

Axes Dependence::of_rounds(const Statement& loop) const {
  Axes axes = loop.value != nullptr ? of(*loop.value) : kNoAxis;
  Exits exits(*this);
  exits.add(loop.body, kNoAxis, false);
  return axes | exits.axes();
}

void Dependence::raise(const Variable& variable, Axes axes) {
  Axes& known = axes_[&variable];
  if ((known | axes) != known) {
    known |= axes;
    changed_ = true;
  }
}

void Dependence::visit(const Statements& list, Axes control) {
  for (const auto& statement : list) {
    visit(*statement, control);
  }
}

void Dependence::visit_calls(const Expression& value, Axes control) {
  kir::for_each_expression(value, [&](const Expression& part) {
    if (part.kind != ExpressionKind::call) {
      return;
    }
    const Axes axes = control | of(part);
    for (std::size_t i = 0; i < part.operands.size(); ++i) {
      if (part.callee->parameters[i]->kind == VariableKind::reference) {
        raise(*kir::root_of(std::as_const(*part.operands[i])), axes);
      }
    }
  });
}

void Dependence::visit(const Statement& statement, Axes control) {
  if (statement.value != nullptr) {
    visit_calls(*statement.value, control);
  }
  switch (statement.kind) {
    case StatementKind::block:
      visit(statement.body, control);
      break;
    case StatementKind::declare:
      raise(*statement.variable,
            control | (statement.value != nullptr ? of(*statement.value) : kNoAxis));
      break;
    case StatementKind::assign: {
      const Variable* variable = kir::root_of(std::as_const(*statement.target));
      if (variable->kind != VariableKind::buffer) {
        // The target's own axes: those of the indices into an array.
        raise(*variable, control | of(*statement.value) | of(*statement.target));
      }
      break;
    }
    case StatementKind::if_else: {
      const Axes inner = control | of(*statement.value);
      visit(statement.body, inner);
      visit(statement.otherwise, inner);
      break;
    }
    case StatementKind::switch_on:
      for (const auto& one : statement.cases) {
        visit(one.body, control | of(*statement.value));
      }
      break;
    case StatementKind::for_loop:
    case StatementKind::while_loop:
    case StatementKind::do_loop:
      visit_loop(statement, control);
      break;
    default:
      break;
  }
}

void Dependence::visit_loop(const Statement& loop, Axes control) {
  if (loop.first != nullptr) {
    visit(*loop.first, control);
  }
  // Items that are in the loop when others have left it go on changing what is assigned there.
  const Axes inner = control | of_rounds(loop);
  visit(loop.body, inner);
  if (loop.step != nullptr) {
    visit(*loop.step, inner);
  }
}

std::optional<std::int64_t> Dependence::stride(const Expression& expression,
                                               std::uint32_t axis) const {
  if ((of(expression) & (1U << axis)) == 0) {
    return 0;
  }
  const auto of_operand = [&](std::size_t i) { return stride(*expression.operands[i], axis); };
  switch (expression.kind) {
    case ExpressionKind::id:
      return expression.query == kir::IdQuery::global_id ? std::optional<std::int64_t>(1)
                                                         : std::nullopt;
    case ExpressionKind::variable: {
      const Expression* value = definition(*expression.variable);
      return value != nullptr ? stride(*value, axis) : std::nullopt;
    }
    case ExpressionKind::cast:
      return keeps_stride(expression) ? of_operand(0) : std::nullopt;
    case ExpressionKind::binary:
      break;
    default:
      return std::nullopt;
  }
  const auto a = of_operand(0);
  const auto b = of_operand(1);
  if (!a || !b) {
    return std::nullopt;
  }
  switch (expression.binary) {
    case BinaryOperator::add:
      return *a + *b;
    case BinaryOperator::subtract:
      return *a - *b;
    case BinaryOperator::multiply: {
      const auto left = literal_of(*expression.operands[0]);
      const auto right = literal_of(*expression.operands[1]);
      return left ? std::optional(*left * *b) : right ? std::optional(*a * *right) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> Dependence::stride_of_place(const Expression& place,
                                                        std::uint32_t axis) const {
  if (place.kind != ExpressionKind::index || place.variable == nullptr) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i + 1 < place.operands.size(); ++i) {
    if (stride(*place.operands[i], axis) != 0) {
      return std::nullopt;
    }
  }
  return stride(*place.operands.back(), axis);
}

}  // namespace dotcompute::analysis
