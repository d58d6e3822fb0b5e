// SPDX-License-Identifier: Apache-2.0
#include "interpret/compiler.hpp"
#include "kir/walk.hpp"

#include <algorithm>

namespace dotcompute::interpret {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::TypeKind;
using kir::UnaryOperator;

void Compiler::compile_body(const kir::Statements& body) {
  for (const kir::StatementPtr& statement : body) {
    compile_statement(*statement);
  }
}

void Compiler::compile_statement(const Statement& statement) {
  location_ = statement.location;
  top_ = fixed_bytes_;  // no temporary outlives its statement
  switch (statement.kind) {
    case StatementKind::block:
      return compile_body(statement.body);
    case StatementKind::declare:
      return compile_declare(statement);
    case StatementKind::assign:
      return compile_assign(*statement.target, *statement.value);
    case StatementKind::evaluate:
      call(*statement.value);
      return;
    case StatementKind::if_else:
      return compile_if(statement);
    case StatementKind::for_loop:
      return compile_for(statement);
    case StatementKind::while_loop:
      return compile_while(statement);
    case StatementKind::do_loop:
      return compile_do(statement);
    case StatementKind::switch_on:
      return compile_switch(statement);
    case StatementKind::break_out:
      return emit_jump(jump_handler(), *breakables_.back().breaks);
    case StatementKind::continue_loop: {
      const auto loop = std::find_if(breakables_.rbegin(), breakables_.rend(),
                                     [](const Breakable& one) { return one.continues != nullptr; });
      return emit_jump(jump_handler(), *loop->continues);
    }
    case StatementKind::return_from:
      return compile_return(statement);
  }
}

void Compiler::compile_declare(const Statement& statement) {
  const kir::Variable& variable = *statement.variable;
  Storage storage = lay_out(variable);
  if (statement.value != nullptr) {
    if (storage.kind == Storage::Kind::slot) {
      return value_into(*statement.value, storage.offset);
    }
    const Place place{.kind = Place::Kind::frame, .base = storage.offset};
    return part_into(*statement.value, place, 0);
  }
  if (storage.kind == Storage::Kind::slot) {
    storage.set_flag = allocate(8);
    storage_[&variable] = storage;
    emit({.run = set_handler(), .to = storage.set_flag, .number = 0});
  } else {
    emit({.run = fill_handler(), .to = storage.offset, .number = size_of(variable.type)});
  }
}

void Compiler::compile_assign(const Expression& target, const Expression& value_of_it) {
  if (target.type.is_scalar()) {
    if (target.kind == ExpressionKind::variable) {
      const Place place = place_of(target);
      if (place.kind == Place::Kind::slot) {
        value_into(value_of_it, place.base);
        if (place.set_flag != 0) {
          emit({.run = set_handler(), .to = place.set_flag, .number = 1});
        }
        return;
      }
    }
    const std::uint32_t slot = value(value_of_it);
    return store(place_of(target), target.type.element, slot);
  }
  // What is built of parts may need the target's old ones.
  const Place from = value_place(value_of_it);
  copy(place_of(target), from, size_of(target.type));
}

void Compiler::compile_if(const Statement& statement) {
  Jumps otherwise;
  branch(*statement.value, /*when=*/false, otherwise);
  compile_body(statement.body);
  if (statement.otherwise.empty()) {
    return land(otherwise);
  }
  Jumps end;
  emit_jump(jump_handler(), end);
  land(otherwise);
  compile_body(statement.otherwise);
  land(end);
}

void Compiler::compile_loop_body(const Statement& statement, Jumps& breaks, Jumps& continues) {
  breakables_.push_back({.breaks = &breaks, .continues = &continues});
  compile_body(statement.body);
  breakables_.pop_back();
  location_ = statement.location;
  top_ = fixed_bytes_;
}

void Compiler::compile_for(const Statement& statement) {
  Jumps breaks;
  Jumps continues;
  if (statement.first != nullptr) {
    compile_statement(*statement.first);
  }
  location_ = statement.location;
  top_ = fixed_bytes_;
  const std::uint32_t begin = next();
  branch(*statement.value, /*when=*/false, breaks);
  compile_loop_body(statement, breaks, continues);
  land(continues);
  if (statement.step != nullptr) {
    compile_statement(*statement.step);
  }
  location_ = statement.location;
  emit({.run = jump_back_handler(), .to = begin});
  land(breaks);
}

void Compiler::compile_while(const Statement& statement) {
  Jumps breaks;
  Jumps continues;
  const std::uint32_t begin = next();
  branch(*statement.value, /*when=*/false, breaks);
  compile_loop_body(statement, breaks, continues);
  land(continues);
  emit({.run = jump_back_handler(), .to = begin});
  land(breaks);
}

void Compiler::compile_do(const Statement& statement) {
  Jumps breaks;
  Jumps continues;
  const std::uint32_t begin = next();
  compile_loop_body(statement, breaks, continues);
  land(continues);
  branch(*statement.value, /*when=*/false, breaks);
  emit({.run = jump_back_handler(), .to = begin});
  land(breaks);
}

void Compiler::compile_switch(const Statement& statement) {
  const std::uint32_t slot = value(*statement.value);
  std::vector<Jumps> to_case(statement.cases.size());
  Jumps breaks;
  Jumps* otherwise = &breaks;
  for (std::size_t i = 0; i < statement.cases.size(); ++i) {
    for (const std::uint64_t label : statement.cases[i].labels) {
      emit_jump(jump_equal_handler(), to_case[i], slot, label);
    }
    otherwise = statement.cases[i].is_default ? &to_case[i] : otherwise;
  }
  emit_jump(jump_handler(), *otherwise);
  breakables_.push_back({.breaks = &breaks});
  for (std::size_t i = 0; i < statement.cases.size(); ++i) {
    land(to_case[i]);
    compile_body(statement.cases[i].body);
  }
  breakables_.pop_back();
  land(breaks);
}

void Compiler::compile_return(const Statement& statement) {
  if (function_ == &kernel_) {
    emit({.run = end_handler()});
    return;
  }
  const Callee& callee = callees_.at(function_);
  if (statement.value != nullptr) {
    const kir::Type& type = statement.value->type;
    if (type.is_scalar()) {
      value_into(*statement.value, callee.result);
    } else {
      aggregate_into(*statement.value, {.kind = Place::Kind::frame, .base = callee.result});
    }
  }
  emit({.run = return_handler(), .a = callee.return_slot});
}

void Compiler::branch(const Expression& condition, bool when, Jumps& jumps) {
  if (condition.kind == ExpressionKind::unary && condition.unary == UnaryOperator::logical_not) {
    return branch(*condition.operands[0], !when, jumps);
  }
  const bool is_and =
      condition.kind == ExpressionKind::binary && condition.binary == BinaryOperator::logical_and;
  const bool is_or =
      condition.kind == ExpressionKind::binary && condition.binary == BinaryOperator::logical_or;
  if (!is_and && !is_or) {
    const std::uint32_t slot = value(condition);
    return emit_jump(when ? jump_if_handler() : jump_unless_handler(), jumps, slot);
  }
  if (is_or == when) {
    // Each operand alone decides.
    branch(*condition.operands[0], when, jumps);
    return branch(*condition.operands[1], when, jumps);
  }
  Jumps past;
  branch(*condition.operands[0], !when, past);
  branch(*condition.operands[1], when, jumps);
  land(past);
}

}  // namespace dotcompute::interpret
