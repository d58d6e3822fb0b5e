// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace dotcompute {
namespace {

class ReductionsTest : public PackTest {
 protected:
  static long double exact_sum(const std::vector<float>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0L);
  }
};

TEST_F(ReductionsTest, SumInTwoPassesIsTheSumAtEverySize) {
  for (const std::size_t size : kSizes) {
    const auto x = values(size);

    const auto partials = orchestrator().execute<std::vector<double>>(kernels::kPartialSums, x);
    const auto sum = orchestrator().execute<double>(kernels::kSumPartials, partials);

    EXPECT_EQ(partials.size(), (size + 4095) / 4096);
    EXPECT_NEAR(sum, static_cast<double>(exact_sum(x)), 1e-9 * static_cast<double>(size));
  }
}

TEST_F(ReductionsTest, SumInOnePassIsTheSumAtEverySize) {
  for (const std::size_t size : kSizes) {
    const auto x = values(size);

    EXPECT_NEAR(orchestrator().execute<double>(kernels::kSum, x), static_cast<double>(exact_sum(x)),
                1e-9 * static_cast<double>(size));
  }
}

TEST_F(ReductionsTest, SumLosesNothingThatFloatWouldLose) {
  std::vector<float> x(100'000, 1.0F);
  x[0] = 1e8F;

  EXPECT_EQ(orchestrator().execute<double>(kernels::kSum, x), 1e8 + 99'999);
}

TEST_F(ReductionsTest, MeanIsTheSameInOnePassAndInTwo) {
  for (const std::size_t size : kSizes) {
    const auto x = values(size, 5, 6);
    const double expected = static_cast<double>(exact_sum(x)) / static_cast<double>(size);

    const auto partials = orchestrator().execute<std::vector<double>>(kernels::kPartialSums, x);

    EXPECT_NEAR(orchestrator().execute<double>(kernels::kMean, x), expected, 1e-12);
    EXPECT_NEAR(
        orchestrator().execute<double>(kernels::kMeanPartials, partials, std::uint64_t{size}),
        expected, 1e-12);
  }
}

TEST_F(ReductionsTest, MinAndMaxAreTheSameInOnePassAndInTwo) {
  for (const std::size_t size : kSizes) {
    const auto x = values(size);
    const auto [least, greatest] = std::ranges::minmax(x);

    const auto minima = orchestrator().execute<std::vector<float>>(kernels::kPartialMinima, x);
    const auto maxima = orchestrator().execute<std::vector<float>>(kernels::kPartialMaxima, x);

    EXPECT_EQ(orchestrator().execute<float>(kernels::kMin, x), least);
    EXPECT_EQ(orchestrator().execute<float>(kernels::kMax, x), greatest);
    EXPECT_EQ(orchestrator().execute<float>(kernels::kMinPartials, minima), least);
    EXPECT_EQ(orchestrator().execute<float>(kernels::kMaxPartials, maxima), greatest);
  }
}

TEST_F(ReductionsTest, MinAndMaxFindTheirValueAtEveryPlace) {
  constexpr std::size_t kSize = 19;  // two full rows of lanes and a tail
  for (std::size_t place = 0; place < kSize; ++place) {
    std::vector<float> x(kSize, 0.0F);
    x[place] = -1.0F;
    EXPECT_EQ(orchestrator().execute<float>(kernels::kMin, x), -1.0F) << place;
    x[place] = 1.0F;
    EXPECT_EQ(orchestrator().execute<float>(kernels::kMax, x), 1.0F) << place;
  }
}

TEST_F(ReductionsTest, ANanAnywhereIsTheMinAndTheMax) {
  constexpr std::size_t kSize = 19;
  for (std::size_t place = 0; place < kSize; ++place) {
    std::vector<float> x(kSize, 1.0F);
    x[place] = std::numeric_limits<float>::quiet_NaN();

    EXPECT_TRUE(std::isnan(orchestrator().execute<float>(kernels::kMin, x))) << place;
    EXPECT_TRUE(std::isnan(orchestrator().execute<float>(kernels::kMax, x))) << place;
  }
}

}  // namespace
}  // namespace dotcompute
