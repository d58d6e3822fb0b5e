// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

namespace dotcompute::analysis {

/// What one item of a kernel does, at most.
struct ItemCost {
  double operations = 0;  ///< Arithmetic on data; a function of <cmath> counts as one.
  double bytes = 0;       ///< Of the elements of buffers read and written, each counted once.
};

/// Both 0 if the kernel has a loop of which no most number of rounds is known.
[[nodiscard]] ItemCost cost_of(const kir::Module& module, const kir::Function& kernel);

}  // namespace dotcompute::analysis
