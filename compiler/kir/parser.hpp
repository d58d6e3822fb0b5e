// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/lexer.hpp"
#include "kir/module.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dotcompute::kir {

/// Reads the text form by recursive descent.
///
/// The first mistake is kept and ends the text: from then on every token is the end, so each loop
/// leaves, and every function gives something harmless. Names, not parsing, limit the language:
/// what it calls by a word is that word only where no variable could stand.
class Parser {
 public:
  explicit Parser(std::string_view text);

  /// Adds what the text says to `module`, which must be empty.
  void parse_module(Module& module);

  [[nodiscard]] Diagnostics take_diagnostics() && { return std::move(diagnostics_); }

 private:
  // Words and signs.
  void advance();
  void fail(const Token& token, std::string message);
  [[nodiscard]] bool failed() const noexcept { return !diagnostics_.empty(); }
  [[nodiscard]] bool at(std::string_view text) const noexcept;
  [[nodiscard]] bool at_end() const noexcept { return token_.kind == TokenKind::end; }
  bool accept(std::string_view text);
  void expect(std::string_view text);
  std::string take_name();
  std::string take_text();
  std::uint64_t take_number(std::uint64_t max);
  Type take_type();
  Type take_element();

  // Places in the source: the parts of a line are known before the line's tail is read.
  Location take_place(Location home);
  void take_tail(Location& own);
  void note(Location& place) { pending_.push_back(&place); }

  // The module.
  void parse_file();
  void parse_structure();
  void parse_constant();
  void parse_function(bool is_kernel);
  void parse_attributes(Function& function);
  bool parse_parameter();
  void parse_buffer(Variable& buffer);
  Variable& add(std::string name, Variable& variable);

  // Statements.
  Statements parse_body();
  StatementPtr parse_statement();
  StatementPtr parse_simple();
  StatementPtr parse_noted();
  StatementPtr parse_declare();
  StatementPtr parse_if();
  StatementPtr parse_for();
  StatementPtr parse_do();
  StatementPtr parse_switch();
  SwitchCase parse_case(const Type& type);

  // Expressions.
  ExpressionPtr parse_expression();
  ExpressionPtr parse_unary();
  ExpressionPtr parse_postfix();
  ExpressionPtr parse_primary();
  ExpressionPtr parse_named();
  ExpressionPtr parse_builtin();
  ExpressionPtr parse_construct();
  ExpressionPtr parse_literal(bool is_negative);
  ExpressionPtr parse_index(ExpressionPtr base);
  ExpressionPtr parse_member(ExpressionPtr base);
  std::vector<ExpressionPtr> parse_list(std::string_view end);
  ExpressionPtr parse_enclosed();
  Variable* take_buffer();

  /// Counts one level of nesting while it lives. The text may need two for one of KIR's.
  class Level;

  Lexer lexer_;
  Token token_;
  Token following_;
  Diagnostics diagnostics_;
  std::uint32_t depth_ = 0;

  Module* module_ = nullptr;
  Function* function_ = nullptr;
  std::vector<Location*> pending_;
  std::unordered_map<std::string, Variable*> constants_;
  std::unordered_map<std::string, Variable*> variables_;  // of function_
  std::unordered_map<std::string, const Function*> functions_;
  std::unordered_map<std::string, std::uint32_t> structures_;
};

class Parser::Level {
 public:
  explicit Level(Parser& parser);
  ~Level() { --parser_.depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  Parser& parser_;
};

}  // namespace dotcompute::kir
