// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute::kir {

enum class Severity : std::uint8_t { error, warning, note };

/// One mistake in a kernel's source, said as compilers do.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string
      code;  ///< "DC001"; empty for what Clang itself reports. docs/diagnostics has a page each.
  Location location;
  std::string message;  ///< What is wrong, and what to write instead.
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace dotcompute::kir
