// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lowering/body.hpp"

namespace dotcompute::lowering {

/// Puts what small functions give in the place of their calls, and locals for each field in the
/// place of structures that are only taken apart, so that what such a function makes of an id is
/// seen: a neighbour's place, clamped at the rim, is one that the interior need not clamp.
///
/// Inlined are pure functions of one statement, "return", of at most 40 expressions and without
/// parameters that are references, if that computes no costly argument twice. A call stays too where
/// the body would have grown by more than 4000 expressions in all, or be more than 100 operators deep.
void inline_calls(const kir::Function& kernel, Body& body);

}  // namespace dotcompute::lowering
