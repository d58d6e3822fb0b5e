// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/workload.hpp"
#include "dotcompute/extension/backend_selector.hpp"

#include <cstdint>

namespace dotcompute::core {

/// What is to be done, in numbers.
struct Work {
  double items = 0;
  double operations = 0;  ///< As long as so many of the calibration's.
  double bytes = 0;       ///< Read and written by the kernel.
  bool is_parallel = true;
  bool is_float64 = false;
};

/// From the facts of a kernel.
/// \param buffer_bytes of all buffer arguments together.
[[nodiscard]] Work work_of(const KernelMetadata& kernel,
                           const LaunchRange& range,
                           std::uint64_t buffer_bytes) noexcept;

/// From what a user says: the middle of each class, on a scale of powers.
[[nodiscard]] Work work_of(const WorkloadCharacteristics& characteristics) noexcept;

/// What `work` is expected to take on a device.
[[nodiscard]] extension::CostEstimate estimate(const extension::SelectionCandidate& candidate,
                                               const DeviceRates& rates,
                                               const Work& work) noexcept;

/// What a device of its kind is likely to reach, rather too little: until it has been measured.
[[nodiscard]] DeviceRates prior_rates(const backend::DeviceInfo& device) noexcept;

}  // namespace dotcompute::core
