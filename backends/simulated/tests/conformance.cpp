// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"
#include "null/device.hpp"
#include "simulated/backend.hpp"

#include "dotcompute/backend/backend.hpp"

#include <memory>
#include <string>

namespace {

using dotcompute::conformance::DeviceUnderTest;
namespace simulated = dotcompute::simulated;

DeviceUnderTest device_of(std::string name, const std::string& description) {
  const auto open = [description]() -> std::unique_ptr<dotcompute::backend::Device> {
    const auto known = dotcompute::backend::built_in();
    auto backend = simulated::make_backend(
        description, {.inner = {known.begin(), known.end()},
                      .clock = std::make_shared<dotcompute::core::VirtualClock>()});
    if (!backend.ok() || !(*backend)->enumerate().ok()) {
      return nullptr;
    }
    auto device = (*backend)->open(0, {.cpu_threads = 4});
    return device.ok() ? std::move(*device) : nullptr;
  };
  return {.name = std::move(name), .open = open, .runs_host_functions = true};
}

// Round a device whose handles are no addresses.
DeviceUnderTest round_own_memory() {
  const auto open = [] {
    auto inner = std::make_unique<dotcompute::null::Device>(
        dotcompute::backend::DeviceInfo{.id = "null:0",
                                        .type = dotcompute::AcceleratorType::null,
                                        .name = "null",
                                        .max_allocation_bytes = std::size_t{1} << 24U,
                                        .host_memory = false},
        dotcompute::null::Options{.runs_kernels = true});
    return std::make_unique<simulated::Device>(
        std::move(inner),
        simulated::Parts{.clock = std::make_shared<dotcompute::core::VirtualClock>()});
  };
  return {.name = "simulated_round_own_memory", .open = open, .runs_host_functions = true};
}

}  // namespace

std::vector<DeviceUnderTest> dotcompute::conformance::devices_under_test() {
  return {device_of("simulated", "latency=20us,in=12GB/s,out=12GB/s,speed=8,memory=4GiB"),
          device_of("simulated_with_one_engine", "in=1GB/s,out=1GB/s,engines=0"),
          round_own_memory()};
}
