// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace dotcompute::conformance {

/// How to open one device under test, and what cannot be asked of the device itself.
struct DeviceUnderTest {
  std::string name;
  std::function<std::unique_ptr<backend::Device>()> open;  ///< Null result: not on this machine.
  bool runs_host_functions = false;  ///< Its launches call SourceLanguage::host_function.
};

/// Defined once per back end, in backends/<name>/tests/conformance.cpp.
std::vector<DeviceUnderTest> devices_under_test();

/// A test that runs on every device of the back end it is linked with.
class DeviceTest : public testing::TestWithParam<DeviceUnderTest> {
 protected:
  void SetUp() override {
    device_ = GetParam().open();
    if (device_ == nullptr) {
      GTEST_SKIP() << GetParam().name << " is not on this machine";
    }
  }

  /// Waits for work that was queued; false if it failed or takes longer than any test may.
  [[nodiscard]] bool finishes(const Result<backend::Completion>& queued) const {
    if (!queued.ok()) {
      return false;
    }
    const Result<bool> waited = device_->wait(*queued, std::chrono::minutes(1));
    return waited.ok() && *waited;
  }

  std::unique_ptr<backend::Device> device_;
};

/// A test that needs bodies to run.
class RunningDeviceTest : public DeviceTest {
 protected:
  void SetUp() override {
    if (!GetParam().runs_host_functions) {
      GTEST_SKIP() << GetParam().name << " runs no functions of the host";
    }
    DeviceTest::SetUp();
  }
};

inline void PrintTo(const DeviceUnderTest& device, std::ostream* out) {
  *out << device.name;
}

}  // namespace dotcompute::conformance

/// Runs the tests of `suite` (a DeviceTest) on every device.
#define DC_CONFORMANCE_SUITE(suite)                                                            \
  INSTANTIATE_TEST_SUITE_P(AllDevices, suite,                                                  \
                           testing::ValuesIn(::dotcompute::conformance::devices_under_test()), \
                           [](const auto& device) { return device.param.name; })
