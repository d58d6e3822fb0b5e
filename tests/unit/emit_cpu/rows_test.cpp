// SPDX-License-Identifier: Apache-2.0
// How bodies take rows of items apart.
#include "dotcompute/generated/stream.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dotcompute::generated {
namespace {

struct Piece {
  bool is_interior = false;
  std::uint64_t begin = 0;
  int count = 0;

  friend bool operator==(const Piece&, const Piece&) = default;
};

constexpr std::int64_t kColumns = 1000;

// The pieces of a row whose first and last column are rims, and whose first interior element is
// `to_line` elements before the next line of the output.
std::vector<Piece> pieces_of_a_row(std::int64_t columns, std::int64_t to_line) {
  ItemRange range;
  range.end = {static_cast<std::uint64_t>(columns), 1, 1};
  std::vector<Piece> pieces;
  const auto interior_of = [&](std::int64_t, std::int64_t) {
    return Span{.begin = 1, .end = columns - 1};
  };
  run_rows(
      Box(range), interior_of, [&](std::int64_t, std::int64_t, std::int64_t) { return to_line; },
      [&](auto, auto, auto is_interior, Place at) {
        pieces.push_back({.is_interior = is_interior(), .begin = at.x, .count = at.count});
      });
  return pieces;
}

// R3.2
TEST(RowsTest, BeginTheInteriorOfALongRowAtALineOfTheOutput) {
  const std::vector<Piece> expected{{.begin = 0, .count = 6},
                                    {.is_interior = true, .begin = 6, .count = 993},
                                    {.begin = 999, .count = 1}};

  EXPECT_EQ(pieces_of_a_row(kColumns, 5), expected);
}

// R3.2
TEST(RowsTest, CutShortRowsAtTheirRimsOnly) {
  const std::vector<Piece> expected{{.begin = 0, .count = 1},
                                    {.is_interior = true, .begin = 1, .count = 98},
                                    {.begin = 99, .count = 1}};

  EXPECT_EQ(pieces_of_a_row(100, 5), expected);
}

// R3.2
TEST(RowsTest, CountTheElementsToTheNextLine) {
  struct Odd {
    unsigned char bytes[12];
  };
  alignas(64) static float line[32] = {};
  alignas(64) static Odd odd[8] = {};

  EXPECT_EQ(elements_to_line(&line[0]), 0);
  EXPECT_EQ(elements_to_line(&line[1]), 15);
  EXPECT_EQ(elements_to_line(&line[16]), 0);
  EXPECT_EQ(elements_to_line(&odd[1]), 0);  // 52 bytes are not whole elements
}

}  // namespace
}  // namespace dotcompute::generated
