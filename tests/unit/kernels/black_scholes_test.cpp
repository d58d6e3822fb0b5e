// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <cmath>
#include <numbers>
#include <tuple>
#include <vector>

namespace dotcompute {
namespace {

class BlackScholesTest : public PackTest {
 protected:
  using Prices = std::tuple<std::vector<float>, std::vector<float>>;

  static double normal_below(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

  /// The price of a call in double, by the definition of the normal distribution.
  static double call_price(double spot, double strike, double years, double rate, double sigma) {
    const double d1 =
        (std::log(spot / strike) + (rate + sigma * sigma / 2) * years) / (sigma * std::sqrt(years));
    return spot * normal_below(d1) -
           strike * std::exp(-rate * years) * normal_below(d1 - sigma * std::sqrt(years));
  }
};

TEST_F(BlackScholesTest, PricesAreThoseOfTheFormulaInDouble) {
  for (const std::size_t size : kSizes) {
    const auto spot = values(size, 5, 30);
    const auto strike = values(size, 1, 100);
    const auto years = values(size, 0.25F, 10);

    const auto [call, put] =
        orchestrator().execute<Prices>(kernels::kBlackScholes, spot, strike, years, 0.02F, 0.3F);

    for (std::size_t i = 0; i < size; ++i) {
      const double expected = call_price(spot[i], strike[i], years[i], 0.02F, 0.3F);
      // Puts and calls differ by what the share is worth above the discounted strike.
      const double parity = spot[i] - strike[i] * std::exp(-0.02F * years[i]);
      ASSERT_NEAR(call[i], expected, 5e-5) << size << ' ' << i;
      ASSERT_NEAR(put[i], expected - parity, 5e-5) << size << ' ' << i;
    }
  }
}

TEST_F(BlackScholesTest, GivesTheKnownPriceOfAnOptionAtTheMoney) {
  // Computed with 30 digits: spot and strike 100, one year, 5 % interest, 20 % volatility.
  const std::vector<float> hundred{100};
  const std::vector<float> year{1};

  const auto [call, put] =
      orchestrator().execute<Prices>("black_scholes", hundred, hundred, year, 0.05F, 0.2F);

  EXPECT_NEAR(call[0], 10.450584, 1e-4);
  EXPECT_NEAR(put[0], 5.573526, 1e-4);
}

}  // namespace
}  // namespace dotcompute
