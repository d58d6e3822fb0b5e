// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

namespace dotcompute::analysis {

/// What is suspicious or wrong in kernels that are well-formed C++: outputs that are never written
/// (DC004), elements that an item accesses without asking whether they exist (DC005).
///
/// \pre verify() finds nothing in `module`.
[[nodiscard]] kir::Diagnostics check(const kir::Module& module);

}  // namespace dotcompute::analysis
