// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::kir {

/// Checks one module, each function after those it calls.
class Verifier {
 public:
  explicit Verifier(const Module& module) noexcept : module_(module) {}

  Diagnostics run() &&;

 private:
  /// What is known of a function that was checked.
  struct Known {
    bool is_sound = true;    ///< Nothing offends in it and in what it calls.
    bool is_pure = true;     ///< If it is sound; else nobody looks.
    std::uint32_t axes = 0;  ///< Highest axis asked for, by it or what it calls, plus 1.
  };

  void fail(std::string_view rule, Location location, std::string message);
  [[nodiscard]] std::string name_of(const Type& type) const;

  // The module.
  void check_structure(std::uint32_t place);
  void check_fields(const Structure& structure);
  void check_constant(const Variable& constant);
  void check_constant_value(const Expression& value, std::uint32_t depth);
  void check_name(const std::string& name, Location location, std::set<std::string>& taken);
  void check_location(Location location);
  void check_type(const Type& type, Location location);

  // Functions.
  void check_function(const Function& function);
  void check_header(const Function& function);
  void check_parameter(const Variable& parameter);
  void check_buffer(const Variable& buffer);
  void check_locals();

  // Statements.
  void check_body(const Statements& body);
  void check_statement(const Statement& statement);
  [[nodiscard]] bool has_its_parts(const Statement& statement);
  void check_declare(const Statement& statement);
  void check_assign(const Statement& statement);
  void check_for(const Statement& statement);
  void check_loop_body(const Statements& body);
  void check_switch(const Statement& statement);
  void check_return(const Statement& statement);
  void check_condition(const Statement& statement);

  // Expressions. Each gives false if the expression's own type cannot be relied on.
  /// \param is_whole it is the whole value of a statement, so it may be an impure call.
  bool check_value(const Expression& expression, bool is_whole = false);
  bool check_expression(const Expression& expression, bool is_whole);
  bool check_operands(const Expression& expression);
  bool has_operands(const Expression& expression, std::size_t count);
  bool check_kind(const Expression& expression, bool is_whole);
  bool check_literal(const Expression& expression);
  bool check_variable(const Expression& expression);
  bool check_unary(const Expression& expression);
  bool check_binary(const Expression& expression);
  bool check_select(const Expression& expression);
  bool check_cast(const Expression& expression);
  bool check_index(const Expression& expression);
  bool check_member(const Expression& expression);
  bool check_extent(const Expression& expression);
  bool check_call(const Expression& expression, bool is_whole);
  void check_argument(const Variable& parameter, const Expression& argument);
  void check_buffer_argument(const Variable& parameter, const Expression& argument);
  bool check_intrinsic(const Expression& expression);
  bool check_id(const Expression& expression);
  bool check_construct(const Expression& expression);
  bool check_known_buffer(const Expression& expression);
  bool has_type(const Expression& expression, const Type& type);
  bool mistyped(const Expression& expression, std::string message);
  void check_writable(const Expression& place);

  const Module& module_;
  Diagnostics diagnostics_;
  std::set<std::string> module_names_;
  std::set<const Variable*> constants_;
  std::map<const Function*, Known> functions_;  // those already checked

  // Of the function that is checked now.
  const Function* function_ = nullptr;
  Known known_;
  std::set<const Variable*> visible_;
  std::vector<const Variable*> scope_;  // locals in the order in which they end
  std::size_t declared_ = 0;            // of function_->locals
  std::uint32_t loops_ = 0;
  std::uint32_t breakable_ = 0;
};

}  // namespace dotcompute::kir
