// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

namespace dotcompute::core {

/// Waits until the work is done or, if `control` is not null, the call is to end.
Status wait_or_give_up(backend::Device& device,
                       backend::Completion completion,
                       const backend::CallControl* control) noexcept;

}  // namespace dotcompute::core
