// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"

#include "dotcompute/backend/backend.hpp"

namespace dotcompute::interpreter {
backend::Backend& connect() noexcept;
}

std::vector<dotcompute::conformance::DeviceUnderTest>
dotcompute::conformance::devices_under_test() {
  const auto open = []() -> std::unique_ptr<backend::Device> {
    auto device = interpreter::connect().open(0, {});
    return device.ok() ? std::move(*device) : nullptr;
  };
  return {{.name = "interpreter", .open = open, .runs_host_functions = false}};
}
