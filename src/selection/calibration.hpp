// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "selection/calibration_file.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/error.hpp"

#include <chrono>
#include <functional>
#include <stop_token>

namespace dotcompute::core {

/// How a device is measured.
struct CalibrationOptions {
  /// The clock that the device's times are read from, and that the budget is of.
  std::function<std::chrono::nanoseconds()> now = [] {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch());
  };
  /// What is measured when it is used up is measured once only, and on small arrays.
  std::chrono::nanoseconds budget = std::chrono::milliseconds(300);
  /// What other threads need to come and help, on the CPU.
  double threads_nanoseconds = 0;
  std::stop_token stop;
};

/// Measures a device: its launches, copies, memory and arithmetic. Blocks for about the budget, and
/// on devices that compile text for as long as that takes.
///
/// \retval ErrorCode::device_unavailable if it is of a kind that nothing here runs on.
/// \retval ErrorCode::cancelled if `options.stop` was used.
/// Else what the device's calls return, or ErrorCode::host_memory.
Result<MeasuredRates> measure_rates(backend::Device& device,
                                    const CalibrationOptions& options) noexcept;

}  // namespace dotcompute::core
