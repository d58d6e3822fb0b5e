// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::kir {

/// True for expressions whose places the text form keeps: those that can fail.
[[nodiscard]] bool keeps_location(const Expression& expression) noexcept;

/// `text` in quotes, with what would end them escaped.
[[nodiscard]] std::string quoted(std::string_view text);

/// "float32[4]"; a structure's name is in quotes.
[[nodiscard]] std::string type_text(const Module& module, const Type& type);

/// An integer of Expression::bits, in decimal.
[[nodiscard]] std::string integer_text(ElementType type, std::uint64_t bits);

/// Writes expressions, one after the other.
class ExpressionPrinter {
 public:
  explicit ExpressionPrinter(const Module& module) noexcept : module_(module) {}

  void write(std::string_view text) { text_ += text; }
  void write(const Expression& expression);

  /// What was written, and the places kept of it, in the order of print().
  [[nodiscard]] std::string take_text();
  [[nodiscard]] std::vector<Location> take_locations();
  void note(Location location) { locations_.push_back(location); }

 private:
  void write_operand(const Expression& expression);
  void write_atom(const Expression& expression);
  void write_in_parentheses(const Expression& expression);
  void write_list(const std::vector<ExpressionPtr>& list, std::size_t begin = 0);
  void write_kind(const Expression& expression);
  void write_literal(const Expression& expression);
  void write_index(const Expression& expression);
  void write_member(const Expression& expression);
  void write_extent(const Expression& expression);

  const Module& module_;
  std::string text_;
  std::vector<Location> locations_;
};

}  // namespace dotcompute::kir
