// SPDX-License-Identifier: Apache-2.0
#include "kir/verifier.hpp"
#include "kir/walk.hpp"

#include <algorithm>

namespace dotcompute::kir {
namespace {

// True if `place` is part of a variable's memory, not of a value that a call or construct made.
bool is_place(const Expression& place) noexcept {
  const Variable* const root = root_of(place);
  return root != nullptr && place.kind != ExpressionKind::buffer;
}

}  // namespace

bool Verifier::check_call(const Expression& expression, bool is_whole) {
  const Function* const callee = expression.callee;
  const auto known = functions_.find(callee);
  if (known == functions_.end()) {
    fail("function-order", expression.location,
         "A call is of a function that does not come before, or is null.");
    return false;
  }
  if (callee->is_kernel) {
    fail("function-order", expression.location, "Kernel '" + callee->symbol + "' is called.");
    return false;
  }
  if (!known->second.is_pure && !is_whole) {
    fail("impure-call", expression.location,
         "'" + callee->symbol + "' writes, so its call is the whole value of a statement.");
  }
  known_.axes = std::max(known_.axes, known->second.axes);
  known_.is_sound = known_.is_sound && known->second.is_sound;
  if (!has_operands(expression, callee->parameters.size())) {
    return false;
  }
  for (std::size_t i = 0; i < callee->parameters.size(); ++i) {
    check_argument(*callee->parameters[i], *expression.operands[i]);
  }
  return has_type(expression, callee->result);
}

void Verifier::check_argument(const Variable& parameter, const Expression& argument) {
  if (parameter.kind == VariableKind::buffer) {
    return check_buffer_argument(parameter, argument);
  }
  if (!has_type(argument, parameter.type) || parameter.kind != VariableKind::reference) {
    return;
  }
  if (!is_place(argument)) {
    fail("place", argument.location, "What '" + parameter.name + "' refers to is no variable.");
  } else if (!parameter.is_const) {
    check_writable(argument);
  }
}

void Verifier::check_buffer_argument(const Variable& parameter, const Expression& argument) {
  const bool is_buffer = argument.kind == ExpressionKind::buffer;
  if (!is_buffer || argument.variable->type != parameter.type ||
      argument.variable->rank != parameter.rank) {
    mistyped(argument, "'" + parameter.name + "' takes a buffer of its type and rank.");
  } else if (argument.variable->is_const && !parameter.is_const) {
    fail("const-write", argument.location,
         "'" + argument.variable->name + "' is const, and '" + parameter.name + "' is not.");
  }
}

void Verifier::check_writable(const Expression& place) {
  if (!is_place(place)) {
    fail("place", place.location, "What is written is no variable, nor part of one.");
    return;
  }
  const Variable& root = *root_of(place);
  if (root.is_const) {
    fail("const-write", place.location, "'" + root.name + "' is const.");
  }
}

}  // namespace dotcompute::kir
