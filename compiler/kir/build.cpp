// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"

#include "kir/scalar.hpp"

#include <memory>

namespace dotcompute::kir {
namespace {

ExpressionPtr make(ExpressionKind kind, Type type, Location location) {
  auto made = std::make_unique<Expression>();
  made->kind = kind;
  made->type = std::move(type);
  made->location = location;
  return made;
}

StatementPtr make(StatementKind kind, Location location) {
  auto made = std::make_unique<Statement>();
  made->kind = kind;
  made->location = location;
  return made;
}

std::unique_ptr<Variable> make(VariableKind kind, std::string name, Type type, Location location) {
  auto made = std::make_unique<Variable>();
  made->kind = kind;
  made->name = std::move(name);
  made->type = std::move(type);
  made->location = location;
  return made;
}

bool gives_bool(BinaryOperator op) {
  return op >= BinaryOperator::less;
}

bool gives_bool(Intrinsic intrinsic) {
  return intrinsic >= Intrinsic::is_nan && intrinsic <= Intrinsic::sign_bit;
}

}  // namespace

ExpressionPtr make_literal(Type type, std::uint64_t bits, Location location) {
  auto made = make(ExpressionKind::literal, std::move(type), location);
  made->bits = bits;
  return made;
}

ExpressionPtr make_int(ElementType type, std::int64_t value, Location location) {
  return make_literal(scalar_type(type), canonical_bits(type, static_cast<std::uint64_t>(value)),
                      location);
}

ExpressionPtr make_float(ElementType type, double value, Location location) {
  return make_literal(scalar_type(type), bits_of(type, value), location);
}

ExpressionPtr make_bool(bool value, Location location) {
  return make_literal(scalar_type(ElementType::boolean), value ? 1 : 0, location);
}

ExpressionPtr make_variable(Variable& variable, Location location) {
  auto made = make(ExpressionKind::variable, variable.type, location);
  made->variable = &variable;
  return made;
}

ExpressionPtr make_unary(UnaryOperator op, ExpressionPtr x, Location location) {
  auto made = make(ExpressionKind::unary, x->type, location);
  made->unary = op;
  made->operands = expressions(std::move(x));
  return made;
}

ExpressionPtr make_binary(BinaryOperator op, ExpressionPtr a, ExpressionPtr b, Location location) {
  auto made = make(ExpressionKind::binary,
                   gives_bool(op) ? scalar_type(ElementType::boolean) : a->type, location);
  made->binary = op;
  made->operands = expressions(std::move(a), std::move(b));
  return made;
}

ExpressionPtr make_select(ExpressionPtr condition,
                          ExpressionPtr then,
                          ExpressionPtr otherwise,
                          Location location) {
  auto made = make(ExpressionKind::select, then->type, location);
  made->operands = expressions(std::move(condition), std::move(then), std::move(otherwise));
  return made;
}

ExpressionPtr make_cast(ElementType type, ExpressionPtr x, Location location) {
  if (x->type == scalar_type(type)) {
    return x;
  }
  auto made = make(ExpressionKind::cast, scalar_type(type), location);
  made->operands = expressions(std::move(x));
  return made;
}

ExpressionPtr make_index(Variable& buffer, std::vector<ExpressionPtr> indices, Location location) {
  auto made = make(ExpressionKind::index, buffer.type, location);
  made->variable = &buffer;
  made->operands = std::move(indices);
  return made;
}

ExpressionPtr make_index(ExpressionPtr array, ExpressionPtr index, Location location) {
  auto made = make(ExpressionKind::index, indexed_type(array->type), location);
  made->operands = expressions(std::move(array), std::move(index));
  return made;
}

ExpressionPtr make_member(ExpressionPtr x, std::uint32_t field, Type type, Location location) {
  auto made = make(ExpressionKind::member, std::move(type), location);
  made->number = field;
  made->operands = expressions(std::move(x));
  return made;
}

ExpressionPtr make_extent(Variable& buffer, std::uint32_t axis, Location location) {
  auto made = make(ExpressionKind::extent, scalar_type(ElementType::uint64), location);
  made->variable = &buffer;
  made->number = axis;
  return made;
}

ExpressionPtr make_call(const Function& callee,
                        std::vector<ExpressionPtr> arguments,
                        Location location) {
  auto made = make(ExpressionKind::call, callee.result, location);
  made->callee = &callee;
  made->operands = std::move(arguments);
  return made;
}

ExpressionPtr make_buffer(Variable& buffer, Location location) {
  auto made = make(ExpressionKind::buffer, Type{}, location);
  made->variable = &buffer;
  return made;
}

ExpressionPtr make_intrinsic(Intrinsic intrinsic,
                             std::vector<ExpressionPtr> arguments,
                             Location location) {
  const bool is_bool = gives_bool(intrinsic) || arguments.empty();
  auto made = make(ExpressionKind::intrinsic,
                   is_bool ? scalar_type(ElementType::boolean) : arguments.front()->type, location);
  made->intrinsic = intrinsic;
  made->operands = std::move(arguments);
  return made;
}

ExpressionPtr make_id(IdQuery query, std::uint32_t axis, Location location) {
  auto made = make(ExpressionKind::id, scalar_type(ElementType::uint64), location);
  made->query = query;
  made->number = axis;
  return made;
}

ExpressionPtr make_construct(Type type, std::vector<ExpressionPtr> parts, Location location) {
  auto made = make(ExpressionKind::construct, std::move(type), location);
  made->operands = std::move(parts);
  return made;
}

StatementPtr make_block(Statements body, Location location) {
  auto made = make(StatementKind::block, location);
  made->body = std::move(body);
  return made;
}

StatementPtr make_declare(Variable& variable, ExpressionPtr value, Location location) {
  auto made = make(StatementKind::declare, location);
  made->variable = &variable;
  made->value = std::move(value);
  return made;
}

StatementPtr make_assign(ExpressionPtr target, ExpressionPtr value, Location location) {
  auto made = make(StatementKind::assign, location);
  made->target = std::move(target);
  made->value = std::move(value);
  return made;
}

StatementPtr make_evaluate(ExpressionPtr call, Location location) {
  auto made = make(StatementKind::evaluate, location);
  made->value = std::move(call);
  return made;
}

StatementPtr make_if_else(ExpressionPtr condition,
                          Statements body,
                          Statements otherwise,
                          Location location) {
  auto made = make(StatementKind::if_else, location);
  made->value = std::move(condition);
  made->body = std::move(body);
  made->otherwise = std::move(otherwise);
  return made;
}

StatementPtr make_for_loop(StatementPtr first,
                           ExpressionPtr condition,
                           StatementPtr step,
                           Statements body,
                           Location location) {
  auto made = make(StatementKind::for_loop, location);
  made->first = std::move(first);
  made->value = std::move(condition);
  made->step = std::move(step);
  made->body = std::move(body);
  return made;
}

StatementPtr make_while_loop(ExpressionPtr condition, Statements body, Location location) {
  auto made = make(StatementKind::while_loop, location);
  made->value = std::move(condition);
  made->body = std::move(body);
  return made;
}

StatementPtr make_do_loop(Statements body, ExpressionPtr condition, Location location) {
  auto made = make(StatementKind::do_loop, location);
  made->value = std::move(condition);
  made->body = std::move(body);
  return made;
}

StatementPtr make_switch_on(ExpressionPtr value, std::vector<SwitchCase> cases, Location location) {
  auto made = make(StatementKind::switch_on, location);
  made->value = std::move(value);
  made->cases = std::move(cases);
  return made;
}

StatementPtr make_break_out(Location location) {
  return make(StatementKind::break_out, location);
}

StatementPtr make_continue_loop(Location location) {
  return make(StatementKind::continue_loop, location);
}

StatementPtr make_return_from(ExpressionPtr value, Location location) {
  auto made = make(StatementKind::return_from, location);
  made->value = std::move(value);
  return made;
}

Function& add_function(Module& module, std::string name, Type result, Location location) {
  auto& made = *module.functions.emplace_back(std::make_unique<Function>());
  made.symbol = name;
  made.name = std::move(name);
  made.result = std::move(result);
  made.location = location;
  return made;
}

Function& add_kernel(Module& module, std::string name, Location location) {
  Function& made = add_function(module, std::move(name), Type{}, location);
  made.is_kernel = true;
  return made;
}

Variable& add_local(Function& function, std::string name, Type type, Location location) {
  return *function.locals.emplace_back(
      make(VariableKind::local, std::move(name), std::move(type), location));
}

Variable& add_parameter(
    Function& function, std::string name, VariableKind kind, Type type, Location location) {
  return *function.parameters.emplace_back(make(kind, std::move(name), std::move(type), location));
}

Variable& add_buffer(Function& function,
                     std::string name,
                     ElementType element,
                     Direction direction,
                     std::uint8_t rank,
                     Location location) {
  Variable& made = add_parameter(function, std::move(name), VariableKind::buffer,
                                 scalar_type(element), location);
  made.direction = direction;
  made.is_const = direction == Direction::in;
  made.rank = rank;
  made.is_span = rank == 1;
  return made;
}

Variable& add_constant(
    Module& module, std::string name, Type type, ExpressionPtr value, Location location) {
  auto& made = *module.constants.emplace_back(
      make(VariableKind::constant, std::move(name), std::move(type), location));
  made.is_const = true;
  made.value = std::move(value);
  return made;
}

}  // namespace dotcompute::kir
