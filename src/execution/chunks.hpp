// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"
#include "transfer/pipeline.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"

namespace dotcompute::core {

/// Whether a call is so large, on a device which copies while it works, that cutting it is worth a
/// thought.
[[nodiscard]] bool may_be_cut(const backend::DeviceInfo& device,
                              const GivenBuffers& buffers) noexcept;

/// How the launch of a call is best cut, by the facts of its kernel and the rates of the device.
///
/// Cut are buffers of the caller's that are element-wise, and those only read that are stencils,
/// along the slowest axis; the others are copied before and after all. Facts that are not proven
/// leave the call whole, as does a range that leaves elements out.
[[nodiscard]] ChunkPlan plan_chunks(const Signature& signature,
                                    const BoundCall& call,
                                    const GivenBuffers& buffers,
                                    const DeviceRates& rates) noexcept;

}  // namespace dotcompute::core
