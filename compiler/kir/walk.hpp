// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <type_traits>
#include <vector>

/// Visits to all parts of KIR, and what is asked of them most.
namespace dotcompute::kir {

/// Calls f(expression) with `root` and all its operands, a parent before its operands.
///
/// \param root const or not; f gets the same.
template <class Root, class F>
requires std::is_same_v<std::remove_const_t<Root>, Expression>
void for_each_expression(Root& root, const F& f) {
  f(root);
  for (const ExpressionPtr& operand : root.operands) {
    for_each_expression(static_cast<Root&>(*operand), f);
  }
}

/// Calls f(part) with the statements directly within `root`, in the order of the source.
template <class Root, class F>
requires std::is_same_v<std::remove_const_t<Root>, Statement>
void for_each_child(Root& root, const F& f) {
  const auto visit = [&](const Statements& list) {
    for (const StatementPtr& child : list) {
      f(static_cast<Root&>(*child));
    }
  };
  if (root.first != nullptr) {
    f(static_cast<Root&>(*root.first));
  }
  if (root.step != nullptr) {
    f(static_cast<Root&>(*root.step));
  }
  visit(root.body);
  visit(root.otherwise);
  for (const SwitchCase& one : root.cases) {
    visit(one.body);
  }
}

/// Calls f(statement) with `root` and all statements within it, a parent before its parts.
template <class Root, class F>
requires std::is_same_v<std::remove_const_t<Root>, Statement>
void for_each_statement(Root& root, const F& f) {
  f(root);
  for_each_child(root, [&](Root& child) { for_each_statement(child, f); });
}
template <class F>
void for_each_statement(const Statements& roots, const F& f) {
  for (const StatementPtr& root : roots) {
    for_each_statement(static_cast<const Statement&>(*root), f);
  }
}
template <class F>
void for_each_statement(Statements& roots, const F& f) {
  for (const StatementPtr& root : roots) {
    for_each_statement(*root, f);
  }
}

/// Calls f(expression) with all expressions of `root` and of the statements within it.
template <class Root, class F>
requires std::is_same_v<std::remove_const_t<Root>, Statement>
void for_each_expression(Root& root, const F& f) {
  using Part = std::conditional_t<std::is_const_v<Root>, const Expression, Expression>;
  for_each_statement(root, [&](Root& statement) {
    if (statement.target != nullptr) {
      for_each_expression(static_cast<Part&>(*statement.target), f);
    }
    if (statement.value != nullptr) {
      for_each_expression(static_cast<Part&>(*statement.value), f);
    }
  });
}
template <class F>
void for_each_expression(const Statements& roots, const F& f) {
  for (const StatementPtr& root : roots) {
    for_each_expression(static_cast<const Statement&>(*root), f);
  }
}
template <class F>
void for_each_expression(Statements& roots, const F& f) {
  for (const StatementPtr& root : roots) {
    for_each_expression(*root, f);
  }
}

/// A copy that names the same variables and functions.
[[nodiscard]] ExpressionPtr clone(const Expression& expression);
[[nodiscard]] StatementPtr clone(const Statement& statement);
[[nodiscard]] Statements clone(const Statements& statements);

/// True if both compute the same from the same variables; locations may differ.
[[nodiscard]] bool same(const Expression& a, const Expression& b) noexcept;

/// The variable whose memory a place is part of: `x` of `x.a[i]`; null if it is no place.
[[nodiscard]] const Variable* root_of(const Expression& place) noexcept;
[[nodiscard]] Variable* root_of(Expression& place) noexcept;

/// The variables that `statements` declare, assign, or hand to a call that writes them, wholly or
/// in part: buffers, references, scalars, locals. Each once, in the order of the first write.
[[nodiscard]] std::vector<const Variable*> writes_of(const Statements& statements);
[[nodiscard]] std::vector<const Variable*> writes_of(const Statement& statement);

/// True if calls of `function` change nothing: it writes none of its buffers and references.
[[nodiscard]] bool is_pure(const Function& function);

}  // namespace dotcompute::kir
