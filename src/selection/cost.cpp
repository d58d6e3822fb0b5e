// SPDX-License-Identifier: Apache-2.0
#include "selection/cost.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dotcompute::core {
namespace {

bool computes_in_float64(const KernelMetadata& kernel) noexcept {
  return std::ranges::any_of(kernel.parameters, [](const Parameter& parameter) {
    return parameter.type == TypeId(ElementType::float64);
  });
}

// Operations of kernels wait for each other and for memory, those of the calibration do not.
constexpr double kOperationWeight = 2.5;
// Where the facts do not know, there is a loop whose length is in the arguments. To take it for none
// would leave the longest kernels on the slowest device.
constexpr double kUnknownOperations = 128;

double over(double amount, double rate) noexcept {
  return amount > 0 && rate > 0 ? amount / rate : 0;
}

double transfer(const DeviceRates& rates, std::uint64_t bytes, double rate) noexcept {
  return bytes == 0 ? 0 : rates.copy_nanoseconds + over(static_cast<double>(bytes), rate);
}

/// A part of a device does the work: of the CPU one thread for what is not worth sharing, elsewhere
/// as many lanes as there are items.
void use_part(extension::CostEstimate& estimate,
              const backend::DeviceInfo& device,
              const DeviceRates& rates,
              const Work& work) noexcept {
  const double share = std::clamp(rates.serial_share, 1e-9, 1.0);
  const auto slow_down = [&](double part) {
    estimate.compute /= part;
    estimate.memory /= part;
  };
  if (device.type != AcceleratorType::cpu) {
    slow_down(work.is_parallel ? std::clamp(work.items * share, 1e-9, 1.0) : share);
    return;
  }
  const double alone = std::max(estimate.compute, estimate.memory) / share;
  // Sharing pays for the second thread when it takes twice as long as that needs to come.
  if (!work.is_parallel || alone <= 2 * rates.threads_nanoseconds) {
    slow_down(share);
  } else {
    estimate.launch += rates.threads_nanoseconds;
  }
}

}  // namespace

Work work_of(const KernelMetadata& kernel,
             const LaunchRange& range,
             std::uint64_t buffer_bytes) noexcept {
  Work work;
  work.items = static_cast<double>(range.items());
  const bool is_known = kernel.operations_per_item > 0 || kernel.bytes_per_item > 0;
  const double operations = is_known ? kernel.operations_per_item : kUnknownOperations;
  work.operations = work.items * operations * kOperationWeight;
  work.bytes = static_cast<double>(buffer_bytes);
  if (kernel.bytes_per_item > 0) {
    // What items read again comes from a cache; what no item reads is not moved at all.
    work.bytes = std::min(work.bytes, work.items * kernel.bytes_per_item);
  }
  work.is_parallel = kernel.is_parallel;
  work.is_float64 = computes_in_float64(kernel);
  return work;
}

Work work_of(const WorkloadCharacteristics& characteristics) noexcept {
  constexpr std::array<double, 5> kOperationsPerByte{0.3, 3, 30, 300, 3000};
  constexpr std::array<double, 5> kItems{1, 30, 1e3, 1e5, 1e7};
  const auto intensity = static_cast<std::size_t>(characteristics.compute_intensity);
  const auto level = static_cast<std::size_t>(characteristics.parallelism_potential);
  Work work;
  work.items = kItems[level];
  work.bytes = static_cast<double>(characteristics.data_size);
  work.operations = work.bytes * kOperationsPerByte[intensity];
  if (characteristics.memory_intensive) {
    work.operations = std::min(work.operations, work.bytes);
  }
  work.is_parallel = characteristics.parallelism_potential != ParallelismLevel::none;
  return work;
}

extension::CostEstimate estimate(const extension::SelectionCandidate& candidate,
                                 const DeviceRates& rates,
                                 const Work& work) noexcept {
  extension::CostEstimate cost;
  cost.queue = std::max(candidate.queued_nanoseconds, 0.0);
  cost.launch = rates.launch_nanoseconds;
  cost.transfer_in = transfer(rates, candidate.bytes_in, rates.in_bytes_per_nanosecond);
  cost.transfer_out = transfer(rates, candidate.bytes_out, rates.out_bytes_per_nanosecond);
  cost.compute = over(work.operations, work.is_float64 ? rates.float64_operations_per_nanosecond
                                                       : rates.float32_operations_per_nanosecond);
  cost.memory =
      over(work.bytes, work.bytes <= DeviceRates::kCachedBytes ? rates.cache_bytes_per_nanosecond
                                                               : rates.memory_bytes_per_nanosecond);
  cost.is_measured = rates.is_measured;
  use_part(cost, *candidate.device, rates, work);
  return cost;
}

DeviceRates prior_rates(const backend::DeviceInfo& device) noexcept {
  const double units = std::max<double>(device.compute_units, 1);
  const bool is_cpu = device.type == AcceleratorType::cpu;
  DeviceRates rates;
  if (is_cpu || device.is_software) {
    // A processor of the last ten years, and for one behind another interface half of that.
    const double part = is_cpu ? 1 : 0.5;
    rates.launch_nanoseconds = is_cpu ? 100 : 50'000;
    rates.memory_bytes_per_nanosecond = part * 10;
    rates.cache_bytes_per_nanosecond = part * 20 * units;
    rates.float32_operations_per_nanosecond = part * 8 * units;
    rates.float64_operations_per_nanosecond = part * 4 * units;
    rates.serial_share = 1 / units;
    rates.threads_nanoseconds = is_cpu ? 10'000 : 0;
  } else {
    // A small graphics processor.
    rates.launch_nanoseconds = 30'000;
    rates.memory_bytes_per_nanosecond = 50;
    rates.cache_bytes_per_nanosecond = 50;
    rates.float32_operations_per_nanosecond = 500;
    rates.float64_operations_per_nanosecond = 500.0 / 32;
    rates.serial_share = 1e-4;
  }
  if (!device.host_memory) {
    rates.copy_nanoseconds = 20'000;
    rates.in_bytes_per_nanosecond = 3;
    rates.out_bytes_per_nanosecond = 3;
  }
  return rates;
}

}  // namespace dotcompute::core
