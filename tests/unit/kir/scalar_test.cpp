// SPDX-License-Identifier: Apache-2.0
#include "kir/scalar.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dotcompute::kir {
namespace {

using enum ElementType;

// R2.4
TEST(ScalarTest, EveryHalfComesBackFromItsValue) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const double value = half_value(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_EQ(half_from(value), bits | 0x0200U);  // quiet, with its payload
    } else {
      ASSERT_EQ(half_from(value), bits);
    }
  }
}

// R2.4
TEST(ScalarTest, HalvesAreRoundedToNearestTiesToEven) {
  const double lowest = std::ldexp(1.0, -24);

  EXPECT_EQ(half_from(1.0 + std::ldexp(1.0, -11)), 0x3C00);      // a tie: down to even
  EXPECT_EQ(half_from(1.0 + 3 * std::ldexp(1.0, -11)), 0x3C02);  // a tie: up to even
  EXPECT_EQ(half_from(1.0 + std::ldexp(1.0, -11) + std::ldexp(1.0, -40)), 0x3C01);
  EXPECT_EQ(half_from(65519.9), 0x7BFF);
  EXPECT_EQ(half_from(65520), 0x7C00);
  EXPECT_EQ(half_from(-1e300), 0xFC00);
  EXPECT_EQ(half_from(lowest / 2), 0x0000);
  EXPECT_EQ(half_from(lowest * 0.5000001), 0x0001);
  EXPECT_EQ(half_from(lowest * 1023.5), 0x0400);  // carries into the normal numbers
  EXPECT_EQ(half_from(-0.0), 0x8000);
  EXPECT_EQ(half_from(std::numeric_limits<double>::denorm_min()), 0x0000);
}

// R2.4
TEST(ScalarTest, BitsAreExtendedByTheSignOfTheType) {
  EXPECT_EQ(canonical_bits(int8, 0x1FF), 0xFFFFFFFFFFFFFFFF);
  EXPECT_EQ(canonical_bits(uint8, 0x1FF), 0xFFU);
  EXPECT_EQ(canonical_bits(int16, 0x8000), 0xFFFFFFFFFFFF8000);
  EXPECT_EQ(canonical_bits(uint16, 0xFFFF8000), 0x8000U);
  EXPECT_EQ(canonical_bits(int32, 0x80000000), 0xFFFFFFFF80000000);
  EXPECT_EQ(canonical_bits(uint32, 0x180000000), 0x80000000U);
  EXPECT_EQ(canonical_bits(boolean, 3), 1U);
  EXPECT_EQ(canonical_bits(float32, 0xFFFFFFFFBF800000), 0xBF800000U);
}

}  // namespace
}  // namespace dotcompute::kir
