// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

#include <memory>
#include <string_view>

namespace dotcompute::kir {

struct ParseOutcome {
  std::unique_ptr<Module> module;  ///< Null if there is a diagnostic.
  Diagnostics diagnostics;         ///< The first mistake; its line and column are of the text.
};

/// Reads what print() writes; spaces, line ends and comments from // to the line's end may stand
/// between all words. Any text gets an answer. Only what is needed to make the module is checked:
/// verify() does the rest.
[[nodiscard]] ParseOutcome parse(std::string_view text);

}  // namespace dotcompute::kir
