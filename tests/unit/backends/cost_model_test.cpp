// SPDX-License-Identifier: Apache-2.0
#include "cpu/cost_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace dotcompute::cpu {
namespace {

// R4.3
TEST(CostModel, KnowsNothingBeforeTheFirstMeasurement) {
  const CostModel cost;

  EXPECT_TRUE(std::isinf(cost.measured_nanoseconds(1000)));
  EXPECT_TRUE(std::isinf(cost.expected_nanoseconds(1000)));
}

TEST(CostModel, ExpectsOfTheSameSizeWhatWasMeasured) {
  CostModel cost;

  cost.record(1000, 5000);

  EXPECT_NEAR(cost.measured_nanoseconds(1000), 5000, 1);
  EXPECT_NEAR(cost.expected_nanoseconds(1000), 5000, 1);
}

TEST(CostModel, ExpectsOfAnotherSizeInProportionWithoutCallingItMeasured) {
  CostModel cost;

  cost.record(1000, 5000);

  EXPECT_NEAR(cost.expected_nanoseconds(100'000), 500'000, 100);
  EXPECT_NEAR(cost.expected_nanoseconds(10), 50, 0.1);
  EXPECT_TRUE(std::isinf(cost.measured_nanoseconds(100'000)));
}

TEST(CostModel, KeepsWhatSmallAndLargeLaunchesTakeAnItemApart) {
  CostModel cost;

  cost.record(1, 20);
  cost.record(1'000'000, 300'000);

  EXPECT_NEAR(cost.measured_nanoseconds(1), 20, 0.1);
  EXPECT_NEAR(cost.measured_nanoseconds(1'000'000), 300'000, 100);
}

TEST(CostModel, IsNotCarriedAwayByOneOutlier) {
  CostModel cost;
  cost.record(1000, 1000);

  cost.record(1000, 4e6);

  EXPECT_LT(cost.measured_nanoseconds(1000), 2000);
}

TEST(CostModel, FollowsACostThatStaysChanged) {
  CostModel cost;
  cost.record(1000, 1000);
  for (int launch = 0; launch < 40; ++launch) {
    cost.record(1000, 50'000);
  }
  EXPECT_NEAR(cost.measured_nanoseconds(1000), 50'000, 1000);

  for (int launch = 0; launch < 20; ++launch) {
    cost.record(1000, 0);
  }
  EXPECT_NEAR(cost.measured_nanoseconds(1000), 0, 10);
}

TEST(CostModel, GrowsAgainFromNothing) {
  CostModel cost;
  cost.record(1000, 0);

  for (int launch = 0; launch < 60; ++launch) {
    cost.record(1000, 50'000);
  }

  EXPECT_NEAR(cost.measured_nanoseconds(1000), 50'000, 1000);
}

}  // namespace
}  // namespace dotcompute::cpu
