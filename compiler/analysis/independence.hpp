// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

namespace dotcompute::analysis {

/// True if the rounds of `loop` may run side by side: it counts up to a number by ones, and each
/// round writes elements of local arrays at its own place only, which no other round reads.
///
/// Such loops are how people write eight sums that advance together.
[[nodiscard]] bool has_independent_rounds(const kir::Statement& loop);

}  // namespace dotcompute::analysis
