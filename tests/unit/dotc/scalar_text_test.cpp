// SPDX-License-Identifier: Apache-2.0
#include "scalar_text.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

template <class T>
T parse(std::string_view text) {
  const ScalarValue scalar = parse_scalar(text, type_id_of<T>.element());
  T value{};
  std::memcpy(&value, scalar.bytes.data(), sizeof(T));
  return value;
}

std::string refusal(std::string_view text, ElementType type) {
  return refusal_of([&] { (void)parse_scalar(text, type); });
}

TEST(ParseScalar, ReadsEveryType) {
  EXPECT_EQ(parse<bool>("true"), true);
  EXPECT_EQ(parse<bool>("0"), false);
  EXPECT_EQ(parse<std::int8_t>("-128"), -128);
  EXPECT_EQ(parse<std::uint8_t>("255"), 255);
  EXPECT_EQ(parse<std::int16_t>("-32768"), -32768);
  EXPECT_EQ(parse<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse<std::int32_t>("+7"), 7);
  EXPECT_EQ(parse<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_EQ(parse<std::int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parse<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse<half>("-2.5").bits, 0xC100);
  EXPECT_EQ(parse<float>("2.5e-3"), 2.5e-3F);
  EXPECT_EQ(parse<double>("0.1"), 0.1);
  EXPECT_TRUE(std::isinf(parse<float>("inf")));
}

TEST(ParseScalar, RefusesWhatIsOutOfRangeAndTellsTheRange) {
  EXPECT_EQ(refusal("256", ElementType::uint8), "expected an integer from 0 to 255, got '256'");
  EXPECT_NE(refusal("-1", ElementType::uint64), "");
  EXPECT_NE(refusal("9223372036854775808", ElementType::int64), "");
  EXPECT_NE(refusal("1e39", ElementType::float32), "");
  EXPECT_NE(refusal("65520", ElementType::float16), "");
}

TEST(ParseScalar, RefusesWhatIsNoNumber) {
  for (const std::string text : {"", "x", "1x", " 1", "+-1", "++1", "1,5", "0x10", "true"}) {
    EXPECT_THAT(refusal(text, ElementType::int32), HasSubstr("got '" + text + "'"));
  }
  EXPECT_NE(refusal("1.5", ElementType::int32), "");
  EXPECT_NE(refusal("yes", ElementType::boolean), "");
}

TEST(ToHalf, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(to_half(0.0).bits, 0x0000);
  EXPECT_EQ(to_half(-0.0).bits, 0x8000);
  EXPECT_EQ(to_half(1.0).bits, 0x3C00);
  EXPECT_EQ(to_half(65504.0).bits, 0x7BFF);
  EXPECT_EQ(to_half(65519.0).bits, 0x7BFF);
  EXPECT_EQ(to_half(65520.0).bits, 0x7C00);
  EXPECT_EQ(to_half(1.0 + 0x1p-11).bits, 0x3C00);      // a tie, down to even
  EXPECT_EQ(to_half(1.0 + 3 * 0x1p-11).bits, 0x3C02);  // a tie, up to even
  EXPECT_EQ(to_half(2.0 - 0x1p-12).bits, 0x4000);      // carries into the exponent
  EXPECT_EQ(to_half(0x1p-24).bits, 0x0001);            // the least
  EXPECT_EQ(to_half(0x1p-25).bits, 0x0000);            // a tie, down to zero
  EXPECT_EQ(to_half(0x1p-14 - 0x1p-26).bits, 0x0400);  // carries into the normal range
  EXPECT_EQ(to_half(NAN).bits & 0x7FFFU, 0x7E00U);
}

TEST(ToHalf, GivesEveryValueOfBinary16Back) {
  for (std::uint32_t bits = 0; bits < 0x7C00; ++bits) {
    const int exponent = static_cast<int>(bits >> 10U);
    const double fraction = static_cast<double>(bits & 0x3FFU) / 1024.0;
    const double value =
        exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0 + fraction, exponent - 15);

    EXPECT_EQ(to_half(value).bits, bits);
    EXPECT_EQ(to_half(-value).bits, bits | 0x8000U);
  }
}

}  // namespace
}  // namespace dotcompute::dotc
