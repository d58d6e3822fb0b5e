// SPDX-License-Identifier: Apache-2.0
#include "analysis/access_walk.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <utility>

namespace dotcompute::analysis {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::Intrinsic;
using kir::TypeKind;
using kir::Variable;
using kir::VariableKind;

namespace {

ElementType element_of(const Expression& expression) {
  return expression.type.element;
}

bool is_small_constant(const IndexValue& value) noexcept {
  return value.kind == IndexKind::constant && value.high - value.low < 64;
}

}  // namespace

Value join(const Value& a, IdFacts a_facts, const Value& b, IdFacts b_facts) {
  Value value{join(a.index, a_facts, b.index, b_facts), a.is_positional || b.is_positional, {}};
  if (a.fields.size() == b.fields.size()) {
    for (std::size_t at = 0; at < a.fields.size(); ++at) {
      value.fields.push_back(join(a.fields[at], a_facts, b.fields[at], b_facts));
    }
  }
  return value;
}

const Variable& AccessWalk::real(const Variable& variable) const {
  const auto found = references_.find(&variable);
  return found == references_.end() ? variable : *found->second;
}

std::optional<std::size_t> AccessWalk::parameter_of(const Variable& buffer) const {
  const auto found = buffers_.find(&buffer);
  return found == buffers_.end() ? std::nullopt : std::optional(found->second);
}

Value AccessWalk::value_of(const Variable& variable) {
  const Variable& named = real(variable);
  if (named.kind == VariableKind::constant) {
    const bool is_literal = named.value != nullptr && named.value->kind == ExpressionKind::literal;
    return is_literal ? evaluate(*named.value) : Value{uniform_value()};
  }
  const auto found = path_->values.find(&named);
  return found == path_->values.end() ? Value{{}, true, {}} : found->second;
}

Value AccessWalk::evaluate_operands(const Expression& expression) {
  Value value{uniform_value(), false};
  for (const auto& operand : expression.operands) {
    const Value part = evaluate(*operand);
    value.is_positional |= part.is_positional;
    if (!part.index.is_uniform()) {
      value.index = {};
    }
  }
  return value;
}

Value AccessWalk::evaluate_extent(const Expression& expression) const {
  const auto parameter = parameter_of(*expression.variable);
  const bool is_one = expression.number != Expression::kAllAxes || expression.variable->rank == 1;
  if (!parameter || !is_one) {
    return {uniform_value()};
  }
  const std::size_t axis =
      expression.number == Expression::kAllAxes ? 0 : std::size_t{expression.number};
  return {extent_value(key_of(*parameter, axis))};
}

Value AccessWalk::evaluate(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::literal:
      if (kir::is_integer(element_of(expression))) {
        const auto value = static_cast<std::int64_t>(expression.bits);
        return {constant_value(value, value)};
      }
      return {uniform_value()};
    case ExpressionKind::variable:
      return value_of(*expression.variable);
    case ExpressionKind::unary: {
      Value value = evaluate_operands(expression);
      const Value operand = evaluate(*expression.operands[0]);
      if (expression.unary == kir::UnaryOperator::negate &&
          operand.index.kind == IndexKind::constant) {
        value.index = constant_value(-operand.index.high, -operand.index.low);
      }
      return value;
    }
    case ExpressionKind::binary:
      return evaluate_binary(expression);
    case ExpressionKind::select:
      return evaluate_select(expression);
    case ExpressionKind::cast: {
      Value value = evaluate(*expression.operands[0]);
      value.index =
          convert(value.index, element_of(*expression.operands[0]), element_of(expression));
      return value;
    }
    case ExpressionKind::index:
      return evaluate_element(expression);
    case ExpressionKind::extent:
      return evaluate_extent(expression);
    case ExpressionKind::call:
      return evaluate_call(expression);
    case ExpressionKind::intrinsic:
      return evaluate_intrinsic(expression);
    case ExpressionKind::id:
      if (expression.query == kir::IdQuery::global_id) {
        return {id_value(static_cast<std::uint8_t>(expression.number)), true};
      }
      // The size of the launch range is the same for all, but no launch is promised any.
      return {{}, true};
    case ExpressionKind::member: {
      Value whole = evaluate(*expression.operands[0]);
      if (expression.number < whole.fields.size()) {
        return whole.fields[expression.number];
      }
      return whole;
    }
    case ExpressionKind::construct: {
      Value value = evaluate_operands(expression);
      for (const auto& operand : expression.operands) {
        value.fields.push_back(evaluate(*operand));
      }
      return value;
    }
    case ExpressionKind::buffer:
      return {};
  }
  return {{}, true};
}

