// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <string>

namespace dotcompute::kir {

/// `module` as text that a person can read, and parse() reads back: one statement a line.
///
/// Operands that are operations themselves are in parentheses, so there is no precedence to know.
/// Numbers carry their type ("7_i32", "0.5_f32"; "0x7fc00000_f32" is the bits of what is no
/// number), a `$` stands before what KIR itself has ("$sqrt(x)", "$global_id(0)", "$extent(a, 1)").
/// After an `@` at the end of a line are the places in the source: "line:column", or
/// "file:line:column", of the statement, then of those expressions that can fail (elements of
/// buffers and arrays, quotients, remainders, calls) in the order in which they end, "column" alone
/// meaning the statement's line. Other expressions' places are not kept.
///
/// \pre verify(module) finds nothing; else the text may not be read back.
[[nodiscard]] std::string print(const Module& module);

/// One expression, or the lines of one statement, as in print(), without places: for messages and
/// for tests.
[[nodiscard]] std::string print(const Module& module, const Expression& expression);
[[nodiscard]] std::string print(const Module& module, const Statement& statement);

}  // namespace dotcompute::kir
