// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/fixed_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace dotcompute {
namespace {

TEST(FixedText, KeepsWhatFits) {
  FixedText<8> text("abc");
  text.append("defgh");

  EXPECT_EQ(text.view(), "abcdefgh");
}

TEST(FixedText, EndsInDotsWhereItIsCut) {
  FixedText<8> text("abcdefghi");
  EXPECT_EQ(text.view(), "abcde...");

  text.append("more");
  EXPECT_EQ(text.view(), "abcde...");
}

TEST(FixedText, WritesNumbersInTheirShortestForm) {
  FixedText<80> text;
  text.append(std::numeric_limits<std::int64_t>::min()).append(" ").append(0.1).append(" ");
  text.append(2.5F);

  EXPECT_EQ(text.view(), "-9223372036854775808 0.1 2.5");
}

}  // namespace
}  // namespace dotcompute