Value AccessWalk::evaluate_binary(const Expression& expression) {
  const Expression& left = *expression.operands[0];
  const Expression& right = *expression.operands[1];
  const bool is_logical = expression.binary == BinaryOperator::logical_and ||
                          expression.binary == BinaryOperator::logical_or;
  const Value a = evaluate(left);
  if (is_logical) {
    PathState before = *path_;
    path_->is_positional |= a.is_positional;
    const Value b = evaluate(right);
    path_ = std::move(before);
    return {{}, a.is_positional || b.is_positional};
  }
  const Value b = evaluate(right);
  Value value{a.index.is_uniform() && b.index.is_uniform() ? uniform_value() : IndexValue{},
              a.is_positional || b.is_positional};
  const ElementType type = element_of(expression);
  if (!kir::is_integer(type) || !kir::is_integer(element_of(left))) {
    return value;
  }
  if (expression.binary == BinaryOperator::add) {
    value.index = add(a.index, b.index, type);
  } else if (expression.binary == BinaryOperator::subtract) {
    value.index = subtract(a.index, b.index, type);
  } else if (expression.binary == BinaryOperator::multiply) {
    value.index = multiply(a.index, b.index);
  }
  return value;
}

Value AccessWalk::evaluate_select(const Expression& expression) {
  const Value condition = evaluate(*expression.operands[0]);
  const Facts facts = facts_of(*expression.operands[0]);
  const PathState before = *path_;
  const auto branch = [&](const Expression& chosen, const std::vector<IdFact>& more) {
    path_ = before;
    path_->is_positional |= condition.is_positional;
    path_->facts.insert(path_->facts.end(), more.begin(), more.end());
    return evaluate(chosen);
  };
  const Value then = branch(*expression.operands[1], facts.then);
  PathState then_end = *std::move(path_);
  const Value otherwise = branch(*expression.operands[2], facts.otherwise);
  Value value = join(then, then_end.facts, otherwise, path_->facts);
  value.is_positional |= condition.is_positional;
  // A select has no effects but reads: after it, only those done on both ways are sure.
  const ParameterSet read = then_end.read & path_->read;
  path_ = before;
  path_->read |= read;
  if (value.index.kind == IndexKind::unknown && then.index.is_uniform() &&
      otherwise.index.is_uniform() && condition.index.is_uniform()) {
    value.index = uniform_value();
  }
  return value;
}

Value AccessWalk::evaluate_intrinsic(const Expression& expression) {
  Value value = evaluate_operands(expression);
  if (!kir::is_integer(element_of(expression))) {
    return value;
  }
  const auto operand = [&](std::size_t at) { return evaluate(*expression.operands[at]).index; };
  const ElementType type = element_of(expression);
  if (expression.intrinsic == Intrinsic::min) {
    value.index = least(operand(0), operand(1), type, path_->facts);
  } else if (expression.intrinsic == Intrinsic::max) {
    value.index = greatest(operand(0), operand(1), type);
  } else if (expression.intrinsic == Intrinsic::clamp) {
    value.index = least(greatest(operand(0), operand(1), type), operand(2), type, path_->facts);
  }
  return value;
}

void AccessWalk::bind_argument(const Variable& parameter, const Expression& argument) {
  if (parameter.kind == VariableKind::buffer) {
    if (const auto buffer = parameter_of(*argument.variable)) {
      buffers_[&parameter] = *buffer;
    }
    return;
  }
  if (parameter.kind == VariableKind::scalar) {
    path_->values[&parameter] = evaluate(argument);
    return;
  }
  references_.erase(&parameter);
  if (argument.kind == ExpressionKind::variable) {
    references_[&parameter] = &real(*argument.variable);
    return;
  }
  const Value value = evaluate(argument);
  path_->values[&parameter] = {{}, value.is_positional};
  if (!parameter.is_const) {
    write_part(argument, true);
  }
}

Value AccessWalk::evaluate_call(const Expression& call) {
  const kir::Function& callee = *call.callee;
  for (std::size_t at = 0; at < callee.parameters.size(); ++at) {
    bind_argument(*callee.parameters[at], *call.operands[at]);
  }
  const bool was_positional = path_->is_positional;
  frames_.emplace_back();
  std::vector<Exits> outer = std::exchange(exits_, {});
  run(callee.body);
  exits_ = std::move(outer);
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  merge(frame.returns, std::move(path_));
  path_ = std::move(frame.returns);
  if (!path_) {
    path_.emplace();  // it never ends: whatever follows is never reached
  }
  path_->is_positional = was_positional;
  return frame.has_result ? frame.result : Value{{}, true};
}

