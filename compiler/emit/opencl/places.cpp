// SPDX-License-Identifier: Apache-2.0
// Places, calls and ids.
#include "emit/common/operators.hpp"
#include "emit/opencl/expressions.hpp"
#include "emit/opencl/questions.hpp"
#include "emit/opencl/spelling.hpp"
#include "kir/scalar.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <array>

namespace dotcompute::emit::opencl {
namespace {

using kir::BinaryOperator;
using kir::Expression;
using kir::ExpressionKind;
using kir::IdQuery;
using kir::Intrinsic;
using kir::UnaryOperator;
using kir::Variable;
using kir::VariableKind;

bool is_zero(const Expression& expression) {
  return expression.kind == ExpressionKind::literal && expression.bits == 0;
}

bool is_reference(const Expression& expression) {
  return expression.kind == ExpressionKind::variable &&
         expression.variable->kind == VariableKind::reference;
}

// "x.", "v->"
std::string access_to(const std::string& name, bool is_pointer) {
  return name + (is_pointer ? "->" : ".");
}

}  // namespace

std::string Expressions::place_text(const Expression& expression) const {
  const Names& names = parts_.names();
  if (expression.kind == ExpressionKind::variable) {
    const Variable& variable = *expression.variable;
    if (variable.kind == VariableKind::constant) {
      return parts_.constant(variable);
    }
    return variable.kind == VariableKind::reference ? "(*" + names.of(variable) + ")"
                                                    : names.of(variable);
  }
  if (expression.kind == ExpressionKind::index && expression.variable != nullptr) {
    const auto& indices = expression.operands;
    std::string place;
    for (std::uint32_t axis = 0; axis < indices.size(); ++axis) {
      if (axis != 0) {
        const bool is_sum = axis > 1 && !is_zero(*indices[axis - 1]);
        place =
            (is_sum ? "(" + place + ")" : place) + " * " + extent_text(*expression.variable, axis);
        if (is_zero(*indices[axis])) {
          continue;
        }
        place += " + ";
      }
      const bool is_alone = indices.size() == 1;
      place += index_text(*indices[axis], is_alone ? 0 : axis == 0 ? kProduct : kSum + 1);
    }
    return names.of(*expression.variable) + "[" + place + "]";
  }
  const Expression& whole = *expression.operands[0];
  const bool is_pointer = is_reference(whole);
  const std::string begin =
      access_to(is_pointer ? names.of(*whole.variable) : text(whole, kPostfix), is_pointer);
  if (expression.kind == ExpressionKind::member) {
    return begin + names.of_field(whole.type.structure, expression.number);
  }
  return begin + "items[" + index_text(*expression.operands[1], 0) + "]";
}

// An integer of 64 bits that only tells a place needs no cast from a narrower one.
std::string Expressions::index_text(const Expression& expression, int least) const {
  if (is_short(expression)) {
    return std::to_string(expression.bits);
  }
  const bool widens = expression.kind == ExpressionKind::cast && is_wide_integer(expression.type) &&
                      size_of(expression.type.element) == 8 &&
                      kir::is_integer(expression.operands[0]->type.element);
  return widens ? index_text(*expression.operands[0], least) : text(expression, least);
}

std::string Expressions::extent_text(const Variable& buffer, std::uint32_t axis) const {
  return (scope_.function.is_kernel ? "dc." : "") + parts_.names().of(buffer) + "_extents[" +
         std::to_string(axis) + "]";
}

std::string Expressions::extents_text(const Expression& expression, int least) const {
  const Variable& buffer = *expression.variable;
  if (expression.number != Expression::kAllAxes) {
    return extent_text(buffer, expression.number);
  }
  std::string product;
  for (std::uint32_t axis = 0; axis < buffer.rank; ++axis) {
    product += (axis == 0 ? "" : " * ") + extent_text(buffer, axis);
  }
  return parenthesised(product, buffer.rank == 1 ? kPostfix : kProduct, least);
}

Space Expressions::space_of(const Expression& place) const {
  const Variable* const root = kir::root_of(place);
  switch (root->kind) {
    case VariableKind::buffer:
      return Space::global;
    case VariableKind::constant:
      return Space::constant;
    case VariableKind::reference:
      return scope_.references.at(root);
    default:
      return Space::own;
  }
}

std::string Expressions::address_text(const Expression& place) const {
  return is_reference(place) ? parts_.names().of(*place.variable) : "&" + text(place, kUnary);
}

std::string Expressions::call_text(const Expression& expression) const {
  const kir::Function& callee = *expression.callee;
  std::string list = parts_.asks_for_launch(callee) ? "dc_at" : "";
  std::vector<Space> spaces;
  for (std::size_t i = 0; i < callee.parameters.size(); ++i) {
    const Expression& operand = *expression.operands[i];
    list += list.empty() ? "" : ", ";
    if (operand.kind == ExpressionKind::buffer) {
      const std::string& name = parts_.names().of(*operand.variable);
      list += name + ", " + (scope_.function.is_kernel ? "dc." : "") + name + "_extents";
    } else if (callee.parameters[i]->kind == VariableKind::reference) {
      spaces.push_back(space_of(operand));
      list += address_text(operand);
    } else {
      list += text(operand);
    }
  }
  return parts_.function(callee, spaces) + "(" + list + ")";
}

std::string Expressions::helper_call(Helper helper, const Expression& expression) const {
  std::string list;
  for (const auto& operand : expression.operands) {
    list += (list.empty() ? "" : ", ") + value_text(*operand);
  }
  return parts_.helper(helper, expression.type.element) + "(" + list + ")";
}

std::string Expressions::intrinsic_text(const Expression& expression, int least) const {
  const Intrinsic intrinsic = expression.intrinsic;
  const kir::Type& type = expression.operands[0]->type;
  const bool is_builtin = is_wide_integer(type);
  std::string list;
  for (const auto& operand : expression.operands) {
    list += (list.empty() ? "" : ", ") + number_text(*operand, 0);
  }
  switch (intrinsic) {
    case Intrinsic::min:
    case Intrinsic::max:
      return is_builtin
                 ? (intrinsic == Intrinsic::min ? "min(" : "max(") + list + ")"
                 : helper_call(intrinsic == Intrinsic::min ? Helper::min : Helper::max, expression);
    case Intrinsic::clamp:
      return helper_call(Helper::clamp, expression);
    case Intrinsic::is_nan:
    case Intrinsic::is_inf:
    case Intrinsic::is_finite:
    case Intrinsic::sign_bit:
      return parenthesised(std::string(spell(intrinsic)) + "(" + list + ") != 0", kTest, least);
    default:
      break;
  }
  if (intrinsic == Intrinsic::abs && !kir::is_floating(type.element)) {
    return is_builtin ? parenthesised("(" + std::string(spell(type.element)) + ")abs(" + list + ")",
                                      kUnary, least)
                      : helper_call(Helper::abs, expression);
  }
  const std::string call = std::string(spell(intrinsic)) + "(" + list + ")";
  return is_half(expression)
             ? parts_.helper(Helper::to_half, ElementType::float32) + "(" + call + ")"
             : call;
}

std::string Expressions::id_text(const Expression& expression, int least) const {
  const std::string axis = std::to_string(expression.number);
  // As wide as KIR's on devices whose size_t is not.
  const std::string id = "(ulong)get_global_id(" + axis + ")";
  std::string group = "dc_at->groups[" + axis + "]";
  std::string range = "dc_at->range[" + axis + "]";
  switch (expression.query) {
    case IdQuery::global_id:
      return parenthesised(id, kUnary, least);
    case IdQuery::local_id:
      return parenthesised(id + " % " + group, kProduct, least);
    case IdQuery::group_id:
      return parenthesised(id + " / " + group, kProduct, least);
    case IdQuery::global_size:
      return range;
    case IdQuery::local_size:
      return group;
    case IdQuery::group_count:
      return parenthesised("(" + range + " + " + group + " - 1) / " + group, kProduct, least);
  }
  return {};
}

std::string Expressions::initialiser_text(const Expression& construct) const {
  std::vector<std::string> parts;
  for (const auto& operand : construct.operands) {
    parts.push_back(operand->kind == ExpressionKind::construct ? initialiser_text(*operand)
                                                               : text(*operand));
  }
  static_cast<void>(parts_.type(construct.type));
  return braces_of(construct.type, parts);
}

}  // namespace dotcompute::emit::opencl
