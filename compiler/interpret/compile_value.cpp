// SPDX-License-Identifier: Apache-2.0
#include "interpret/compiler.hpp"
#include "kir/layout.hpp"
#include "kir/walk.hpp"

#include <array>
#include <cassert>

namespace dotcompute::interpret {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::TypeKind;
using kir::VariableKind;

// The slot that holds a value already, so that nothing is to do for it.
std::optional<std::uint32_t> Compiler::known_slot(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::literal:
      return literals_.at(expression.bits);
    case ExpressionKind::id:
      return id_slot(expression.query, expression.number);
    case ExpressionKind::extent: {
      const std::uint32_t buffer = storage_.at(expression.variable).offset;
      return buffer + (expression.number == Expression::kAllAxes
                           ? buffer_slot::kAll
                           : buffer_slot::kExtents + expression.number * 8);
    }
    case ExpressionKind::variable: {
      const Storage& storage = storage_.at(expression.variable);
      if (storage.kind != Storage::Kind::slot) {
        return std::nullopt;
      }
      check_set(expression);
      return storage.offset;
    }
    default:
      return std::nullopt;
  }
}

void Compiler::check_set(const Expression& expression) {
  const std::uint32_t flag = storage_.at(expression.variable).set_flag;
  if (flag != 0) {
    const std::size_t place = emit({.run = check_set_handler(), .a = flag}, expression.location);
    code_.subjects[place] = expression.variable->name;
  }
}

std::uint32_t Compiler::value(const Expression& expression) {
  if (const auto slot = known_slot(expression)) {
    return *slot;
  }
  const std::uint32_t slot = temporary();
  value_into(expression, slot);
  return slot;
}

void Compiler::value_into(const Expression& expression, std::uint32_t to) {
  if (const auto slot = known_slot(expression)) {
    emit({.run = move_handler(), .to = to, .a = *slot});
    return;
  }
  switch (expression.kind) {
    case ExpressionKind::select:
      return select_into(expression, to);
    case ExpressionKind::call: {
      const std::uint32_t result = call(expression).result;
      emit({.run = move_handler(), .to = to, .a = result});
      return;
    }
    case ExpressionKind::variable:
    case ExpressionKind::index:
    case ExpressionKind::member:
      return load(place_of(expression), expression.type.element, to);
    case ExpressionKind::binary:
      if (expression.binary == BinaryOperator::logical_and ||
          expression.binary == BinaryOperator::logical_or) {
        return logical_into(expression, to);
      }
      return operation_into(expression, to);
    default:
      return operation_into(expression, to);
  }
}

void Compiler::operation_into(const Expression& expression, std::uint32_t to) {
  Instruction instruction{.to = to};
  std::array<std::uint32_t*, 3> slots{&instruction.a, &instruction.b, &instruction.c};
  for (std::size_t i = 0; i < expression.operands.size(); ++i) {
    *slots[i] = value(*expression.operands[i]);
  }
  const ElementType type = expression.operands.front()->type.element;
  switch (expression.kind) {
    case ExpressionKind::unary:
      instruction.run = unary_handler(expression.unary, type);
      break;
    case ExpressionKind::binary:
      instruction.run = binary_handler(expression.binary, type);
      break;
    case ExpressionKind::cast:
      instruction.run = cast_handler(type, expression.type.element);
      break;
    default:
      instruction.run = intrinsic_handler(expression.intrinsic, type);
      break;
  }
  assert(instruction.run != nullptr);  // verify() knows the same operations
  emit(instruction, expression.location);
}

void Compiler::select_into(const Expression& expression, std::uint32_t to) {
  Jumps otherwise;
  Jumps end;
  branch(*expression.operands[0], /*when=*/false, otherwise);
  value_into(*expression.operands[1], to);
  emit_jump(jump_handler(), end);
  land(otherwise);
  value_into(*expression.operands[2], to);
  land(end);
}

void Compiler::logical_into(const Expression& expression, std::uint32_t to) {
  Jumps no;
  Jumps end;
  branch(expression, /*when=*/false, no);
  emit({.run = set_handler(), .to = to, .number = 1});
  emit_jump(jump_handler(), end);
  land(no);
  emit({.run = set_handler(), .to = to, .number = 0});
  land(end);
}

