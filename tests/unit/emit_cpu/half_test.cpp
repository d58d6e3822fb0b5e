// SPDX-License-Identifier: Apache-2.0
// Conversions of 16-bit numbers in generated code, against those of the interpreter.
#include "dotcompute/generated/half.hpp"

#include "kir/scalar.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dotcompute::generated {
namespace {

constexpr std::uint32_t kCount = 0x10000;

// R2.4
TEST(GeneratedHalfTest, IsTheFloatThatItsBitsSay) {
  for (std::uint32_t bits = 0; bits < kCount; ++bits) {
    const half value = half_of_bits(static_cast<std::uint16_t>(bits));
    const auto expected = static_cast<float>(kir::half_value(static_cast<std::uint16_t>(bits)));

    const auto got = static_cast<float>(value);

    ASSERT_TRUE(got == expected ? std::signbit(got) == std::signbit(expected)
                                : std::isnan(got) && std::isnan(expected))
        << bits << ": " << got << " and " << expected;
  }
}

// R2.4
TEST(GeneratedHalfTest, IsTheNearestToAFloatOrDoubleAndOfTwoTheEvenOne) {
  for (std::uint32_t bits = 0; bits < 0x7C00; ++bits) {
    const double low = kir::half_value(static_cast<std::uint16_t>(bits));
    const double high = bits == 0x7BFF ? 65536.0  // infinity begins between the two
                                       : kir::half_value(static_cast<std::uint16_t>(bits + 1));
    const double middle = (low + high) / 2;
    for (const double size : {low, middle, std::nextafter(middle, 0.0),
                              std::nextafter(middle, std::numeric_limits<double>::infinity())}) {
      for (const double value : {size, -size}) {
        const auto single = static_cast<float>(value);
        ASSERT_EQ(half(value).bits, kir::half_from(value)) << value;
        ASSERT_EQ(half(single).bits, kir::half_from(static_cast<double>(single))) << value;
      }
    }
  }
}

// R2.4
TEST(GeneratedHalfTest, IsInfiniteBeyondItsRangeAndNotANumberOfNone) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();

  EXPECT_EQ(half(1e300).bits, 0x7C00);
  EXPECT_EQ(half(-kInfinite).bits, 0xFC00);
  EXPECT_EQ(half(1e-300).bits, 0);
  EXPECT_EQ(half(std::int64_t{1} << 62U).bits, 0x7C00);
  EXPECT_TRUE(is_nan(half(std::nan(""))));
  EXPECT_TRUE(is_nan(half(std::nanf(""))));
  EXPECT_TRUE(is_inf(half(-kInfinite)));
}

}  // namespace
}  // namespace dotcompute::generated