Value AccessWalk::evaluate_element(const Expression& element) {
  if (element.variable == nullptr) {  // of an array: its own values are not told apart
    Value value = evaluate_operands(element);
    value.index = value.index.is_uniform() ? uniform_value() : IndexValue{};
    return value;
  }
  record(element, false, true);
  // What a buffer holds may be anything, but it does not depend on who asks.
  return {};
}

void AccessWalk::record(const Expression& element, bool is_write, bool is_whole) {
  std::vector<Value> indices;
  for (const auto& operand : element.operands) {
    indices.push_back(evaluate(*operand));
  }
  if (const auto parameter = parameter_of(*element.variable)) {
    record_place(*parameter, indices, is_write, is_whole);
  }
}

void AccessWalk::record_place(std::size_t parameter,
                              const std::vector<Value>& indices,
                              bool is_write,
                              bool is_whole) {
  BufferUse& use = uses_[parameter];
  const std::size_t rank = indices.size();
  bool is_own = rank == kernel_.dimensions;
  bool is_near = is_own;
  bool is_uniform = true;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const IndexValue& index = indices[axis].index;
    const auto id_axis = static_cast<std::uint8_t>(rank - 1 - axis);
    is_own = is_own && index.is_id(id_axis);
    is_near = is_near && index.kind == IndexKind::near_id && index.axis == id_axis;
    if (is_near) {
      use.distance = std::max({use.distance, -index.low, index.high});
    }
    is_uniform = is_uniform && !indices[axis].is_positional &&
                 (is_small_constant(index) || index.kind == IndexKind::uniform ||
                  index.kind == IndexKind::extent);
  }
  (is_write ? use.writes : use.reads) = true;
  use.is_own = use.is_own && is_own;
  use.is_near = use.is_near && is_near;
  use.is_uniform = use.is_uniform && is_uniform;
  use.is_positional = use.is_positional || path_->is_positional;
  if (is_own) {
    const ParameterSet bit = 1U << parameter;
    path_->read |= is_write ? 0 : bit;
    path_->written |= is_write && is_whole ? bit : 0;
  }
}

void AccessWalk::write_field(const Expression& target) {
  const Expression& element = *target.operands[0];
  const auto parameter = parameter_of(*element.variable);
  const ParameterSet before = path_->written;
  record(element, true, true);
  if (!parameter || path_->written == before) {
    return;  // not the own element, or written whole before
  }
  std::uint64_t& fields = path_->fields[*parameter];
  fields |= target.number < 64 ? std::uint64_t{1} << target.number : 0;
  const std::size_t count = module_.structures[element.type.structure].fields.size();
  if (count > 64 || fields != ~std::uint64_t{0} >> (64 - count)) {
    path_->written = before;
  }
}

void AccessWalk::write_to(const Expression& target, Value value) {
  value.is_positional |= path_->is_positional;
  if (target.kind == ExpressionKind::variable) {
    path_->values[&real(*target.variable)] = std::move(value);
    return;
  }
  if (target.kind == ExpressionKind::index && target.variable != nullptr) {
    record(target, true, true);
    return;
  }
  const Expression* inner = target.operands.empty() ? nullptr : target.operands[0].get();
  if (target.kind == ExpressionKind::member && inner->kind == ExpressionKind::index &&
      inner->variable != nullptr) {
    write_field(target);
    return;
  }
  write_part(target, value.is_positional);
}

/// Says no more than that something of the buffer's element, or of the variable, that `place` is
/// part of may be written.
void AccessWalk::write_part(const Expression& place, bool is_positional) {
  for (const Expression* part = &place; part != nullptr;
       part = part->operands.empty() ? nullptr : part->operands[0].get()) {
    if (part->kind == ExpressionKind::index && part->variable != nullptr) {
      record(*part, true, false);
      return;
    }
    if (part->kind == ExpressionKind::variable) {
      Value& whole = path_->values[&real(*part->variable)];
      whole.index = {};
      whole.fields.clear();
      whole.is_positional |= is_positional;
      return;
    }
    if (part->kind == ExpressionKind::index) {
      is_positional |= evaluate(*part->operands[1]).is_positional;
    }
  }
}

}  // namespace dotcompute::analysis
