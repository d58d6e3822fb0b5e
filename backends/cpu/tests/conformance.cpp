// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"

#include "dotcompute/backend/backend.hpp"

#include <cstdint>

namespace dotcompute::cpu {
backend::Backend& connect() noexcept;
}

namespace {

using dotcompute::conformance::DeviceUnderTest;

DeviceUnderTest device_of(std::string name, std::uint32_t threads) {
  const auto open = [threads]() -> std::unique_ptr<dotcompute::backend::Device> {
    auto device = dotcompute::cpu::connect().open(0, {.cpu_threads = threads});
    return device.ok() ? std::move(*device) : nullptr;
  };
  return {.name = std::move(name), .open = open, .runs_host_functions = true};
}

}  // namespace

std::vector<DeviceUnderTest> dotcompute::conformance::devices_under_test() {
  return {device_of("cpu", 0), device_of("cpu_of_one_thread", 1),
          device_of("cpu_of_four_threads", 4)};
}
