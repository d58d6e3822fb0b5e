// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <cmath>
#include <cstdint>

namespace dotcompute::kernels {
namespace {

/// The cumulative normal distribution, to 7.5e-8.
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, formula 26.2.17.
float normal_below(float x) {
  const float distance = std::fabs(x);
  const float t = 1.0F / (1.0F + 0.2316419F * distance);
  const float polynomial =
      t * (0.319381530F +
           t * (-0.356563782F + t * (1.781477937F + t * (-1.821255978F + t * 1.330274429F))));
  constexpr float kOneOverRootTwoPi = 0.39894228F;
  const float tail = kOneOverRootTwoPi * std::exp(-0.5F * distance * distance) * polynomial;
  return x < 0 ? tail : 1.0F - tail;
}

/// Prices of European options on a share without dividend; `rate` is continuously compounded.
/// Source: Hull, Options, Futures and Other Derivatives, the Black-Scholes-Merton formulas.
void black_scholes(const ItemRange& items,
                   in<float> spot,
                   in<float> strike,
                   in<float> years,
                   float rate,
                   float volatility,
                   out<float> call,
                   out<float> put) {
  const ItemRange range = inside(items, call);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    const float deviation = volatility * std::sqrt(years[i]);
    const float d1 =
        (std::log(spot[i] / strike[i]) + (rate + 0.5F * volatility * volatility) * years[i]) /
        deviation;
    const float d2 = d1 - deviation;
    const float discounted_strike = strike[i] * std::exp(-rate * years[i]);
    call[i] = spot[i] * normal_below(d1) - discounted_strike * normal_below(d2);
    put[i] = discounted_strike * normal_below(-d2) - spot[i] * normal_below(-d1);
  }
}

}  // namespace

void add_black_scholes(KernelModule& module) {
  module.add(
      {.name = "black_scholes",
       .parameters = {element_wise(input<float>("spot")), element_wise(input<float>("strike")),
                      element_wise(input<float>("years")), scalar<float>("rate"),
                      scalar<float>("volatility"), element_wise(output<float>("call")),
                      element_wise(output<float>("put"))},
       .file = "kernels/black_scholes.cpp",
       .line = __LINE__,
       .operations_per_item = 80,  // exp, log and sqrt counted as one each
       .bytes_per_item = 20},
      &black_scholes);
}

}  // namespace dotcompute::kernels
