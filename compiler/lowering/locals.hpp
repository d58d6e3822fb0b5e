// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lowering/plan.hpp"

namespace dotcompute::lowering {

/// Says how each local lives that several loops over lanes use: as an array, or computed anew.
///
/// \param plan with what is split and what is uniform.
void place_locals(KernelPlan& plan);

}  // namespace dotcompute::lowering
