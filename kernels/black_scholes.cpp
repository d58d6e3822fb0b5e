// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace {

/// The cumulative normal distribution, to 7.5e-8.
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, formula 26.2.17.
DC_DEVICE float normal_below(float x) {
  const float distance = std::fabs(x);
  const float t = 1.0F / (1.0F + 0.2316419F * distance);
  const float polynomial =
      t * (0.319381530F +
           t * (-0.356563782F + t * (1.781477937F + t * (-1.821255978F + t * 1.330274429F))));
  constexpr float kOneOverRootTwoPi = 0.39894228F;
  const float tail = kOneOverRootTwoPi * std::exp(-0.5F * distance * distance) * polynomial;
  return x < 0 ? tail : 1.0F - tail;
}

}  // namespace

/// Prices of European options on a share without dividend; `rate` is continuously compounded.
/// Source: Hull, Options, Futures and Other Derivatives, the Black-Scholes-Merton formulas.
DC_KERNEL void black_scholes(std::span<const float> spot,
                             std::span<const float> strike,
                             std::span<const float> years,
                             float rate,
                             float volatility,
                             std::span<float> call,
                             std::span<float> put) {
  const std::size_t i = dc::global_id();
  if (i >= call.size()) {
    return;
  }
  const float deviation = volatility * std::sqrt(years[i]);
  const float d1 =
      (std::log(spot[i] / strike[i]) + (rate + 0.5F * volatility * volatility) * years[i]) /
      deviation;
  const float d2 = d1 - deviation;
  const float discounted_strike = strike[i] * std::exp(-rate * years[i]);
  call[i] = spot[i] * normal_below(d1) - discounted_strike * normal_below(d2);
  put[i] = discounted_strike * normal_below(-d2) - spot[i] * normal_below(-d1);
}
