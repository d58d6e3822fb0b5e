// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "kir/names.hpp"
#include "kir/parser.hpp"

#include <limits>
#include <memory>
#include <utility>

namespace dotcompute::kir {
namespace {

constexpr std::uint64_t kMaxNumber = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void Parser::parse_module(Module& module) {
  module_ = &module;
  expect("kir");
  if (take_number(kMaxNumber) != 1) {
    fail(token_, "This is a version of the text form that is not known; known is 1.");
  }
  expect(";");
  while (!at_end()) {
    if (accept("file")) {
      parse_file();
    } else if (accept("struct")) {
      parse_structure();
    } else if (accept("constant")) {
      parse_constant();
    } else if (at("kernel") || at("function")) {
      const bool is_kernel = at("kernel");
      advance();
      parse_function(is_kernel);
    } else {
      fail(token_, "Here has to be 'file', 'struct', 'constant', 'function' or 'kernel'.");
    }
  }
}

void Parser::parse_file() {
  module_->files.push_back(take_text());
  expect(";");
}

void Parser::parse_structure() {
  const Token start = token_;
  Structure structure{.name = take_text()};
  if (structures_.contains(structure.name)) {
    fail(start, "There is a structure of this name above.");
  }
  if (accept("file")) {
    structure.file = static_cast<std::uint32_t>(take_number(kMaxNumber));
  }
  expect("size");
  structure.size = static_cast<std::uint32_t>(take_number(kMaxNumber));
  expect("align");
  structure.alignment = static_cast<std::uint32_t>(take_number(kMaxNumber));
  expect("{");
  while (!at_end() && !at("}")) {
    Field field{.name = take_text()};
    expect(":");
    field.type = take_type();
    expect("offset");
    field.offset = static_cast<std::uint32_t>(take_number(kMaxNumber));
    expect(";");
    structure.fields.push_back(std::move(field));
  }
  expect("}");
  // Known only from here on, so that it cannot contain itself.
  structures_.emplace(structure.name, static_cast<std::uint32_t>(module_->structures.size()));
  module_->structures.push_back(std::move(structure));
}

void Parser::parse_constant() {
  const Token start = token_;
  std::string name = take_name();
  expect(":");
  Type type = take_type();
  expect("=");
  ExpressionPtr value = parse_expression();
  expect(";");
  Variable& constant = add_constant(*module_, name, std::move(type), std::move(value));
  take_tail(constant.location);
  if (functions_.contains(name) || !constants_.emplace(std::move(name), &constant).second) {
    fail(start, "This name is taken.");
  }
}

void Parser::parse_function(bool is_kernel) {
  const Token start = token_;
  Function& function = add_function(*module_, take_name());
  function.is_kernel = is_kernel;
  parse_attributes(function);
  if (accept(":")) {
    function.result = take_type();
  }
  expect("{");
  take_tail(function.location);
  function_ = &function;
  variables_.clear();
  while (parse_parameter()) {
  }
  function.body = parse_body();
  function_ = nullptr;
  if (constants_.contains(function.symbol) ||
      !functions_.emplace(function.symbol, &function).second) {
    fail(start, "This name is taken.");
  }
}

void Parser::parse_attributes(Function& function) {
  if (accept("name")) {
    function.name = take_text();
  }
  if (accept("namespace")) {
    function.name_space = take_text();
  }
  if (accept("registered")) {
    function.registered_name = take_text();
  }
  if (accept("dimensions")) {
    function.dimensions = static_cast<std::uint8_t>(take_number(3));
  }
  if (accept("group")) {
    for (std::uint32_t& size : function.group_size) {
      size = static_cast<std::uint32_t>(take_number(kMaxNumber));
    }
  }
}

bool Parser::parse_parameter() {
  // A statement never begins with two words but `let` and `var`.
  if (token_.kind != TokenKind::word || following_.kind != TokenKind::word) {
    return false;
  }
  VariableKind kind{};
  if (at("buffer")) {
    kind = VariableKind::buffer;
  } else if (at("scalar")) {
    kind = VariableKind::scalar;
  } else if (at("reference")) {
    kind = VariableKind::reference;
  } else {
    return false;
  }
  advance();
  Variable& parameter = add_parameter(*function_, {}, kind, {});
  std::string name = take_name();
  expect(":");
  parameter.is_const = accept("const");
  parameter.type = take_type();
  if (kind == VariableKind::buffer) {
    parse_buffer(parameter);
  }
  expect(";");
  take_tail(parameter.location);
  add(std::move(name), parameter);
  return true;
}

void Parser::parse_buffer(Variable& buffer) {
  const auto direction = token_.kind == TokenKind::word ? direction_of(token_.text) : std::nullopt;
  if (!direction) {
    fail(token_, "Here has to be 'in', 'out' or 'inout'.");
    return;
  }
  advance();
  buffer.direction = *direction;
  expect("rank");
  buffer.rank = static_cast<std::uint8_t>(take_number(3));
  buffer.is_span = accept("span");
  if (accept("shape")) {
    buffer.extents = take_text();
  }
}

Variable& Parser::add(std::string name, Variable& variable) {
  variable.name = name;
  if (functions_.contains(name) || constants_.contains(name) ||
      !variables_.emplace(std::move(name), &variable).second) {
    fail(token_, "The name '" + variable.name + "' is taken.");
  }
  return variable;
}

}  // namespace dotcompute::kir
