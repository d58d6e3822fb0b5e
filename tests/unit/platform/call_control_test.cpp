// SPDX-License-Identifier: Apache-2.0
#include "support/code_of.hpp"

#include "dotcompute/backend/requests.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>

namespace dotcompute::backend {
namespace {

// R1.6
TEST(CallControl, LetsACallGoOnThatNobodyStops) {
  const std::stop_source source;

  EXPECT_TRUE(CallControl{.stop = source.get_token()}.check().ok());
}

// R1.6
TEST(CallControl, SaysCancelledOnceAStopIsRequested) {
  std::stop_source source;
  const CallControl control{.stop = source.get_token()};

  source.request_stop();

  EXPECT_EQ(code_of(control.check()), ErrorCode::cancelled);
}

// R1.7
TEST(CallControl, SaysThatAPastDeadlineIsExceeded) {
  const CallControl control{.deadline = std::chrono::steady_clock::now()};

  EXPECT_EQ(code_of(control.check()), ErrorCode::deadline_exceeded);
}

// R1.7
TEST(CallControl, LetsACallGoOnBeforeItsDeadline) {
  const CallControl control{.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1)};

  EXPECT_TRUE(control.check().ok());
}

}  // namespace
}  // namespace dotcompute::backend
