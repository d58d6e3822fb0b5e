// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/device_set.hpp"
#include "platform/log.hpp"
#include "selection/calibrator.hpp"

#include "dotcompute/extension/backend_selector.hpp"
#include "dotcompute/runtime_options.hpp"

#include <memory>

namespace dotcompute::core {

/// The built-in selector for these devices. May throw std::bad_alloc.
[[nodiscard]] std::shared_ptr<extension::BackendSelector> make_selector(const DeviceSet& devices);

/// What measures the devices for the built-in selector; null if they are not to be measured, or
/// `selector` is another. May throw std::bad_alloc.
[[nodiscard]] std::unique_ptr<Calibrator> make_calibrator(const DeviceSet& devices,
                                                          extension::BackendSelector& selector,
                                                          const RuntimeOptions& options,
                                                          const Logger& logger);

}  // namespace dotcompute::core
