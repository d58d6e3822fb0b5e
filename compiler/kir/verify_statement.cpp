// SPDX-License-Identifier: Apache-2.0
#include "kir/names.hpp"
#include "kir/scalar.hpp"
#include "kir/verifier.hpp"
#include "kir/walk.hpp"

#include <algorithm>

namespace dotcompute::kir {
namespace {

// Which parts of a statement have to be there, may be, or must not be.
enum class Part : std::uint8_t { no, maybe, yes };

struct Parts {
  Part variable = Part::no;
  Part target = Part::no;
  Part value = Part::no;
  Part first = Part::no;
  Part step = Part::no;
  Part body = Part::no;
  Part otherwise = Part::no;
  Part cases = Part::no;
};

Parts parts_of(StatementKind kind) noexcept {
  switch (kind) {
    case StatementKind::block:
      return {.body = Part::maybe};
    case StatementKind::declare:
      return {.variable = Part::yes, .value = Part::maybe};
    case StatementKind::assign:
      return {.target = Part::yes, .value = Part::yes};
    case StatementKind::evaluate:
      return {.value = Part::yes};
    case StatementKind::if_else:
      return {.value = Part::yes, .body = Part::maybe, .otherwise = Part::maybe};
    case StatementKind::for_loop:
      return {.value = Part::yes, .first = Part::maybe, .step = Part::maybe, .body = Part::maybe};
    case StatementKind::while_loop:
    case StatementKind::do_loop:
      return {.value = Part::yes, .body = Part::maybe};
    case StatementKind::switch_on:
      return {.value = Part::yes, .cases = Part::maybe};
    case StatementKind::return_from:
      return {.value = Part::maybe};
    case StatementKind::break_out:
    case StatementKind::continue_loop:
      break;
  }
  return {};
}

bool agrees(Part part, bool is_there) noexcept {
  return part == Part::maybe || is_there == (part == Part::yes);
}

}  // namespace

void Verifier::check_body(const Statements& body) {
  const std::size_t outer = scope_.size();
  for (const StatementPtr& statement : body) {
    if (statement == nullptr) {
      fail("missing-part", function_->location, "A statement is null.");
    } else {
      check_statement(*statement);
    }
  }
  while (scope_.size() > outer) {
    visible_.erase(scope_.back());
    scope_.pop_back();
  }
}

bool Verifier::has_its_parts(const Statement& statement) {
  const Parts parts = parts_of(statement.kind);
  const bool agree = agrees(parts.variable, statement.variable != nullptr) &&
                     agrees(parts.target, statement.target != nullptr) &&
                     agrees(parts.value, statement.value != nullptr) &&
                     agrees(parts.first, statement.first != nullptr) &&
                     agrees(parts.step, statement.step != nullptr) &&
                     agrees(parts.body, !statement.body.empty()) &&
                     agrees(parts.otherwise, !statement.otherwise.empty()) &&
                     agrees(parts.cases, !statement.cases.empty());
  if (!agree) {
    fail("missing-part", statement.location,
         "A statement lacks a part, or has one that is not of its kind.");
  }
  return agree;
}

void Verifier::check_statement(const Statement& statement) {
  check_location(statement.location);
  if (!has_its_parts(statement)) {
    return;
  }
  switch (statement.kind) {
    case StatementKind::block:
      return check_body(statement.body);
    case StatementKind::declare:
      return check_declare(statement);
    case StatementKind::assign:
      return check_assign(statement);
    case StatementKind::evaluate:
      if (statement.value->kind != ExpressionKind::call) {
        fail("evaluate-call", statement.location, "Only a call is evaluated for what it does.");
      }
      check_expression(*statement.value, /*is_whole=*/true);
      return;
    case StatementKind::if_else:
      check_condition(statement);
      check_body(statement.body);
      return check_body(statement.otherwise);
    case StatementKind::for_loop:
      return check_for(statement);
    case StatementKind::while_loop:
      check_condition(statement);
      return check_loop_body(statement.body);
    case StatementKind::do_loop:
      check_loop_body(statement.body);
      return check_condition(statement);
    case StatementKind::switch_on:
      return check_switch(statement);
    case StatementKind::break_out:
      if (breakable_ == 0) {
        fail("jump", statement.location, "There is no loop or switch to leave.");
      }
      return;
    case StatementKind::continue_loop:
      if (loops_ == 0) {
        fail("jump", statement.location, "There is no loop to go on with.");
      }
      return;
    case StatementKind::return_from:
      return check_return(statement);
  }
}

void Verifier::check_declare(const Statement& statement) {
  const Variable* const variable = statement.variable;
  if (declared_ == function_->locals.size() || function_->locals[declared_].get() != variable) {
    fail("declared-once", statement.location,
         "A declaration is not of the local variable whose turn it is.");
    return;
  }
  ++declared_;
  if (statement.value != nullptr) {
    if (check_value(*statement.value, /*is_whole=*/true)) {
      has_type(*statement.value, variable->type);
    }
  } else if (variable->is_const) {
    fail("const-write", statement.location, "'" + variable->name + "' is const and never set.");
  }
  visible_.insert(variable);
  scope_.push_back(variable);
}

void Verifier::check_assign(const Statement& statement) {
  const bool has_target = check_value(*statement.target);
  const bool has_value = check_value(*statement.value, /*is_whole=*/true);
  if (has_target) {
    check_writable(*statement.target);
  }
  if (has_target && has_value) {
    has_type(*statement.value, statement.target->type);
  }
}

void Verifier::check_condition(const Statement& statement) {
  if (check_value(*statement.value, /*is_whole=*/true)) {
    has_type(*statement.value, scalar_type(ElementType::boolean));
  }
}

void Verifier::check_loop_body(const Statements& body) {
  ++loops_;
  ++breakable_;
  check_body(body);
  --loops_;
  --breakable_;
}

void Verifier::check_for(const Statement& statement) {
  const std::size_t outer = scope_.size();
  if (statement.first != nullptr) {
    if (statement.first->kind != StatementKind::declare &&
        statement.first->kind != StatementKind::assign) {
      fail("for-header", statement.location, "A for begins with a declaration or assignment.");
    } else {
      check_statement(*statement.first);
    }
  }
  check_condition(statement);
  if (statement.step != nullptr) {
    if (statement.step->kind != StatementKind::assign) {
      fail("for-header", statement.location, "A for goes on with an assignment.");
    } else {
      check_statement(*statement.step);
    }
  }
  check_loop_body(statement.body);
  while (scope_.size() > outer) {
    visible_.erase(scope_.back());
    scope_.pop_back();
  }
}

void Verifier::check_switch(const Statement& statement) {
  const Expression& value = *statement.value;
  const bool has_value = check_value(value, /*is_whole=*/true);
  if (has_value && !(value.type.is_scalar() && is_integer(value.type.element))) {
    fail("operand-type", value.location, "A switch is on an integer, not " + name_of(value.type));
  }
  std::set<std::uint64_t> labels;
  bool has_default = false;
  ++breakable_;
  for (const SwitchCase& one : statement.cases) {
    bool is_wrong = (one.is_default && has_default) || (one.labels.empty() && !one.is_default);
    has_default = has_default || one.is_default;
    for (const std::uint64_t label : one.labels) {
      is_wrong = is_wrong || !labels.insert(label).second ||
                 (has_value && canonical_bits(value.type.element, label) != label);
    }
    if (is_wrong) {
      fail("switch-label", statement.location,
           "A case has no label, one that another has, or one that is no value of the type.");
    }
    check_body(one.body);
  }
  --breakable_;
}

void Verifier::check_return(const Statement& statement) {
  const bool gives = function_->result.kind != TypeKind::none;
  if (gives != (statement.value != nullptr)) {
    fail("return-value", statement.location,
         gives ? "The function returns nothing, but has a result."
               : "The function returns a value, but has no result.");
    return;
  }
  if (gives && check_value(*statement.value, /*is_whole=*/true)) {
    has_type(*statement.value, function_->result);
  }
}

}  // namespace dotcompute::kir
