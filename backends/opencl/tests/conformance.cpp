// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"
#include "equipment/opencl_driver.hpp"
#include "opencl/device.hpp"

namespace {

using dotcompute::conformance::DeviceUnderTest;

// Fixed names, so that the tests are the same on every machine.
DeviceUnderTest device_of(std::string name, const char* part) {
  const auto open = [part]() -> std::unique_ptr<dotcompute::backend::Device> {
    const auto* const facts = dotcompute::equipment::find_device(part);
    if (facts == nullptr) {
      return nullptr;
    }
    auto device = dotcompute::opencl::Device::open(*dotcompute::equipment::opencl_driver().api,
                                                   *facts, dotcompute::backend::DeviceOptions{});
    return device.ok() ? *std::move(device) : nullptr;
  };
  return {.name = std::move(name), .open = open, .runs_host_functions = false};
}

}  // namespace

std::vector<DeviceUnderTest> dotcompute::conformance::devices_under_test() {
  return {device_of("pocl_basic", "basic"), device_of("pocl_pthread", "pthread"),
          device_of("rusticl_llvmpipe", "llvmpipe")};
}
