// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/statements.hpp"

#include "emit/opencl/spelling.hpp"
#include "kir/walk.hpp"

#include <string_view>

namespace dotcompute::emit::opencl {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;

void add_read(const Expression& value, Uses& uses) {
  kir::for_each_expression(value, [&](const Expression& part) {
    if (part.variable != nullptr && part.kind != ExpressionKind::extent) {
      uses.named.insert(part.variable);
      uses.read.insert(part.variable);
    }
  });
}

// What is written is named; what tells the place in it is read.
void add_written(const Expression& target, Uses& uses) {
  if (target.variable != nullptr) {
    uses.named.insert(target.variable);
  }
  const bool is_part = target.variable == nullptr;
  for (std::size_t i = 0; i < target.operands.size(); ++i) {
    if (is_part && i == 0) {
      add_written(*target.operands[i], uses);
    } else {
      add_read(*target.operands[i], uses);
    }
  }
}

bool calls_for_effect(const Expression& value) {
  return value.kind == ExpressionKind::call && !kir::is_pure(*value.callee);
}

bool is_left_out(const Statement& statement, const Uses& uses) {
  return statement.kind == StatementKind::declare && !uses.named.contains(statement.variable) &&
         (statement.value == nullptr || !calls_for_effect(*statement.value));
}

bool is_one(const Expression& expression) {
  return expression.kind == ExpressionKind::literal && expression.bits == 1 &&
         kir::is_integer(expression.type.element);
}

}  // namespace

Uses uses_of(const kir::Function& function) {
  // What only a declaration uses that is left out itself is of no use either.
  Uses uses;
  Uses before;
  for (const auto& local : function.locals) {
    before.named.insert(local.get());
  }
  for (bool is_first = true; is_first || uses.named.size() != before.named.size();
       is_first = false) {
    before = is_first ? before : uses;
    uses = {};
    kir::for_each_statement(function.body, [&](const Statement& statement) {
      if (statement.target != nullptr) {
        add_written(*statement.target, uses);
      }
      if (statement.value != nullptr && !is_left_out(statement, before)) {
        add_read(*statement.value, uses);
      }
    });
  }
  return uses;
}

void StatementWriter::write(const kir::Statements& list) {
  for (const auto& statement : list) {
    write(*statement);
  }
}

std::string StatementWriter::declaration(const Statement& declare) const {
  const kir::Variable& variable = *declare.variable;
  const std::string value =
      declare.value != nullptr ? " = " + expressions_.initial_text(*declare.value) : "";
  const bool is_const = variable.is_const && !value.empty();
  return (is_const ? "const " : "") + expressions_.parts().type(variable.type) + " " +
         expressions_.parts().names().of(variable) + value;
}

void StatementWriter::write_declaration(const Statement& declare) {
  const kir::Variable* const variable = declare.variable;
  if (is_left_out(declare, uses_)) {
    return;
  }
  if (!uses_.named.contains(variable)) {
    lines_.add(expressions_.text(*declare.value) + ";");
    return;
  }
  lines_.add(declaration(declare) + ";");
  if (!uses_.read.contains(variable)) {
    lines_.add("(void)" + expressions_.parts().names().of(*variable) + ";");
  }
}

std::string StatementWriter::assignment(const Statement& assign, bool is_sure_to_fit) const {
  const std::string target = expressions_.text(*assign.target);
  const std::string_view compound = expressions_.compound(assign, is_sure_to_fit);
  if (compound.empty()) {
    return target + " = " + expressions_.value_text(*assign.value);
  }
  const Expression& by = *assign.value->operands[1];
  if (is_one(by) && assign.value->binary != kir::BinaryOperator::multiply) {
    return std::string(2, compound.front()) + target;
  }
  return target + " " + std::string(compound) + "= " + expressions_.value_text(by);
}

std::string StatementWriter::loop_head(const Statement& loop) const {
  const std::string condition = loop.value != nullptr ? expressions_.text(*loop.value) : "";
  if (loop.kind == StatementKind::while_loop) {
    return "while (" + condition + ")";
  }
  std::string first;
  if (loop.first != nullptr) {
    first = loop.first->kind == StatementKind::declare ? declaration(*loop.first)
                                                       : assignment(*loop.first, false);
  }
  const std::string step = loop.step != nullptr
                               ? " " + assignment(*loop.step, expressions_.ranges().step_fits(loop))
                               : "";
  return "for (" + first + "; " + condition + ";" + step + ")";
}

void StatementWriter::write(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::block:
      lines_.open("");
      write(statement.body);
      lines_.close();
      break;
    case StatementKind::declare:
      write_declaration(statement);
      break;
    case StatementKind::assign:
      lines_.add(assignment(statement, false) + ";");
      break;
    case StatementKind::evaluate:
      lines_.add(expressions_.text(*statement.value) + ";");
      break;
    case StatementKind::if_else:
      write_if(statement);
      break;
    case StatementKind::for_loop:
    case StatementKind::while_loop:
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
                     : "return " + expressions_.value_text(*statement.value) + ";");
      break;
  }
}

void StatementWriter::write_if(const Statement& statement) {
  lines_.open("if (" + expressions_.text(*statement.value) + ")");
  write(statement.body);
  if (!statement.otherwise.empty()) {
    lines_.reopen("else");
    write(statement.otherwise);
  }
  lines_.close();
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
    lines_.close();
  }
  lines_.close();
}

}  // namespace dotcompute::emit::opencl
