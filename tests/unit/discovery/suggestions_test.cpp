// SPDX-License-Identifier: Apache-2.0
#include "discovery/suggestions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

/// The whole table, as textbooks have it.
std::size_t distance_by_definition(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1,
                              table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

rc::Gen<std::string> names() {
  return rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c', 'q'));
}

// R2.7
TEST(Suggestions, CountALetterPutInLeftOutChangedOrSwapped) {
  EXPECT_EQ(edit_distance("saxpy", "saxpy", 3), 0U);
  EXPECT_EQ(edit_distance("saxpy", "saxppy", 3), 1U);
  EXPECT_EQ(edit_distance("saxpy", "sapy", 3), 1U);
  EXPECT_EQ(edit_distance("saxpy", "daxpy", 3), 1U);
  EXPECT_EQ(edit_distance("saxpy", "sapxy", 3), 1U);
  EXPECT_EQ(edit_distance("saxpy", "matmul", 3), 4U);
}

// R2.7
TEST(Suggestions, DistanceIsThatOfTheDefinitionUpToTheLimit) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *names();
    const std::string b = *names();
    const std::size_t limit = *rc::gen::inRange<std::size_t>(0, 12);
    RC_ASSERT(edit_distance(a, b, limit) == std::min(distance_by_definition(a, b), limit + 1));
  }));
}

// R2.7
TEST(Suggestions, SketchesNeverHideANearName) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *names();
    const std::string b = *names();
    RC_ASSERT(least_distance(sketch_of(a), sketch_of(b)) <= distance_by_definition(a, b));
  }));
}

// R2.7
TEST(Suggestions, VeryLongNamesAreCompared) {
  const std::string name(1000, 'n');

  EXPECT_EQ(edit_distance(name, name + "x", 12), 0U);
  EXPECT_EQ(edit_distance(name, "x", 12), 13U);
}

// R2.7
TEST(Suggestions, TheNearestComeFirst) {
  NearestNames<int, 2> nearest("saxpy");
  nearest.show(1, "sapppy");
  nearest.show(2, "saxpi");
  nearest.show(3, "saxpy_2");
  nearest.show(4, "saxp");

  ASSERT_EQ(nearest.size(), 2U);
  EXPECT_EQ(nearest[0], 2);
  EXPECT_EQ(nearest[1], 4);
  EXPECT_TRUE(nearest.complete());
}

}  // namespace
}  // namespace dotcompute::core
