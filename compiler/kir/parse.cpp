// SPDX-License-Identifier: Apache-2.0
#include "kir/parse.hpp"

#include "kir/build.hpp"
#include "kir/layout.hpp"
#include "kir/names.hpp"
#include "kir/parser.hpp"

#include <charconv>
#include <limits>
#include <memory>
#include <utility>

namespace dotcompute::kir {
namespace {

constexpr std::uint64_t kMaxNumber = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMaxAxes = 16;

}  // namespace

Parser::Level::Level(Parser& parser) : parser_(parser) {
  if (++parser.depth_ > 2 * kMaxDepth) {
    parser.fail(parser.token_, "This is nested too deeply.");
  }
}

Parser::Parser(std::string_view text) : lexer_(text), token_(lexer_.next()) {
  if (token_.kind == TokenKind::mistake) {
    fail(token_, std::string(token_.text));
  } else {
    following_ = lexer_.next();
  }
}

void Parser::advance() {
  if (failed()) {
    return;
  }
  token_ = following_;
  if (token_.kind == TokenKind::mistake) {
    fail(token_, std::string(token_.text));
  } else {
    following_ = lexer_.next();
  }
}

void Parser::fail(const Token& token, std::string message) {
  if (!failed()) {
    diagnostics_.push_back({.location = token.location, .message = std::move(message)});
  }
  token_ = {.kind = TokenKind::end, .location = token.location};
  following_ = token_;
}

bool Parser::at(std::string_view text) const noexcept {
  return (token_.kind == TokenKind::word || token_.kind == TokenKind::sign) && token_.text == text;
}

bool Parser::accept(std::string_view text) {
  if (!at(text)) {
    return false;
  }
  advance();
  return true;
}

void Parser::expect(std::string_view text) {
  if (!accept(text)) {
    fail(token_, "Here has to be '" + std::string(text) + "'.");
  }
}

std::string Parser::take_name() {
  std::string name(token_.text);
  if (token_.kind != TokenKind::word || !is_identifier(name)) {
    fail(token_, "Here has to be a name.");
    return {};
  }
  advance();
  return name;
}

std::string Parser::take_text() {
  if (token_.kind != TokenKind::text) {
    fail(token_, "Here has to be a text in quotes.");
    return {};
  }
  std::string text = unquoted(token_.text);
  advance();
  return text;
}

std::uint64_t Parser::take_number(std::uint64_t max) {
  std::uint64_t number = 0;
  const char* const end = token_.text.data() + token_.text.size();
  if (token_.kind != TokenKind::number) {
    fail(token_, "Here has to be a number.");
    return 0;
  }
  const auto read = std::from_chars(token_.text.data(), end, number);
  if (read.ptr != end || read.ec != std::errc{} || number > max) {
    fail(token_, "Here has to be a whole number of at most " + std::to_string(max) + ".");
    return 0;
  }
  advance();
  return number;
}

Type Parser::take_element() {
  if (token_.kind == TokenKind::text) {
    const auto found = structures_.find(unquoted(token_.text));
    if (found == structures_.end()) {
      fail(token_, "There is no structure of this name above.");
      return scalar_type(ElementType::int32);
    }
    advance();
    return structure_type(found->second);
  }
  const auto element = token_.kind == TokenKind::word ? element_type_of(token_.text) : std::nullopt;
  if (!element) {
    fail(token_, "Here has to be a type.");
    return scalar_type(ElementType::int32);
  }
  advance();
  return scalar_type(*element);
}

Type Parser::take_type() {
  Type type = take_element();
  std::vector<std::uint32_t> extents;
  while (at("[")) {
    if (extents.size() == kMaxAxes) {
      fail(token_, "An array has at most 16 axes.");
    }
    advance();
    extents.push_back(static_cast<std::uint32_t>(take_number(kMaxNumber)));
    expect("]");
  }
  return extents.empty() ? type : array_type(type, std::move(extents));
}

Location Parser::take_place(Location home) {
  const auto take = [this] { return static_cast<std::uint32_t>(take_number(kMaxNumber)); };
  const std::uint32_t first = take();
  if (!accept(":")) {
    return {.file = home.file, .line = home.line, .column = first};
  }
  const std::uint32_t second = take();
  if (!accept(":")) {
    return {.file = home.file, .line = first, .column = second};
  }
  return {.file = first, .line = second, .column = take()};
}

void Parser::take_tail(Location& own) {
  const std::vector<Location*> parts = std::exchange(pending_, {});
  own = {};
  if (failed()) {
    return;  // what was noted may be gone
  }
  if (accept("@")) {
    own = take_place({.file = function_ == nullptr ? 0 : function_->location.file});
  }
  const bool is_alone = token_.kind != TokenKind::number;
  for (Location* const part : parts) {
    *part = is_alone ? own : take_place(own);
  }
}

ParseOutcome parse(std::string_view text) {
  ParseOutcome outcome;
  auto module = std::make_unique<Module>();
  Parser parser(text);
  parser.parse_module(*module);
  outcome.diagnostics = std::move(parser).take_diagnostics();
  if (outcome.diagnostics.empty()) {
    outcome.module = std::move(module);
  }
  return outcome;
}

}  // namespace dotcompute::kir
