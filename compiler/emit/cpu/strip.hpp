// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/common/lines.hpp"
#include "expressions.hpp"
#include "lowering/plan.hpp"
#include "statements.hpp"

#include <set>
#include <vector>

namespace dotcompute::emit::cpu {

/// Writes the inside of the function that runs one strip: loops over its lanes, and around them what
/// the plan has split.
class StripWriter {
 public:
  StripWriter(const Expressions& expressions, const lowering::KernelPlan& plan, Lines& lines)
      : expressions_(expressions),
        plan_(plan),
        lines_(lines),
        statements_(expressions, &plan, lines) {}

  void write();

 private:
  void write(const kir::Statements& list);
  void write_split(const kir::Statement& statement);
  void flush();
  [[nodiscard]] bool stands_outside(const kir::Statement& statement) const;

  const Expressions& expressions_;
  const lowering::KernelPlan& plan_;
  Lines& lines_;
  StatementWriter statements_;
  std::vector<const kir::Statement*> region_;  // waits to be written as one loop over lanes
};

}  // namespace dotcompute::emit::cpu
