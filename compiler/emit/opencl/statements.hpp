// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/common/lines.hpp"
#include "emit/opencl/expressions.hpp"
#include "kir/module.hpp"

#include <set>
#include <string>

namespace dotcompute::emit::opencl {

/// Which of a function's variables are of use in it: compilers warn of others.
struct Uses {
  std::set<const kir::Variable*> named;  ///< Other than by an extent.
  std::set<const kir::Variable*> read;
};

[[nodiscard]] Uses uses_of(const kir::Function& function);

/// Writes the statements of one function as OpenCL C.
class StatementWriter {
 public:
  /// All that is given outlives it.
  StatementWriter(const Expressions& expressions, const Uses& uses, Lines& lines)
      : expressions_(expressions), uses_(uses), lines_(lines) {}

  void write(const kir::Statements& list);

 private:
  void write(const kir::Statement& statement);
  void write_declaration(const kir::Statement& declare);
  void write_if(const kir::Statement& statement);
  void write_switch(const kir::Statement& statement);
  [[nodiscard]] std::string declaration(const kir::Statement& declare) const;
  [[nodiscard]] std::string assignment(const kir::Statement& assign, bool is_sure_to_fit) const;
  [[nodiscard]] std::string loop_head(const kir::Statement& loop) const;

  const Expressions& expressions_;
  const Uses& uses_;
  Lines& lines_;
};

}  // namespace dotcompute::emit::opencl
