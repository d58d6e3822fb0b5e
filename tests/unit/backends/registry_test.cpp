// SPDX-License-Identifier: Apache-2.0
#include "support/code_of.hpp"

#include "dotcompute/backend/backend.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace dotcompute::backend {
namespace {

// R3.1
TEST(BackendRegistry, HasEachBackEndOnce) {
  std::set<std::string_view> names;

  for (Backend* backend : built_in()) {
    EXPECT_TRUE(names.insert(backend->name()).second) << backend->name();
  }

  EXPECT_TRUE(names.contains("cpu"));
}

// R3.1
TEST(BackendRegistry, OpensEveryDeviceThatABackEndSeesWithTheFactsItTold) {
  for (Backend* backend : built_in()) {
    const auto devices = backend->enumerate();
    if (!devices.ok()) {
      EXPECT_EQ(devices.error().code, ErrorCode::device_unavailable) << backend->name();
      continue;
    }
    for (std::size_t index = 0; index < devices->devices.size(); ++index) {
      const auto device = backend->open(index, {});
      ASSERT_TRUE(device.ok()) << devices->devices[index].id;
      EXPECT_EQ((*device)->info().id, devices->devices[index].id);
      EXPECT_EQ((*device)->info().name, devices->devices[index].name);
    }
  }
}

// R3.1
TEST(BackendRegistry, OpensNoDeviceBeyondTheLast) {
  for (Backend* backend : built_in()) {
    const auto devices = backend->enumerate();
    if (devices.ok()) {
      EXPECT_EQ(code_of(backend->open(devices->devices.size(), {})), ErrorCode::invalid_argument)
          << backend->name();
    }
  }
}

}  // namespace
}  // namespace dotcompute::backend
