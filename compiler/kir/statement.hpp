// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace dotcompute::kir {

/// What a statement does and where its parts are.
enum class StatementKind : std::uint8_t {
  block,       ///< Statement::body, in order; locals declared in it end with it.
  declare,     ///< Statement::variable begins, with `value` or, if that is null, unset.
  assign,      ///< `target`, a place, takes `value`, of the same type.
  evaluate,    ///< `value`, a call, for what the called function does.
  if_else,     ///< `value` (bool): `body`, else `otherwise` (may be empty).
  for_loop,    ///< `first` (a declare or assign, or null), `value` (bool), `step` (an assign, or
               ///< null), `body`. `continue_loop` goes to the step.
  while_loop,  ///< `value` (bool) before each round of `body`.
  do_loop,     ///< `value` (bool) after each round of `body`.
  switch_on,   ///< `value` (an integer), `cases`.
  break_out,   ///< Of the innermost loop or switch.
  continue_loop,
  return_from,  ///< With `value`, or null.
};

struct Statement;
using StatementPtr = std::unique_ptr<Statement>;
using Statements = std::vector<StatementPtr>;

/// One `case` of a switch. Goes on with the next case unless its body leaves.
struct SwitchCase {
  std::vector<std::uint64_t> labels;  ///< As Expression::bits.
  bool is_default = false;            ///< May have labels too.
  Statements body;
};

struct Statement {
  StatementKind kind = StatementKind::block;
  Location location;
  Variable* variable = nullptr;
  ExpressionPtr target;
  ExpressionPtr value;
  StatementPtr first;
  StatementPtr step;
  Statements body;
  Statements otherwise;
  std::vector<SwitchCase> cases;
};

}  // namespace dotcompute::kir
