// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "kir/layout.hpp"
#include "kir/names.hpp"
#include "kir/parser.hpp"
#include "kir/print_expression.hpp"
#include "kir/scalar.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace dotcompute::kir {
namespace {

// What stands in for an expression after a mistake.
ExpressionPtr nothing() {
  return make_bool(false);
}

bool reads_whole(std::from_chars_result read, std::string_view text) noexcept {
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

// The bits of a number without its sign.
std::optional<std::uint64_t> read_digits(ElementType type, std::string_view digits) {
  const char* const begin = digits.data();
  const char* const end = begin + digits.size();
  if (digits.starts_with("0x")) {
    std::uint64_t bits = 0;
    const bool is_whole = reads_whole(std::from_chars(begin + 2, end, bits, 16), digits);
    return is_whole && is_floating(type) ? std::optional(bits) : std::nullopt;
  }
  if (type == ElementType::float32) {
    float value = 0;  // read as such: by way of double it would be rounded twice
    const bool is_whole = reads_whole(std::from_chars(begin, end, value), digits);
    return is_whole ? std::optional<std::uint64_t>(std::bit_cast<std::uint32_t>(value))
                    : std::nullopt;
  }
  if (is_floating(type)) {
    double value = 0;
    const bool is_whole = reads_whole(std::from_chars(begin, end, value), digits);
    return is_whole ? std::optional(bits_of(type, value)) : std::nullopt;
  }
  std::uint64_t value = 0;
  const bool is_whole = reads_whole(std::from_chars(begin, end, value), digits);
  return is_whole ? std::optional(value) : std::nullopt;
}

std::uint64_t with_sign(ElementType type, std::uint64_t bits) noexcept {
  if (is_floating(type)) {
    return bits | std::uint64_t{1} << (size_of(type) * 8 - 1);
  }
  return std::uint64_t{0} - bits;
}

}  // namespace

ExpressionPtr Parser::parse_expression() {
  ExpressionPtr first = parse_unary();
  if (accept("?")) {
    ExpressionPtr then = parse_unary();
    expect(":");
    return make_select(std::move(first), std::move(then), parse_unary());
  }
  const auto op = token_.kind == TokenKind::sign ? binary_of(token_.text) : std::nullopt;
  if (!op) {
    return first;
  }
  advance();
  ExpressionPtr both = make_binary(*op, std::move(first), parse_unary());
  if (keeps_location(*both)) {
    note(both->location);
  }
  if (token_.kind == TokenKind::sign && (at("?") || binary_of(token_.text))) {
    fail(token_, "An operation within another one stands in parentheses.");
  }
  return both;
}

ExpressionPtr Parser::parse_enclosed() {
  expect("(");
  ExpressionPtr expression = parse_expression();
  expect(")");
  return expression;
}

ExpressionPtr Parser::parse_unary() {
  const Level level(*this);
  const auto op = token_.kind == TokenKind::sign ? unary_of(token_.text) : std::nullopt;
  if (!op) {
    return parse_postfix();
  }
  advance();
  if (*op == UnaryOperator::negate && token_.kind == TokenKind::number) {
    return parse_literal(/*is_negative=*/true);
  }
  return make_unary(*op, parse_unary());
}

ExpressionPtr Parser::parse_postfix() {
  ExpressionPtr expression = parse_primary();
  while (true) {
    if (at("[")) {
      expression = parse_index(std::move(expression));
    } else if (accept(".")) {
      expression = parse_member(std::move(expression));
    } else if (accept("as")) {
      const Token start = token_;
      const Type type = take_type();
      if (!type.is_scalar()) {
        fail(start, "A cast is to a scalar type.");
      }
      // Not make_cast: what is written as a cast stays one.
      auto cast = make_unary(UnaryOperator::negate, std::move(expression));
      cast->kind = ExpressionKind::cast;
      cast->type = type;
      expression = std::move(cast);
    } else {
      return expression;
    }
  }
}

ExpressionPtr Parser::parse_primary() {
  if (token_.kind == TokenKind::number) {
    return parse_literal(/*is_negative=*/false);
  }
  if (at("(")) {
    return parse_enclosed();
  }
  if (accept("{")) {
    return parse_construct();
  }
  if (accept("$")) {
    return parse_builtin();
  }
  if (at("true") || at("false")) {
    const bool value = at("true");
    advance();
    return make_bool(value);
  }
  return parse_named();
}

ExpressionPtr Parser::parse_named() {
  const Token start = token_;
  const std::string name = take_name();
  if (failed()) {
    return nothing();
  }
  if (accept("(")) {
    const auto callee = functions_.find(name);
    if (callee == functions_.end()) {
      fail(start, "There is no function '" + name + "' above.");
      return nothing();
    }
    ExpressionPtr call = make_call(*callee->second, parse_list(")"));
    note(call->location);
    return call;
  }
  auto found = variables_.find(name);
  if (found == variables_.end()) {
    found = constants_.find(name);
    if (found == constants_.end()) {
      fail(start, "There is no variable '" + name + "' above.");
      return nothing();
    }
  }
  Variable& variable = *found->second;
  if (variable.kind == VariableKind::buffer) {
    return make_buffer(variable);
  }
  return make_variable(variable);
}

// Up to and with `end`.
std::vector<ExpressionPtr> Parser::parse_list(std::string_view end) {
  std::vector<ExpressionPtr> list;
  if (!accept(end)) {
    do {
      list.push_back(parse_expression());
    } while (accept(","));
    expect(end);
  }
  return list;
}

ExpressionPtr Parser::parse_construct() {
  std::vector<ExpressionPtr> parts = parse_list("}");
  expect("as");
  Type type = take_type();
  return make_construct(std::move(type), std::move(parts));
}

ExpressionPtr Parser::parse_builtin() {
  const Token start = token_;
  if (accept("extent")) {
    expect("(");
    Variable* const buffer = take_buffer();
    const std::uint64_t axis = accept(",") ? take_number(2) : Expression::kAllAxes;
    expect(")");
    return buffer == nullptr ? nothing() : make_extent(*buffer, static_cast<std::uint32_t>(axis));
  }
  const auto query = token_.kind == TokenKind::word ? query_of(token_.text) : std::nullopt;
  if (query) {
    advance();
    expect("(");
    const std::uint64_t axis = take_number(2);
    expect(")");
    return make_id(*query, static_cast<std::uint32_t>(axis));
  }
  const auto intrinsic = token_.kind == TokenKind::word ? intrinsic_of(token_.text) : std::nullopt;
  if (!intrinsic) {
    fail(token_, "Here has to be the name of an intrinsic.");
    return nothing();
  }
  advance();
  expect("(");
  std::vector<ExpressionPtr> arguments = parse_list(")");
  if (arguments.size() != operand_count(*intrinsic)) {
    fail(start, "This takes " + std::to_string(operand_count(*intrinsic)) + " operands.");
  }
  return make_intrinsic(*intrinsic, std::move(arguments));
}

Variable* Parser::take_buffer() {
  const Token start = token_;
  const auto found = variables_.find(take_name());
  if (found == variables_.end() || found->second->kind != VariableKind::buffer) {
    fail(start, "Here has to be the name of a buffer.");
    return nullptr;
  }
  return found->second;
}

ExpressionPtr Parser::parse_literal(bool is_negative) {
  const Token start = token_;
  advance();
  const std::size_t split = start.text.rfind('_');
  const auto type = split == std::string_view::npos ? std::nullopt
                                                    : literal_type_of(start.text.substr(split + 1));
  if (!type) {
    fail(start, "A number ends with its type, as 7_i32 or 0.5_f64 do.");
    return nothing();
  }
  auto bits = read_digits(*type, start.text.substr(0, split));
  if (bits && is_negative) {
    bits = with_sign(*type, *bits);
  }
  const bool has_wrong_sign =
      bits && is_signed(*type) && *bits != 0 && (*bits >> 63U != 0) != is_negative;
  if (!bits || has_wrong_sign || canonical_bits(*type, *bits) != *bits) {
    fail(start, "This is no value of the type.");
    return nothing();
  }
  return make_literal(scalar_type(*type), *bits);
}

ExpressionPtr Parser::parse_index(ExpressionPtr base) {
  const Token start = token_;
  expect("[");
  std::vector<ExpressionPtr> indices = parse_list("]");
  ExpressionPtr element;
  if (base->kind == ExpressionKind::buffer) {
    element = make_index(*base->variable, std::move(indices));
  } else if (indices.size() == 1 && base->type.kind == TypeKind::array) {
    element = make_index(std::move(base), std::move(indices.front()));
  } else {
    fail(start, "Only buffers and arrays have elements, and an array takes one index at a time.");
    return nothing();
  }
  note(element->location);
  return element;
}

ExpressionPtr Parser::parse_member(ExpressionPtr base) {
  const Token start = token_;
  const bool is_structure = base->type.kind == TypeKind::structure;
  if (!is_structure) {
    fail(start, "Only structures have members.");
    return nothing();
  }
  const std::vector<Field>& fields = module_->structures[base->type.structure].fields;
  std::size_t place = fields.size();
  if (accept("#")) {
    place = take_number(fields.size());
  } else {
    const std::string name = take_name();
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    place = static_cast<std::size_t>(found - fields.begin());
  }
  if (place >= fields.size()) {
    fail(start, "The structure has no such member.");
    return nothing();
  }
  Type type = fields[place].type;
  return make_member(std::move(base), static_cast<std::uint32_t>(place), std::move(type));
}

}  // namespace dotcompute::kir
