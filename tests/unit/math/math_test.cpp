// SPDX-License-Identifier: Apache-2.0
// The mathematics of generated code against the C library in a wider type: special values and a
// sample of each function, for each instruction set of this machine. benchmarks/math_accuracy does
// all floats.
#include "ulp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute::math_test {
namespace {

constexpr double kMostUlps = 4;

template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{0,
                        Limits::denorm_min(),
                        Limits::min(),
                        std::nextafter(Limits::min(), T{0}),
                        Limits::epsilon(),
                        Limits::max(),
                        Limits::infinity(),
                        Limits::quiet_NaN(),
                        T(0.25),
                        T(0.5),
                        std::nextafter(T(0.5), T{0}),
                        T(0.75),
                        1,
                        std::nextafter(T{1}, T{0}),
                        std::nextafter(T{1}, T{2}),
                        T(1.5),
                        2,
                        T(2.5),
                        3,
                        10,
                        T(88.722839),
                        T(88.722847),
                        T(103.97208),
                        T(128),
                        T(149.5),
                        T(709.78271289338397),
                        T(745.13321910194110),
                        T(8388607.5),
                        T(8388608),
                        T(16777217),
                        T(1e15),
                        T(3.14159265358979),
                        T(1.5707963267948966)};
  const std::size_t count = values.size();
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(-values[i]);
  }
  return values;
}

std::vector<float> sample_of_floats() {
  std::vector<float> sample = special_values<float>();
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32U); bits += 30011) {
    sample.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  return sample;
}

std::vector<double> sample_of_doubles() {
  std::vector<double> sample = special_values<double>();
  std::uint64_t bits = 0;
  for (int i = 0; i < 60'000; ++i) {
    bits += 0x0000'4D3A'1B2C'5E6FU * 17;
    sample.push_back(std::bit_cast<double>(bits));
    sample.push_back(static_cast<double>(i - 30'000) * 0.0237);
  }
  return sample;
}

template <class Functions, class T>
void expect_close(const std::string& set, const Functions& function, const std::vector<T>& x) {
  std::vector<T> result(x.size());
  function.run(x.data(), result.data(), x.size());
  double worst = 0;
  T at = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double ulps = ulps_between(result[i], function.exact(x[i]));
    if (ulps > worst) {
      worst = ulps;
      at = x[i];
    }
  }
  EXPECT_LE(worst, kMostUlps) << set << " " << function.name << " at " << at;
}

// R2.4
TEST(GeneratedMathTest, FunctionsOfFloatAreWithin4Ulps) {
  const auto sample = sample_of_floats();
  for (const auto& [set, functions] : usable_functions()) {
    for (std::size_t i = 0; i < functions->of_float_count; ++i) {
      expect_close(set, functions->of_float[i], sample);
    }
  }
}

// R2.4
TEST(GeneratedMathTest, FunctionsOfDoubleAreWithin4Ulps) {
  const auto sample = sample_of_doubles();
  for (const auto& [set, functions] : usable_functions()) {
    for (std::size_t i = 0; i < functions->of_double_count; ++i) {
      expect_close(set, functions->of_double[i], sample);
    }
  }
}

// R2.4
TEST(GeneratedMathTest, FunctionsOfTwoFloatsAreWithin4Ulps) {
  std::vector<float> values = special_values<float>();
  for (int i = 1; i < 400; ++i) {
    values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(i) * 10'737'419U));
  }
  std::vector<float> x;
  std::vector<float> y;
  for (const float a : values) {
    for (const float b : values) {
      x.push_back(a);
      y.push_back(b);
    }
  }
  std::vector<float> result(x.size());
  for (const auto& [set, functions] : usable_functions()) {
    for (std::size_t k = 0; k < functions->of_two_floats_count; ++k) {
      const auto& function = functions->of_two_floats[k];
      function.run(x.data(), y.data(), result.data(), x.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double ulps = ulps_between(result[i], function.exact(x[i], y[i]));
        ASSERT_LE(ulps, kMostUlps) << set << " " << function.name << "(" << x[i] << ", " << y[i]
                                   << ") gives " << result[i];
      }
    }
  }
}

}  // namespace
}  // namespace dotcompute::math_test
