// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace dotcompute::analysis {

/// Axes along which neighbouring work items may have different values: bit 0 is x.
using Axes = std::uint8_t;
inline constexpr Axes kNoAxis = 0;
inline constexpr Axes kAxisX = 1;
inline constexpr Axes kAxisY = 2;
inline constexpr Axes kAxisZ = 4;
inline constexpr Axes kEveryAxis = 7;

/// What of a kernel's body differs from item to item, and how its values follow the ids.
///
/// Conservative: what is not known to be equal differs. What a kernel reads from a buffer that it
/// also writes differs.
///
/// Lifetime: kernel and body outlive it.
class Dependence {
 public:
  /// \param body of `kernel`, or what lowering made of it.
  /// \param forced variables that are to be taken for different in all items.
  Dependence(const kir::Function& kernel,
             const kir::Statements& body,
             const std::set<const kir::Variable*>& forced = {});

  [[nodiscard]] Axes of(const kir::Expression& expression) const;
  [[nodiscard]] Axes of(const kir::Variable& variable) const;

  /// What it depends on how often the loop runs, and where its rounds end.
  [[nodiscard]] Axes of_rounds(const kir::Statement& loop) const;

  /// By how much an integer grows from one item to the next along `axis` (0 is x): 0 if it stays
  /// the same, nothing if that is not one number. Overflow is left aside.
  [[nodiscard]] std::optional<std::int64_t> stride(const kir::Expression& expression,
                                                   std::uint32_t axis) const;
  /// By how many elements a place in a buffer moves; nothing if it is in none.
  [[nodiscard]] std::optional<std::int64_t> stride_of_place(const kir::Expression& place,
                                                            std::uint32_t axis) const;

  /// The value of a local that is declared once with a value and never written again; else null.
  [[nodiscard]] const kir::Expression* definition(const kir::Variable& variable) const;

  [[nodiscard]] bool writes(const kir::Variable& buffer) const {
    return written_.contains(&buffer);
  }

 private:
  void find_definitions(const kir::Statements& body);
  void visit(const kir::Statements& list, Axes control);
  void visit(const kir::Statement& statement, Axes control);
  void visit_loop(const kir::Statement& loop, Axes control);
  void visit_calls(const kir::Expression& value, Axes control);
  void raise(const kir::Variable& variable, Axes axes);

  std::map<const kir::Variable*, Axes> axes_;
  std::map<const kir::Variable*, const kir::Expression*> definitions_;
  std::set<const kir::Variable*> written_;  // buffers
  bool changed_ = false;
};

/// True if calls of `function` may give each item something else: it asks for ids, or what it calls
/// does.
[[nodiscard]] bool uses_ids(const kir::Function& function);

/// True if `function`, or what it calls, has a loop.
[[nodiscard]] bool has_loop(const kir::Function& function);

[[nodiscard]] bool is_loop(const kir::Statement& statement);

}  // namespace dotcompute::analysis
