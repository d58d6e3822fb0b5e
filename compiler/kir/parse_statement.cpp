// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "kir/names.hpp"
#include "kir/parser.hpp"
#include "kir/scalar.hpp"

#include <limits>
#include <utility>

namespace dotcompute::kir {
namespace {

void place_variable(const Statement& statement) {
  if (statement.kind == StatementKind::declare) {
    statement.variable->location = statement.location;
  }
}

}  // namespace

// Up to and with the closing brace.
Statements Parser::parse_body() {
  Statements body;
  while (!at_end() && !at("}")) {
    body.push_back(parse_statement());
  }
  expect("}");
  return body;
}

StatementPtr Parser::parse_statement() {
  const Level level(*this);
  if (at("if")) {
    return parse_if();
  }
  if (at("for")) {
    return parse_for();
  }
  if (at("do")) {
    return parse_do();
  }
  if (at("switch")) {
    return parse_switch();
  }
  Location place;
  if (accept("while")) {
    ExpressionPtr condition = parse_enclosed();
    expect("{");
    take_tail(place);
    return make_while_loop(std::move(condition), parse_body(), place);
  }
  if (at("block") && following_.text == "{") {
    advance();
    advance();
    take_tail(place);
    return make_block(parse_body(), place);
  }
  StatementPtr statement = parse_simple();
  expect(";");
  take_tail(statement->location);
  place_variable(*statement);
  return statement;
}

// What stands on a line of its own, or in the head of a `for`; without the end.
StatementPtr Parser::parse_simple() {
  if (accept("break")) {
    return make_break_out();
  }
  if (accept("continue")) {
    return make_continue_loop();
  }
  if (accept("return")) {
    return make_return_from(at(";") ? nullptr : parse_expression());
  }
  if ((at("let") || at("var")) && following_.kind == TokenKind::word) {
    return parse_declare();
  }
  const Token start = token_;
  ExpressionPtr expression = parse_expression();
  if (accept("=")) {
    return make_assign(std::move(expression), parse_expression());
  }
  if (expression->kind != ExpressionKind::call) {
    fail(start, "Only a call can stand alone; else here has to be a statement.");
  }
  return make_evaluate(std::move(expression));
}

StatementPtr Parser::parse_declare() {
  const bool is_const = at("let");
  advance();
  std::string name = take_name();
  expect(":");
  Type type = take_type();
  ExpressionPtr value = accept("=") ? parse_expression() : nullptr;
  Variable& variable = add_local(*function_, {}, std::move(type));
  variable.is_const = is_const;
  add(std::move(name), variable);
  return make_declare(variable, std::move(value));
}

StatementPtr Parser::parse_if() {
  expect("if");
  ExpressionPtr condition = parse_enclosed();
  expect("{");
  Location place;
  take_tail(place);
  Statements body = parse_body();
  Statements otherwise;
  if (accept("else")) {
    if (at("if")) {
      const Level level(*this);
      otherwise.push_back(parse_if());
    } else {
      expect("{");
      otherwise = parse_body();
    }
  }
  return make_if_else(std::move(condition), std::move(body), std::move(otherwise), place);
}

// A statement in the head of a `for`: its place stands in the line's tail before those of its parts.
StatementPtr Parser::parse_noted() {
  const std::size_t own = pending_.size();
  pending_.push_back(nullptr);
  StatementPtr statement = parse_simple();
  pending_[own] = &statement->location;
  return statement;
}

StatementPtr Parser::parse_for() {
  expect("for");
  expect("(");
  StatementPtr first;
  if (!at(";")) {
    first = parse_noted();
  }
  expect(";");
  ExpressionPtr condition = parse_expression();
  expect(";");
  StatementPtr step;
  if (!at(")")) {
    step = parse_noted();
  }
  expect(")");
  expect("{");
  Location place;
  take_tail(place);
  if (first != nullptr) {
    place_variable(*first);
  }
  return make_for_loop(std::move(first), std::move(condition), std::move(step), parse_body(),
                       place);
}

StatementPtr Parser::parse_do() {
  expect("do");
  expect("{");
  Statements body = parse_body();
  expect("while");
  ExpressionPtr condition = parse_enclosed();
  expect(";");
  Location place;
  take_tail(place);
  return make_do_loop(std::move(body), std::move(condition), place);
}

StatementPtr Parser::parse_switch() {
  expect("switch");
  ExpressionPtr value = parse_enclosed();
  expect("{");
  Location place;
  take_tail(place);
  std::vector<SwitchCase> cases;
  while (!at_end() && !at("}")) {
    cases.push_back(parse_case(value->type));
  }
  expect("}");
  return make_switch_on(std::move(value), std::move(cases), place);
}

SwitchCase Parser::parse_case(const Type& type) {
  const Level level(*this);
  SwitchCase one;
  expect("case");
  do {
    if (accept("default")) {
      if (one.is_default) {
        fail(token_, "One default is enough.");
      }
      one.is_default = true;
      continue;
    }
    const Token start = token_;
    const bool is_negative = accept("-");
    const std::uint64_t number = take_number(std::numeric_limits<std::uint64_t>::max());
    one.labels.push_back(is_negative ? std::uint64_t{0} - number : number);
    if (canonical_bits(type.element, one.labels.back()) != one.labels.back()) {
      fail(start, "This label is no value of the switch's type.");
    }
  } while (accept(","));
  expect("{");
  one.body = parse_body();
  return one;
}

}  // namespace dotcompute::kir
