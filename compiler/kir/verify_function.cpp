// SPDX-License-Identifier: Apache-2.0
#include "kir/layout.hpp"
#include "kir/verifier.hpp"
#include "kir/walk.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <algorithm>
#include <array>

namespace dotcompute::kir {
namespace {

bool is_too_deep(const Expression* expression, std::uint32_t depth) noexcept {
  if (expression == nullptr) {
    return false;
  }
  return depth > kMaxDepth || std::any_of(expression->operands.begin(), expression->operands.end(),
                                          [=](const ExpressionPtr& operand) {
                                            return is_too_deep(operand.get(), depth + 1);
                                          });
}

bool is_too_deep(const Statements& body, std::uint32_t depth) noexcept;

bool is_too_deep(const Statement* statement, std::uint32_t depth) noexcept {
  if (statement == nullptr) {
    return false;
  }
  return depth > kMaxDepth || is_too_deep(statement->target.get(), depth + 1) ||
         is_too_deep(statement->value.get(), depth + 1) ||
         is_too_deep(statement->first.get(), depth + 1) ||
         is_too_deep(statement->step.get(), depth + 1) || is_too_deep(statement->body, depth + 1) ||
         is_too_deep(statement->otherwise, depth + 1) ||
         std::any_of(statement->cases.begin(), statement->cases.end(),
                     [=](const SwitchCase& one) { return is_too_deep(one.body, depth + 2); });
}

bool is_too_deep(const Statements& body, std::uint32_t depth) noexcept {
  return std::any_of(body.begin(), body.end(), [=](const StatementPtr& statement) {
    return is_too_deep(statement.get(), depth);
  });
}

}  // namespace

void Verifier::check_function(const Function& function) {
  const std::size_t before = diagnostics_.size();
  function_ = &function;
  known_ = {};
  visible_.clear();
  scope_.clear();
  declared_ = 0;
  loops_ = 0;
  breakable_ = 0;
  check_header(function);
  if (is_too_deep(function.body, 1)) {
    fail("depth", function.location,
         "'" + function.symbol + "' is nested more than " + std::to_string(kMaxDepth) + " deep.");
  } else if (diagnostics_.size() == before) {
    check_body(function.body);
    check_locals();
  }
  if (function.is_kernel && function.dimensions < known_.axes) {
    fail("dimensions", function.location,
         "'" + function.symbol + "' asks for an id on an axis that its launch does not have.");
  }
  known_.is_sound = known_.is_sound && diagnostics_.size() == before;
  if (known_.is_sound) {
    known_.is_pure = is_pure(function);
  }
  functions_.emplace(&function, known_);
  function_ = nullptr;
}

void Verifier::check_header(const Function& function) {
  check_location(function.location);
  if (function.result.kind != TypeKind::none) {
    check_type(function.result, function.location);
  }
  if (function.is_kernel && function.result.kind != TypeKind::none) {
    fail("kernel-result", function.location, "A kernel gives no result.");
  }
  if (function.is_kernel && function.parameters.size() > kMaxParameters) {
    fail("kernel-parameter", function.location,
         "A kernel has at most " + std::to_string(kMaxParameters) + " parameters.");
  }
  const bool has_kernel_facts = !function.registered_name.empty() || function.dimensions != 1 ||
                                function.group_size != std::array<std::uint32_t, 3>{0, 0, 0};
  if (function.dimensions < 1 || function.dimensions > 3 ||
      (!function.is_kernel && has_kernel_facts)) {
    fail("dimensions", function.location, "Kernels have 1 to 3 axes; functions have none.");
  }
  std::set<std::string> names;
  for (const auto& parameter : function.parameters) {
    if (parameter == nullptr) {
      fail("missing-part", function.location, "A parameter is null.");
      return;
    }
    check_name(parameter->name, parameter->location, names);
    check_parameter(*parameter);
    visible_.insert(parameter.get());
  }
  for (const auto& local : function.locals) {
    if (local == nullptr) {
      fail("missing-part", function.location, "A local variable is null.");
      return;
    }
    check_name(local->name, local->location, names);
    check_type(local->type, local->location);
    if (local->kind != VariableKind::local) {
      fail("variable-kind", local->location, "'" + local->name + "' is not a local variable.");
    }
  }
}

void Verifier::check_parameter(const Variable& parameter) {
  check_location(parameter.location);
  check_type(parameter.type, parameter.location);
  const bool is_buffer = parameter.kind == VariableKind::buffer;
  const bool is_scalar = parameter.kind == VariableKind::scalar;
  if (!is_buffer && !is_scalar && parameter.kind != VariableKind::reference) {
    fail("variable-kind", parameter.location, "'" + parameter.name + "' is not a parameter.");
  }
  if (is_buffer) {
    check_buffer(parameter);
  } else if (function_->is_kernel && (!is_scalar || parameter.type.kind == TypeKind::array)) {
    fail("kernel-parameter", parameter.location,
         "'" + parameter.name + "' is neither a buffer, a scalar nor a structure.");
  }
}

void Verifier::check_buffer(const Variable& buffer) {
  if (buffer.rank < 1 || buffer.rank > 3 || (buffer.is_span && buffer.rank != 1)) {
    fail("buffer-rank", buffer.location,
         "Buffer '" + buffer.name + "' has not 1 to 3 axes, or more than a span has.");
  }
  if (buffer.type.kind == TypeKind::array) {
    fail("type", buffer.location, "The elements of '" + buffer.name + "' are arrays.");
  }
  if (!function_->is_kernel) {
    return;
  }
  // Of a span that is not const, analysis says later what is done with it.
  const bool is_in = buffer.direction == Direction::in;
  if (buffer.is_const ? !is_in : is_in && !buffer.is_span) {
    fail("buffer-direction", buffer.location,
         "What is const of buffer '" + buffer.name + "' contradicts its direction.");
  }
}

void Verifier::check_locals() {
  if (declared_ != function_->locals.size()) {
    fail("declared-once", function_->location,
         "'" + function_->locals[declared_]->name +
             "' is not declared where the order of local variables says.");
  }
}

}  // namespace dotcompute::kir
