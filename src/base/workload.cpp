// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/workload.hpp"

#include <array>
#include <cstddef>

namespace dotcompute {
namespace {

ComputeIntensity intensity_of(double operations_per_byte) noexcept {
  if (operations_per_byte < 1) {
    return ComputeIntensity::very_low;
  }
  if (operations_per_byte <= 10) {
    return ComputeIntensity::low;
  }
  if (operations_per_byte <= 100) {
    return ComputeIntensity::medium;
  }
  return operations_per_byte <= 1000 ? ComputeIntensity::high : ComputeIntensity::very_high;
}

ParallelismLevel parallelism_of(std::uint64_t items) noexcept {
  if (items <= 1) {
    return ParallelismLevel::none;
  }
  if (items < 100) {
    return ParallelismLevel::low;
  }
  if (items <= 10'000) {
    return ParallelismLevel::medium;
  }
  return items <= 1'000'000 ? ParallelismLevel::high : ParallelismLevel::very_high;
}

}  // namespace

std::string_view to_string(ComputeIntensity intensity) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"very_low", "low", "medium", "high",
                                                   "very_high"};
  return kNames[static_cast<std::size_t>(intensity)];
}

std::string_view to_string(ParallelismLevel level) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"none", "low", "medium", "high", "very_high"};
  return kNames[static_cast<std::size_t>(level)];
}

WorkloadCharacteristics characteristics_of(const KernelMetadata& kernel,
                                           const LaunchRange& range,
                                           std::uint64_t data_size) noexcept {
  const double operations = kernel.operations_per_item * static_cast<double>(range.items());
  const double per_byte = data_size > 0 ? operations / static_cast<double>(data_size) : operations;
  WorkloadCharacteristics result;
  result.data_size = data_size;
  result.compute_intensity = intensity_of(per_byte);
  // Below that a processor waits for its memory: most do some ten operations while a byte comes.
  result.memory_intensive = result.compute_intensity <= ComputeIntensity::low;
  result.parallelism_potential =
      kernel.is_parallel ? parallelism_of(range.items()) : ParallelismLevel::none;
  return result;
}

}  // namespace dotcompute