// Where a value lies: of what is no place, a temporary.
Compiler::Place Compiler::value_place(const Expression& expression) {
  if (kir::root_of(expression) != nullptr) {
    return place_of(expression);
  }
  const Place place{.kind = Place::Kind::frame, .base = temporary(size_of(expression.type))};
  part_into(expression, place, 0);
  return place;
}

void Compiler::part_into(const Expression& part, Place to, std::uint64_t offset) {
  to.offset += offset;
  if (part.type.is_scalar()) {
    const std::uint32_t slot = value(part);
    store(to, part.type.element, slot);
  } else {
    aggregate_into(part, to);
  }
}

void Compiler::aggregate_into(const Expression& expression, const Place& to) {
  switch (expression.kind) {
    case ExpressionKind::construct:
      return construct_into(expression, to);
    case ExpressionKind::select: {
      Jumps otherwise;
      Jumps end;
      branch(*expression.operands[0], /*when=*/false, otherwise);
      aggregate_into(*expression.operands[1], to);
      emit_jump(jump_handler(), end);
      land(otherwise);
      aggregate_into(*expression.operands[2], to);
      return land(end);
    }
    case ExpressionKind::call: {
      const Place result{.kind = Place::Kind::frame, .base = call(expression).result};
      return copy(to, result, size_of(expression.type));
    }
    default:
      return copy(to, place_of(expression), size_of(expression.type));
  }
}

void Compiler::construct_into(const Expression& expression, const Place& to) {
  if (expression.type.kind == TypeKind::structure) {
    const kir::Structure& structure = module_.structures[expression.type.structure];
    std::uint64_t used = 0;
    for (const kir::Field& field : structure.fields) {
      used += size_of(field.type);
    }
    if (used != structure.size && to.kind == Place::Kind::frame) {
      // What lies between the fields is always the same.
      emit({.run = fill_handler(),
            .to = static_cast<std::uint32_t>(to.base + to.offset),
            .number = structure.size});
    }
    for (std::size_t i = 0; i < structure.fields.size(); ++i) {
      part_into(*expression.operands[i], to, structure.fields[i].offset);
    }
    return;
  }
  std::uint64_t offset = 0;
  for (const kir::ExpressionPtr& part : expression.operands) {
    part_into(*part, to, offset);
    offset += size_of(part->type);
  }
}

// A function's parameters are always at the same places, so all arguments are made first: one may
// be a call of the same function.
const Compiler::Callee& Compiler::call(const Expression& expression) {
  const kir::Function& function = *expression.callee;
  std::vector<Place> arguments;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    arguments.push_back(argument_place(*function.parameters[i], *expression.operands[i]));
  }
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    pass(*function.parameters[i], arguments[i]);
  }
  const Callee& callee = callees_.at(&function);
  emit({.run = call_handler(), .to = callee.entry, .a = callee.return_slot}, expression.location);
  return callee;
}

Compiler::Place Compiler::argument_place(const kir::Variable& parameter,
                                         const Expression& argument) {
  switch (parameter.kind) {
    case VariableKind::buffer:
      return {.kind = Place::Kind::frame, .base = storage_.at(argument.variable).offset};
    case VariableKind::reference:
      return {.kind = Place::Kind::slot, .base = address_of(place_of(argument))};
    default:
      if (parameter.type.is_scalar()) {
        return {.kind = Place::Kind::slot, .base = value(argument)};
      }
      return value_place(argument);
  }
}

void Compiler::pass(const kir::Variable& parameter, const Place& argument) {
  const Storage& storage = storage_.at(&parameter);
  switch (storage.kind) {
    case Storage::Kind::buffer:
      emit({.run = copy_buffer_handler(), .to = storage.offset, .a = argument.base});
      return;
    case Storage::Kind::slot:
    case Storage::Kind::reference:
      emit({.run = move_handler(), .to = storage.offset, .a = argument.base});
      return;
    case Storage::Kind::memory:
      break;
  }
  const Place place{.kind = Place::Kind::frame, .base = storage.offset};
  if (parameter.type.is_scalar()) {
    store(place, parameter.type.element, argument.base);
  } else {
    copy(place, argument, size_of(parameter.type));
  }
}

}  // namespace dotcompute::interpret
