// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/common/lines.hpp"
#include "expressions.hpp"
#include "kir/module.hpp"

#include <string>

namespace dotcompute::emit::cpu {

/// Writes statements as C++, one item's point of view: functions, and the inside of loops over
/// lanes.
class StatementWriter {
 public:
  StatementWriter(const Expressions& expressions, const lowering::KernelPlan* plan, Lines& lines)
      : expressions_(expressions), plan_(plan), lines_(lines) {}

  void write(const kir::Statements& list);
  void write(const kir::Statement& statement);

  /// "const float x = a[i]", without the semicolon; or, of a variable that is an array with an
  /// element for each lane, an assignment, or nothing.
  [[nodiscard]] std::string declaration(const kir::Statement& declare) const;
  /// "x += 1", without the semicolon.
  [[nodiscard]] std::string assignment(const kir::Statement& assign) const;
  /// "for (...; ...; ...)" or "while (...)".
  [[nodiscard]] std::string loop_head(const kir::Statement& loop) const;

 private:
  void write_switch(const kir::Statement& statement);

  const Expressions& expressions_;
  const lowering::KernelPlan* plan_;
  Lines& lines_;
};

}  // namespace dotcompute::emit::cpu
