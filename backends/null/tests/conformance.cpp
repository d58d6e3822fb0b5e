// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"
#include "null/device.hpp"

namespace {

using dotcompute::conformance::DeviceUnderTest;

DeviceUnderTest device_of(std::string name, bool host_memory, bool runs_kernels) {
  const auto open = [=] {
    return std::make_unique<dotcompute::null::Device>(
        dotcompute::backend::DeviceInfo{.id = "null:0",
                                        .type = dotcompute::AcceleratorType::null,
                                        .name = "null",
                                        .max_allocation_bytes = std::size_t{1} << 24U,
                                        .host_memory = host_memory},
        dotcompute::null::Options{.runs_kernels = runs_kernels});
  };
  return {.name = std::move(name), .open = open, .runs_host_functions = runs_kernels};
}

}  // namespace

std::vector<DeviceUnderTest> dotcompute::conformance::devices_under_test() {
  return {device_of("null", /*host_memory=*/true, /*runs_kernels=*/false),
          device_of("null_that_runs", /*host_memory=*/true, /*runs_kernels=*/true),
          device_of("null_with_own_memory", /*host_memory=*/false, /*runs_kernels=*/true)};
}
