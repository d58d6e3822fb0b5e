// SPDX-License-Identifier: Apache-2.0
// What the options of memory do to the pools of a runtime.
#include "support/runtime_test.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>

namespace dotcompute {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class MemoryOptionsTest : public RuntimeTest {
 protected:
  MemoryOptionsTest()
      : RuntimeTest(
            RuntimeBuilder().options({.max_device_bytes = 4 * kMiB, .memory_decay_seconds = 60})) {}
  ~MemoryOptionsTest() override { host_memory::set_decay({}); }  // of the whole process
};

// R6.2 R12.1
TEST_F(MemoryOptionsTest, LimitWhatIsTakenFromADevice) {
  BufferPool& pool = *runtime_.memory().pool_of("test:0");
  const auto first = pool.take(3 * kMiB);

  const auto second = pool.take(2 * kMiB);

  EXPECT_TRUE(first.ok());
  EXPECT_EQ(error_of(second).code, ErrorCode::out_of_memory);
}

// R6.2 R12.1
TEST_F(MemoryOptionsTest, SayWhenKeptMemoryGoesBackToTheDevice) {
  EXPECT_EQ(runtime_.memory().pool_of("test:0")->decay_period(), std::chrono::seconds(60));
}

// R6.2 R12.1
TEST_F(MemoryOptionsTest, SayWhenKeptMemoryGoesBackToTheHost) {
  EXPECT_EQ(host_memory::decay_period(), std::chrono::seconds(60));
}

class NoMemoryOptionsTest : public RuntimeTest {};

// R12.1
TEST_F(NoMemoryOptionsTest, LeaveDevicesWithoutALimitAndTheHostAsItIs) {
  host_memory::set_decay({.period = std::chrono::seconds(7)});

  const auto other = Runtime::create();

  EXPECT_EQ(host_memory::decay_period(), std::chrono::seconds(7));
  host_memory::set_decay({});
  EXPECT_EQ(runtime_.memory().pool_of("test:0")->budget(), 0U);
  EXPECT_EQ(runtime_.memory().pool_of("test:0")->decay_period(), std::chrono::seconds(10));
}

}  // namespace
}  // namespace dotcompute
