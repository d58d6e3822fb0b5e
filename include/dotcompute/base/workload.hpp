// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"

#include <cstdint>
#include <string_view>

namespace dotcompute {

/// Floating-point operations for each byte of a workload's buffers.
enum class ComputeIntensity : std::uint8_t {
  very_low,   ///< Below 1, or not known.
  low,        ///< To 10.
  medium,     ///< To 100.
  high,       ///< To 1000.
  very_high,  ///< Above.
};

/// How many work items may run at the same time.
enum class ParallelismLevel : std::uint8_t {
  none,       ///< One after the other.
  low,        ///< Below 100.
  medium,     ///< To 10,000.
  high,       ///< To 1,000,000.
  very_high,  ///< Above.
};

/// "very_low", "low", ...
[[nodiscard]] std::string_view to_string(ComputeIntensity intensity) noexcept;
/// "none", "low", ...
[[nodiscard]] std::string_view to_string(ParallelismLevel level) noexcept;

/// A workload, as far as the choice of a device depends on it.
struct WorkloadCharacteristics {
  std::uint64_t data_size = 0;  ///< Bytes of all buffers together.
  ComputeIntensity compute_intensity = ComputeIntensity::very_low;
  bool memory_intensive = true;  ///< Moving the bytes is what takes the time.
  ParallelismLevel parallelism_potential = ParallelismLevel::none;

  friend bool operator==(const WorkloadCharacteristics&, const WorkloadCharacteristics&) = default;
};

/// The characteristics of a kernel's launch, from its facts and its arguments.
/// \param data_size bytes of all buffer arguments together.
[[nodiscard]] WorkloadCharacteristics characteristics_of(const KernelMetadata& kernel,
                                                         const LaunchRange& range,
                                                         std::uint64_t data_size) noexcept;

}  // namespace dotcompute
