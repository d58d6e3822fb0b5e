// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"
#include "lowering/bounds.hpp"

#include <memory>
#include <vector>

namespace dotcompute::lowering {

/// A kernel's body made ready for loops over many items.
struct Body {
  kir::Statements statements;
  std::vector<Bound> guards;  ///< All items outside of them do nothing and need not be run.
  /// Locals that the function does not have: copies of scalar parameters that the body changes, and
  /// fields of structures.
  std::vector<std::unique_ptr<kir::Variable>> variables;
  bool returns = false;  ///< A return is left, inside of a loop or a switch.
};

/// Copies the body of `kernel`, inlines small functions, turns returns into branches, and takes the guards out of it: the
/// conditions at its beginning that compare ids with what is the same for the whole launch.
[[nodiscard]] Body make_body(const kir::Function& kernel);

}  // namespace dotcompute::lowering
