// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <cstdint>
#include <optional>

namespace dotcompute::core {

/// Kernels whose speed tells that of a device.
enum class CalibrationKernel : std::uint8_t {
  add,                  ///< sum[i] = a[i] + b[i], of float: three buffers.
  multiply_add,         ///< x[i] = x[i] * c + d, `rounds` times, of float: a buffer, a uint32.
  multiply_add_double,  ///< The same of double.
};

/// Its metadata; lives as long as the program.
[[nodiscard]] const KernelMetadata& metadata_of(CalibrationKernel kernel);

/// Its body for a kind of device; nothing if there is none. `metadata` is left to the caller.
[[nodiscard]] std::optional<backend::KernelSource> source_of(CalibrationKernel kernel,
                                                             AcceleratorType type) noexcept;

}  // namespace dotcompute::core
