// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

namespace dotcompute::kir {

/// All offences of `module` against the rules that KIR's headers say; none if it is well formed.
///
/// Any module gets an answer, also one with null pointers where parts belong. Diagnostic::code is
/// "kir-" and the rule's name. What KIR leaves to run time (divisors of zero, indices, a function
/// with a result that ends without one) is not looked at.
[[nodiscard]] Diagnostics verify(const Module& module);

}  // namespace dotcompute::kir
