// SPDX-License-Identifier: Apache-2.0
#include "platform/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace dotcompute::core {
namespace {

TEST(Clock, MeasuresASpanAsTheSteadyClockDoes) {
  using Steady = std::chrono::steady_clock;
  const auto outer_begin = Steady::now();
  const Ticks begin = ticks_now();
  const auto inner_begin = Steady::now();
  auto inner_end = inner_begin;
  while (inner_end - inner_begin < std::chrono::milliseconds(2)) {
    inner_end = Steady::now();
  }

  const double measured = nanoseconds_since(begin);

  const auto outer_end = Steady::now();
  const auto nanoseconds = [](Steady::duration span) {
    return std::chrono::duration<double, std::nano>(span).count();
  };
  EXPECT_GE(measured, 0.95 * nanoseconds(inner_end - inner_begin));
  EXPECT_LE(measured, 1.05 * nanoseconds(outer_end - outer_begin));
}

TEST(Clock, TakesACounterThatWentBackwardsForNoTime) {
  EXPECT_EQ(nanoseconds_since(ticks_now() + (Ticks{1} << 40U)), 0.0);
}

}  // namespace
}  // namespace dotcompute::core
