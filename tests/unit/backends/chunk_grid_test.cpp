// SPDX-License-Identifier: Apache-2.0
#include "cpu/chunk_grid.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

namespace dotcompute::cpu {
namespace {

using Size = std::array<std::uint64_t, 3>;

std::vector<ItemRange> boxes_of(const ChunkGrid& grid) {
  std::vector<ItemRange> boxes;
  for (std::uint64_t chunk = 0; chunk < grid.count(); ++chunk) {
    boxes.push_back(grid.box(chunk));
  }
  return boxes;
}

// R3.4
TEST(ChunkGrid, CoversEveryItemOnce) {
  for (const Size& size : std::vector<Size>{{1, 1, 1},
                                            {1000, 1, 1},
                                            {64, 64, 1},
                                            {5, 7, 11},
                                            {1, 1000, 1},
                                            {130, 1, 9},
                                            {1, 1, 50}}) {
    for (const std::uint64_t wanted : {1U, 2U, 7U, 64U, 100'000U}) {
      std::vector<std::uint8_t> seen(size[0] * size[1] * size[2]);
      for (const ItemRange& box : boxes_of(ChunkGrid({size}, wanted, 8))) {
        ASSERT_GT(box.items(), 0U);
        for (std::uint64_t z = box.begin[2]; z < box.end[2]; ++z) {
          for (std::uint64_t y = box.begin[1]; y < box.end[1]; ++y) {
            for (std::uint64_t x = box.begin[0]; x < box.end[0]; ++x) {
              ++seen.at((z * size[1] + y) * size[0] + x);
            }
          }
        }
      }
      EXPECT_EQ(seen, std::vector<std::uint8_t>(seen.size(), 1)) << wanted;
    }
  }
}

// R3.4
TEST(ChunkGrid, CutsOneAxisAtMultiplesOf64Items) {
  for (const ItemRange& box : boxes_of(ChunkGrid({{100'003, 1, 1}}, 77, 8))) {
    EXPECT_EQ(box.begin[0] % 64, 0U);
  }
}

// R3.4
TEST(ChunkGrid, GivesUpTheMultiplesOf64WhereTheyLeaveTooFewBoxes) {
  EXPECT_GE(ChunkGrid({{100, 1, 1}}, 20, 8).count(), 7U);
  EXPECT_EQ(ChunkGrid({{8, 1, 1}}, 20, 8).count(), 8U);
}

// R3.4
TEST(ChunkGrid, CutsTheOutermostAxisFirst) {
  const std::vector<ItemRange> boxes = boxes_of(ChunkGrid({{640, 480, 1}}, 8, 8));

  EXPECT_EQ(boxes.size(), 8U);
  for (const ItemRange& box : boxes) {
    EXPECT_EQ(box.begin[0], 0U);
    EXPECT_EQ(box.end[0], 640U);
    EXPECT_EQ(box.end[1] - box.begin[1], 60U);
  }
}

// R3.4
TEST(ChunkGrid, CutsTheNextAxisWhereTheOutermostIsTooShort) {
  EXPECT_EQ(ChunkGrid({{6400, 10, 2}}, 8, 8).count(), 8U);
  EXPECT_EQ(ChunkGrid({{6400, 1, 2}}, 8, 8).count(), 8U);
}

// R6.6
TEST(ChunkGrid, TakesRangesBeyond32Bits) {
  const std::uint64_t items = std::uint64_t{1} << 40U;
  const ChunkGrid grid({{items, 1, 1}}, 1000, 8);

  EXPECT_EQ(grid.box(grid.count() - 1).end[0], items);
}

}  // namespace
}  // namespace dotcompute::cpu
