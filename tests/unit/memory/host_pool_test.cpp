// SPDX-License-Identifier: Apache-2.0
#include "memory/host_pool.hpp"

#include "memory/poison.hpp"
#include "unit/memory/planned_source.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <set>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class HostPoolTest : public testing::Test {
 protected:
  // However long a test takes, nothing decays in it.
  HostPoolTest() { pool_.set_decay({.period = std::chrono::nanoseconds(0)}); }

  void give_back_all(const std::vector<void*>& blocks, std::size_t bytes) {
    for (void* const block : blocks) {
      pool_.give_back(block, bytes);
    }
  }

  std::vector<void*> take_many(std::size_t count, std::size_t bytes) {
    std::vector<void*> blocks(count);
    for (void*& block : blocks) {
      block = pool_.take(bytes);
      EXPECT_NE(block, nullptr);
    }
    return blocks;
  }

  PlannedSource source_;
  HostPool pool_{source_.source(), /*max_cached_bytes=*/256 * kMiB};
};

class HostPoolSizesTest : public HostPoolTest, public testing::WithParamInterface<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes,
                         HostPoolSizesTest,
                         testing::Values(1, 64, 1000, 65536, kMiB - 1, kMiB, 5 * kMiB, 64 * kMiB));

// R6.2
TEST_P(HostPoolSizesTest, HandsTheSameBlockToTheNextTakerOnTheThread) {
  void* const first = pool_.take(GetParam());
  pool_.give_back(first, GetParam());

  void* const second = pool_.take(GetParam());

  EXPECT_EQ(second, first);
  EXPECT_EQ(pool_.stats().hits, 1U);
  pool_.give_back(second, GetParam());
}

// R6.2
TEST_P(HostPoolSizesTest, StartsEveryBlockOnACacheLine) {
  void* const block = pool_.take(GetParam());

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
  pool_.give_back(block, GetParam());
}

TEST_P(HostPoolSizesTest, LetsAllOfABlockBeWritten) {
  void* const block = pool_.take(GetParam());

  std::memset(block, 0xA5, GetParam());

  EXPECT_EQ(static_cast<unsigned char*>(block)[GetParam() - 1], 0xA5);
  pool_.give_back(block, GetParam());
}

// R6.2
TEST_P(HostPoolSizesTest, AsksTheSystemForNothingInSteadyState) {
  // More than a thread keeps at hand, so that the central lists take part.
  const std::size_t count = GetParam() < kMiB ? 200 : 3;
  give_back_all(take_many(count, GetParam()), GetParam());
  const auto requests = source_.requests();

  for (int round = 0; round < 10; ++round) {
    give_back_all(take_many(count, GetParam()), GetParam());
  }

  EXPECT_EQ(source_.requests(), requests);
}

#ifdef DC_ADDRESS_SANITIZER
TEST_P(HostPoolSizesTest, LetsTheSanitizerFindUseAfterGivingBack) {
  auto* const block = static_cast<char*>(pool_.take(GetParam()));
  EXPECT_FALSE(__asan_address_is_poisoned(block + GetParam() - 1));

  pool_.give_back(block, GetParam());

  EXPECT_TRUE(__asan_address_is_poisoned(block));
  EXPECT_TRUE(__asan_address_is_poisoned(block + GetParam() - 1));
}

TEST_F(HostPoolTest, LetsTheSanitizerFindUseBeyondTheRequest) {
  auto* const block = static_cast<char*>(pool_.take(1000));

  EXPECT_TRUE(__asan_address_is_poisoned(block + 1000));
  pool_.give_back(block, 1000);
}
#endif

TEST_F(HostPoolTest, TakesNothingAsOneByteAtAnAddressOfItsOwn) {
  void* const first = pool_.take(0);
  void* const second = pool_.take(0);

  EXPECT_NE(first, nullptr);
  EXPECT_NE(second, nullptr);
  EXPECT_NE(first, second);
  pool_.give_back(first, 0);
  pool_.give_back(second, 0);
}

TEST_F(HostPoolTest, IgnoresNullGivenBack) {
  pool_.give_back(nullptr, 100);

  EXPECT_EQ(pool_.stats().live_blocks, 0U);
}

// R6.6
TEST_F(HostPoolTest, RefusesSizesThatNoHostHasWithoutAskingTheSystem) {
  EXPECT_EQ(pool_.take(kMaxBlockBytes + 1), nullptr);
  EXPECT_EQ(pool_.take(std::numeric_limits<std::size_t>::max()), nullptr);

  EXPECT_EQ(source_.requests(), 0);
}

// R6.2
TEST_F(HostPoolTest, TrimGivesEveryFreeBlockBackToTheSystem) {
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{3000}, kMiB, 8 * kMiB}) {
    give_back_all(take_many(100, bytes), bytes);
  }
  ASSERT_GT(source_.live_blocks(), 0);

  pool_.trim();

  EXPECT_EQ(source_.live_blocks(), 0);
  EXPECT_EQ(pool_.stats().cached_bytes, 0U);
}

