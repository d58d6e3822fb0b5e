// SPDX-License-Identifier: Apache-2.0
#include "statements.hpp"

#include "analysis/independence.hpp"
#include "kir/walk.hpp"

#include <array>
#include <string_view>

namespace dotcompute::emit::cpu {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;

// The operators that have a form with "=", in the order of BinaryOperator.
constexpr std::array<std::string_view, 10> kCompound{
    "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="};

bool is_wide_enough(const Expression& value) {
  return !kir::is_integer(value.type.element) || size_of(value.type.element) >= 4;
}

// Whether "x = x + 1" may be written "x += 1": not where the operator is a function's name.
bool is_compound(const Statement& assign) {
  const Expression& value = *assign.value;
  return value.kind == ExpressionKind::binary && value.binary <= kir::BinaryOperator::multiply &&
         is_wide_enough(value) && value.type.is_scalar() &&
         value.type.element != ElementType::float16 &&
         kir::same(*assign.target, *value.operands[0]);
}

bool is_one(const Expression& expression) {
  return expression.kind == ExpressionKind::literal && expression.bits == 1 &&
         kir::is_integer(expression.type.element);
}

}  // namespace

void StatementWriter::write(const kir::Statements& list) {
  for (const auto& statement : list) {
    write(*statement);
  }
}

std::string StatementWriter::declaration(const Statement& declare) const {
  const kir::Variable& variable = *declare.variable;
  const Names& names = expressions_.names();
  const std::string value =
      declare.value != nullptr ? " = " + expressions_.value_text(*declare.value) : "";
  if (plan_ != nullptr && plan_->arrays.contains(&variable)) {
    const std::string place =
        names.of(variable) + (plan_->tiles_rows ? "[dc_row][dc_lane]" : "[dc_lane]");
    return value.empty() ? "" : place + value;
  }
  if (expressions_.is_wide_id(variable)) {
    return "const std::uint64_t " + names.of(variable) + " = " +
           expressions_.text(*declare.value->operands[0]);
  }
  const bool is_const = variable.is_const && !value.empty();
  return (is_const ? "const " : "") + spell(variable.type, names) + " " + names.of(variable) +
         value;
}

std::string StatementWriter::assignment(const Statement& assign) const {
  const std::string target = expressions_.text(*assign.target);
  if (!is_compound(assign)) {
    return target + " = " + expressions_.value_text(*assign.value);
  }
  const Expression& value = *assign.value;
  if (is_one(*value.operands[1]) && value.binary != kir::BinaryOperator::multiply) {
    return (value.binary == kir::BinaryOperator::add ? "++" : "--") + target;
  }
  return target + " " + std::string(kCompound.at(static_cast<std::size_t>(value.binary))) + " " +
         expressions_.value_text(*value.operands[1]);
}

std::string StatementWriter::loop_head(const Statement& loop) const {
  const std::string condition = loop.value != nullptr ? expressions_.text(*loop.value) : "";
  if (loop.kind == StatementKind::while_loop) {
    return "while (" + condition + ")";
  }
  std::string first;
  if (loop.first != nullptr) {
    first = loop.first->kind == StatementKind::declare ? declaration(*loop.first)
                                                       : assignment(*loop.first);
  }
  const std::string step = loop.step != nullptr ? assignment(*loop.step) : "";
  return "for (" + first + "; " + condition + ";" + (step.empty() ? "" : " " + step) + ")";
}

void StatementWriter::write(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::block:
      lines_.open("");
      write(statement.body);
      lines_.close();
      break;
    case StatementKind::declare: {
      const std::string text = declaration(statement);
      if (!text.empty()) {
        lines_.add(text + ";");
      }
      break;
    }
    case StatementKind::assign:
      lines_.add(assignment(statement) + ";");
      break;
    case StatementKind::evaluate:
      lines_.add(expressions_.text(*statement.value) + ";");
      break;
    case StatementKind::if_else:
      lines_.open("if (" + expressions_.text(*statement.value) + ")");
      write(statement.body);
      if (!statement.otherwise.empty()) {
        lines_.reopen("else");
        write(statement.otherwise);
      }
      lines_.close();
      break;
    case StatementKind::for_loop:
    case StatementKind::while_loop:
      if (analysis::has_independent_rounds(statement)) {
        lines_.add("DC_SIMD");
      }
      lines_.open(loop_head(statement));
      write(statement.body);
      lines_.close();
      break;
    case StatementKind::do_loop:
      lines_.open("do");
      write(statement.body);
      lines_.close(" while (" + expressions_.text(*statement.value) + ");");
      break;
    case StatementKind::switch_on:
      write_switch(statement);
      break;
    case StatementKind::break_out:
      lines_.add("break;");
      break;
    case StatementKind::continue_loop:
      lines_.add("continue;");
      break;
    case StatementKind::return_from:
      lines_.add(statement.value == nullptr
                     ? "return;"
                     : "return " + expressions_.text(*statement.value) + ";");
      break;
  }
}

void StatementWriter::write_switch(const Statement& statement) {
  lines_.open("switch (" + expressions_.text(*statement.value) + ")");
  for (const auto& one : statement.cases) {
    std::string labels;
    for (const std::uint64_t label : one.labels) {
      labels += "case " + spell_literal(statement.value->type.element, label) + ": ";
    }
    labels += one.is_default ? "default: " : "";
    labels.pop_back();
    lines_.open(labels);
    write(one.body);
    const bool leaves = !one.body.empty() && one.body.back()->kind >= StatementKind::break_out &&
                        one.body.back()->kind <= StatementKind::return_from;
    if (!leaves && &one != &statement.cases.back()) {
      lines_.add("[[fallthrough]];");
    }
    lines_.close();
  }
  lines_.close();
}

}  // namespace dotcompute::emit::cpu
