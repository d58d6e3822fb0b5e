// SPDX-License-Identifier: Apache-2.0
#include "memory/byte_ranges.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace dotcompute::core {
namespace {

std::vector<ByteRange> runs_of(const ByteRangeSet& set) {
  return {set.runs().begin(), set.runs().end()};
}

void add(ByteRangeSet& set, ByteRange range) {
  ASSERT_TRUE(set.reserve(1).ok());
  set.add(range);
}

// R6.1
TEST(ByteRangeSet, JoinsRunsThatTouchOrOverlap) {
  ByteRangeSet set;
  add(set, {0, 10});
  add(set, {20, 30});
  add(set, {40, 50});

  add(set, {10, 20});

  EXPECT_EQ(runs_of(set), (std::vector<ByteRange>{{0, 30}, {40, 50}}));
}

// R6.1
TEST(ByteRangeSet, SplitsARunThatLosesItsMiddle) {
  ByteRangeSet set;
  add(set, {0, 100});

  set.remove({30, 60});

  EXPECT_EQ(runs_of(set), (std::vector<ByteRange>{{0, 30}, {60, 100}}));
}

TEST(ByteRangeSet, HasOffsetsAboveFourGibibytes) {
  constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;
  ByteRangeSet set;

  add(set, {5 * kGib, 9 * kGib});

  EXPECT_EQ(set.run_end(6 * kGib), 9 * kGib);
  EXPECT_EQ(set.bytes_in({0, 8 * kGib}), 3 * kGib);
}

// R6.1
TEST(ByteRangeSet, AgreesWithAListOfBitsWhateverIsDone) {
  constexpr std::uint64_t kBytes = 64;
  std::mt19937_64 random(20260101);
  ByteRangeSet set;
  std::array<bool, kBytes + 1> bits{};
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t begin = random() % kBytes;
    const ByteRange range{begin, begin + random() % (kBytes - begin + 1)};
    const bool adds = random() % 2 == 0;
    ASSERT_TRUE(set.reserve(1).ok());
    adds ? set.add(range) : set.remove(range);
    std::fill(bits.begin() + static_cast<std::ptrdiff_t>(range.begin),
              bits.begin() + static_cast<std::ptrdiff_t>(range.end), adds);

    std::uint64_t runs = 0;
    for (std::uint64_t position = 0; position < kBytes; ++position) {
      ASSERT_EQ(set.run_end(position) > position, bits[position]) << step;
      ASSERT_EQ(set.next(position, kBytes) == position, bits[position]) << step;
      runs += bits[position] && !bits[position + 1] ? 1U : 0U;
    }
    ASSERT_EQ(set.runs().size(), runs) << step;
    const auto first = bits.begin() + static_cast<std::ptrdiff_t>(range.begin);
    ASSERT_EQ(set.bytes_in({range.begin, kBytes}),
              static_cast<std::uint64_t>(std::count(first, bits.end(), true)))
        << step;
  }
}

}  // namespace
}  // namespace dotcompute::core
