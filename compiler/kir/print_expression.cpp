// SPDX-License-Identifier: Apache-2.0
#include "kir/print_expression.hpp"

#include "kir/names.hpp"
#include "kir/scalar.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace dotcompute::kir {
namespace {

template <class Number>
std::string shortest(Number value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string hexadecimal(std::uint64_t bits) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), bits, 16).ptr;
  return "0x" + std::string(text.data(), end);
}

std::string floating_text(ElementType type, std::uint64_t bits) {
  const double value = floating_value(type, bits);
  if (!std::isfinite(value)) {
    return hexadecimal(bits);
  }
  return type == ElementType::float64 ? shortest(value) : shortest(static_cast<float>(value));
}

// True for what can be indexed, cast and negated without parentheses.
bool is_atom(const Expression& expression) noexcept {
  switch (expression.kind) {
    case ExpressionKind::literal:
    case ExpressionKind::unary:
    case ExpressionKind::binary:
    case ExpressionKind::select:
    case ExpressionKind::cast:
    case ExpressionKind::construct:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool keeps_location(const Expression& expression) noexcept {
  switch (expression.kind) {
    case ExpressionKind::index:
    case ExpressionKind::call:
      return true;
    case ExpressionKind::binary:
      return expression.binary == BinaryOperator::divide ||
             expression.binary == BinaryOperator::remainder;
    default:
      return false;
  }
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (code < 0x20 || code == 0x7F) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      result += "\\x";
      result += kDigits[code >> 4U];
      result += kDigits[code & 0xFU];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string type_text(const Module& module, const Type& type) {
  std::string text;
  if (!type.has_structure()) {
    text = type.kind == TypeKind::none ? "none" : to_string(type.element);
  } else if (type.structure < module.structures.size()) {
    text = quoted(module.structures[type.structure].name);
  }
  for (const std::uint32_t extent : type.extents) {
    text += "[" + std::to_string(extent) + "]";
  }
  return text;
}

std::string integer_text(ElementType type, std::uint64_t bits) {
  return is_signed(type) ? std::to_string(static_cast<std::int64_t>(bits)) : std::to_string(bits);
}

std::string ExpressionPrinter::take_text() {
  return std::exchange(text_, {});
}

std::vector<Location> ExpressionPrinter::take_locations() {
  return std::exchange(locations_, {});
}

void ExpressionPrinter::write(const Expression& expression) {
  write_kind(expression);
  if (keeps_location(expression)) {
    note(expression.location);
  }
}

// An operand of an operator: whatever has an operator of more than one word is enclosed.
void ExpressionPrinter::write_operand(const Expression& expression) {
  if (expression.kind == ExpressionKind::binary || expression.kind == ExpressionKind::select ||
      expression.kind == ExpressionKind::cast) {
    write_in_parentheses(expression);
  } else {
    write(expression);
  }
}

void ExpressionPrinter::write_atom(const Expression& expression) {
  if (is_atom(expression)) {
    write(expression);
  } else {
    write_in_parentheses(expression);
  }
}

void ExpressionPrinter::write_in_parentheses(const Expression& expression) {
  write("(");
  write(expression);
  write(")");
}

void ExpressionPrinter::write_list(const std::vector<ExpressionPtr>& list, std::size_t begin) {
  for (std::size_t i = begin; i < list.size(); ++i) {
    write(i == begin ? "" : ", ");
    write(*list[i]);
  }
}

void ExpressionPrinter::write_kind(const Expression& expression) {
  const auto& operands = expression.operands;
  switch (expression.kind) {
    case ExpressionKind::literal:
      return write_literal(expression);
    case ExpressionKind::variable:
    case ExpressionKind::buffer:
      return write(expression.variable->name);
    case ExpressionKind::unary:
      write(spelling(expression.unary));
      return write_atom(*operands[0]);
    case ExpressionKind::binary:
      write_operand(*operands[0]);
      write(" ");
      write(spelling(expression.binary));
      write(" ");
      return write_operand(*operands[1]);
    case ExpressionKind::select:
      write_operand(*operands[0]);
      write(" ? ");
      write_operand(*operands[1]);
      write(" : ");
      return write_operand(*operands[2]);
    case ExpressionKind::cast:
      write_atom(*operands[0]);
      write(" as ");
      return write(type_text(module_, expression.type));
    case ExpressionKind::index:
      return write_index(expression);
    case ExpressionKind::member:
      return write_member(expression);
    case ExpressionKind::extent:
      return write_extent(expression);
    case ExpressionKind::call:
      write(expression.callee->symbol);
      break;
    case ExpressionKind::intrinsic:
      write("$");
      write(spelling(expression.intrinsic));
      break;
    case ExpressionKind::id:
      write("$");
      write(spelling(expression.query));
      return write("(" + std::to_string(expression.number) + ")");
    case ExpressionKind::construct:
      write("{");
      write_list(operands);
      write("} as ");
      return write(type_text(module_, expression.type));
  }
  write("(");
  write_list(operands);
  write(")");
}

void ExpressionPrinter::write_literal(const Expression& expression) {
  const ElementType type = expression.type.element;
  if (type == ElementType::boolean) {
    return write(expression.bits != 0 ? "true" : "false");
  }
  write(is_floating(type) ? floating_text(type, expression.bits)
                          : integer_text(type, expression.bits));
  write("_");
  write(literal_suffix(type));
}

void ExpressionPrinter::write_index(const Expression& expression) {
  const bool is_buffer = expression.variable != nullptr;
  if (is_buffer) {
    write(expression.variable->name);
  } else {
    write_atom(*expression.operands[0]);
  }
  write("[");
  write_list(expression.operands, is_buffer ? 0 : 1);
  write("]");
}

// A field is named, unless a base's field of the same name comes first.
void ExpressionPrinter::write_member(const Expression& expression) {
  const Expression& base = *expression.operands[0];
  write_atom(base);
  write(".");
  if (base.type.structure < module_.structures.size()) {
    const auto& fields = module_.structures[base.type.structure].fields;
    if (expression.number < fields.size() && is_identifier(fields[expression.number].name)) {
      const auto& name = fields[expression.number].name;
      const auto first = std::find_if(fields.begin(), fields.end(),
                                      [&](const Field& field) { return field.name == name; });
      if (static_cast<std::size_t>(first - fields.begin()) == expression.number) {
        return write(name);
      }
    }
  }
  write("#" + std::to_string(expression.number));
}

void ExpressionPrinter::write_extent(const Expression& expression) {
  write("$extent(");
  write(expression.variable->name);
  if (expression.number != Expression::kAllAxes) {
    write(", " + std::to_string(expression.number));
  }
  write(")");
}

}  // namespace dotcompute::kir
