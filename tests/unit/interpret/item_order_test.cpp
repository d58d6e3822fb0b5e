// SPDX-License-Identifier: Apache-2.0
#include "interpret/item_order.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace dotcompute::interpret {
namespace {

using Id = std::array<std::uint64_t, 3>;

std::vector<Id> ids_of(const ItemRange& items, std::optional<std::uint64_t> seed) {
  const ItemOrder order(items, seed);
  std::vector<Id> ids;
  for (std::uint64_t i = 0; i < order.count(); ++i) {
    ids.push_back(order.at(i));
  }
  return ids;
}

// R2.4
TEST(ItemOrderTest, WithoutASeedXIsTheFastest) {
  const std::vector<Id> ids = ids_of({.begin = {1, 2, 3}, .end = {3, 4, 5}}, std::nullopt);

  EXPECT_EQ(
      ids,
      (std::vector<Id>{
          {1, 2, 3}, {2, 2, 3}, {1, 3, 3}, {2, 3, 3}, {1, 2, 4}, {2, 2, 4}, {1, 3, 4}, {2, 3, 4}}));
}

// R2.4
TEST(ItemOrderTest, ASeedDrawsAnOrderOfAllItems) {
  for (const std::uint64_t width : {1U, 2U, 3U, 4U, 5U, 17U, 1000U}) {
    const ItemRange items{.begin = {10, 5, 0}, .end = {10 + width, 8, 1}};
    const std::vector<Id> straight = ids_of(items, std::nullopt);
    const std::vector<Id> drawn = ids_of(items, 42);

    EXPECT_EQ(std::set<Id>(drawn.begin(), drawn.end()),
              std::set<Id>(straight.begin(), straight.end()));
    EXPECT_EQ(drawn, ids_of(items, 42));
    if (width > 4) {
      EXPECT_NE(drawn, straight);
      EXPECT_NE(drawn, ids_of(items, 43));
    }
  }
}

// R2.4
TEST(ItemOrderTest, ABoxWithoutWidthHasNoItems) {
  EXPECT_EQ(ItemOrder({.begin = {0, 0, 0}, .end = {5, 0, 1}}, std::nullopt).count(), 0U);
  EXPECT_EQ(ItemOrder({.begin = {3, 0, 0}, .end = {2, 1, 1}}, 1).count(), 0U);
}

}  // namespace
}  // namespace dotcompute::interpret