TEST_F(HostPoolTest, TrimLeavesLiveBlocksAlone) {
  auto* const block = static_cast<char*>(pool_.take(1000));
  block[999] = 'x';

  pool_.trim();

  EXPECT_EQ(block[999], 'x');
  EXPECT_EQ(source_.live_blocks(), 1);
  pool_.give_back(block, 1000);
}

// R6.2
TEST_F(HostPoolTest, KeepsNoMoreThanItsLimit) {
  pool_.set_max_cached_bytes(2 * kMiB);

  for (const std::size_t bytes :
       {std::size_t{64}, std::size_t{1} << 16U, kMiB / 2, kMiB, kMiB * 3}) {
    give_back_all(take_many(50, bytes), bytes);

    EXPECT_LE(source_.live_bytes(), static_cast<std::int64_t>(2 * kMiB));
  }
}

TEST_F(HostPoolTest, KeepsNothingWithALimitOfZero) {
  pool_.set_max_cached_bytes(0);

  give_back_all(take_many(100, 64), 64);
  give_back_all(take_many(3, kMiB), kMiB);

  EXPECT_EQ(source_.live_blocks(), 0);
}

// R6.2
TEST_F(HostPoolTest, GivesBackWhatIsAboveALimitSetLater) {
  give_back_all(take_many(8, kMiB), kMiB);

  pool_.set_max_cached_bytes(kMiB);

  EXPECT_LE(source_.live_bytes(), static_cast<std::int64_t>(kMiB));
}

// R6.2
TEST_F(HostPoolTest, GivesUpOtherSizesForTheOneInUse) {
  pool_.set_max_cached_bytes(8 * kMiB);
  give_back_all(take_many(8, kMiB), kMiB);  // fills it, two of them at the thread's hand

  pool_.give_back(pool_.take(7 * kMiB), 7 * kMiB);
  const auto requests = source_.requests();
  pool_.give_back(pool_.take(7 * kMiB), 7 * kMiB);

  EXPECT_EQ(source_.requests(), requests);
}

// R6.2
TEST_F(HostPoolTest, CountsExactlyOnOneThread) {
  void* const small = pool_.take(100);       // of 128 bytes
  void* const large = pool_.take(kMiB + 1);  // of 1.25 MiB
  pool_.give_back(large, kMiB + 1);
  void* const again = pool_.take(kMiB + 2);

  const HostMemoryStats stats = pool_.stats();

  EXPECT_EQ(stats.hits, 1U);
  EXPECT_EQ(stats.misses, 2U);
  EXPECT_EQ(stats.system_allocations, 2U);
  EXPECT_EQ(stats.live_blocks, 2U);
  EXPECT_EQ(stats.live_bytes, 128 + kMiB / 4 * 5);
  EXPECT_EQ(stats.requested_bytes, 100 + kMiB + 2);
  EXPECT_EQ(stats.cached_bytes, 0U);
  pool_.give_back(small, 100);
  pool_.give_back(again, kMiB + 2);
}

// R6.2
TEST_F(HostPoolTest, RemembersThePeakOfLiveBytesWhateverCameAfter) {
  give_back_all(take_many(5, 40 * kMiB), 40 * kMiB);  // beyond what a thread keeps to itself
  give_back_all(take_many(3, 40 * kMiB), 40 * kMiB);

  EXPECT_EQ(pool_.stats().peak_live_bytes, 5 * 40 * kMiB);
  EXPECT_EQ(pool_.stats().live_bytes, 0U);
}

// R6.2
TEST_F(HostPoolTest, CountsFreeBlocksWhereverTheyLie) {
  give_back_all(take_many(200, 1024), 1024);  // at hand, and in the central list
  give_back_all(take_many(3, kMiB), kMiB);

  EXPECT_EQ(pool_.stats().cached_bytes, 200 * 1024 + 3 * kMiB);
  EXPECT_EQ(source_.live_bytes(), static_cast<std::int64_t>(200 * 1024 + 3 * kMiB));
}

// R6.6
TEST_F(HostPoolTest, KeepsAMillionLiveBlocksApart) {
  constexpr std::size_t kCount = 1'000'000;
  auto blocks = take_many(kCount, sizeof(std::size_t));
  for (std::size_t i = 0; i < kCount; ++i) {
    *static_cast<std::size_t*>(blocks[i]) = i;
  }

  EXPECT_EQ(pool_.stats().live_blocks, kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(*static_cast<std::size_t*>(blocks[i]), i);
  }
  give_back_all(blocks, sizeof(std::size_t));
}

TEST_F(HostPoolTest, GivesBackAllItKeepsWhenDestroyed) {
  {
    HostPool pool(source_.source(), kMiB);
    pool.give_back(pool.take(1000), 1000);
    ASSERT_EQ(source_.live_blocks(), 1);
  }

  EXPECT_EQ(source_.live_blocks(), 0);
}

TEST_F(HostPoolTest, KeepsPoolsOfOneThreadApart) {
  HostPool other(source_.source(), kMiB);
  void* const block = pool_.take(1000);
  pool_.give_back(block, 1000);

  void* const others = other.take(1000);

  EXPECT_NE(others, block);
  EXPECT_EQ(pool_.stats().cached_bytes, 1024U);
  other.give_back(others, 1000);
}

}  // namespace
}  // namespace dotcompute::core
