// SPDX-License-Identifier: Apache-2.0
#include "memory/device_thread_cache.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dotcompute::core {
namespace {

TEST(LiveRoom, TakingLeavesRoomAndGivingNeedsIt) {
  LiveRoom room;
  room.add_live(100);  // a miss
  room.add_room(100);  // reserved for it

  EXPECT_TRUE(room.give(100));
  EXPECT_FALSE(room.give(100)) << "no room is left";
  EXPECT_EQ(room.room(), 0);
  EXPECT_TRUE(room.take(100));
  EXPECT_EQ(room.room(), 100);
}

// R6.2
TEST(LiveRoom, TellsLiveBytesAndTheirHighestWhateverIsReservedOrGivenUp) {
  LiveRoom room;
  room.add_live(500);
  room.add_room(1000);
  EXPECT_TRUE(room.give(300));
  EXPECT_EQ(room.take_room(), 700U);
  EXPECT_TRUE(room.take(100));
  room.add_live(-50);

  EXPECT_EQ(room.live(), 500 - 300 + 100 - 50);
  EXPECT_EQ(room.highest_live(), 500);
}

// R6.2
TEST(LiveRoom, RemembersAHigherPeakThatComesFromMisses) {
  LiveRoom room;
  room.add_live(500);
  room.add_live(-400);
  room.add_live(600);

  EXPECT_EQ(room.highest_live(), 700);
}

// R6.2
TEST(LiveRoom, MustBeToldBeforeItDriftsTooFarEitherWay) {
  constexpr std::int64_t kMost = LiveRoom::kMostUntoldBytes;
  LiveRoom taker;
  EXPECT_TRUE(taker.take(kMost));
  EXPECT_FALSE(taker.take(1));
  taker.told();
  EXPECT_EQ(taker.live(), 0);
  EXPECT_TRUE(taker.take(1));

  LiveRoom giver;
  giver.add_room(2 * kMost);
  EXPECT_TRUE(giver.give(kMost));
  EXPECT_FALSE(giver.give(1));
  EXPECT_FALSE(giver.must_tell());
  giver.add_live(-1);
  EXPECT_TRUE(giver.must_tell());
}

TEST(HandleStacks, GiveTheLastFirstAndTheOldestToOthers) {
  const auto stacks = std::make_unique<HandleStacks>();
  stacks->push(3, std::array<std::uint64_t, 4>{1, 2, 3, 4});
  std::array<std::uint64_t, 2> oldest{};

  EXPECT_EQ(stacks->pop(3), 4U);
  EXPECT_EQ(stacks->pop_oldest(3, 2, oldest), 2U);

  EXPECT_EQ(oldest, (std::array<std::uint64_t, 2>{1, 2}));
  EXPECT_EQ(stacks->size(3), 1U);
  EXPECT_EQ(stacks->pop(3), 3U);
}

TEST(HandleStacks, KnowHowManyNobodyNeeded) {
  const auto stacks = std::make_unique<HandleStacks>();
  stacks->push(0, std::array<std::uint64_t, 4>{1, 2, 3, 4});
  stacks->forget_use(0);
  stacks->push(0, 5);
  EXPECT_EQ(stacks->pop(0), 5U);
  EXPECT_EQ(stacks->pop(0), 4U);
  stacks->push(0, 6);

  EXPECT_EQ(stacks->unused(0), 3U);
}

}  // namespace
}  // namespace dotcompute::core
