// SPDX-License-Identifier: Apache-2.0
#include "memory/host_pool.hpp"
#include "unit/memory/planned_source.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class HostPoolFailureTest : public testing::Test {
 protected:
  PlannedSource source_;
  HostPool pool_{source_.source(), /*max_cached_bytes=*/64 * kMiB};
};

// R6.2
TEST_F(HostPoolFailureTest, EmptiesItsCacheAndAsksAgainWhenTheHostIsFull) {
  pool_.give_back(pool_.take(64), 64);
  pool_.give_back(pool_.take(8 * kMiB), 8 * kMiB);
  source_.fail(/*skip=*/0, /*times=*/1);

  void* const block = pool_.take(1000);

  EXPECT_NE(block, nullptr);
  EXPECT_EQ(source_.live_blocks(), 1);
  pool_.give_back(block, 1000);
}

TEST_F(HostPoolFailureTest, GivesNothingAfterOneMoreTry) {
  source_.fail(/*skip=*/0, /*times=*/2);

  EXPECT_EQ(pool_.take(1000), nullptr);

  EXPECT_EQ(source_.requests(), 2);
}

TEST_F(HostPoolFailureTest, CountsRefusedRequestsButNoBlock) {
  source_.fail(/*skip=*/0, /*times=*/2);
  EXPECT_EQ(pool_.take(1000), nullptr);

  const HostMemoryStats stats = pool_.stats();

  EXPECT_EQ(stats.system_allocations, 2U);
  EXPECT_EQ(stats.hits + stats.misses, 0U);
  EXPECT_EQ(stats.live_blocks, 0U);
}

TEST_F(HostPoolFailureTest, ServesTheSizesItHasWhileTheHostIsFull) {
  void* const first = pool_.take(1000);
  pool_.give_back(first, 1000);
  source_.fail(/*skip=*/0, /*times=*/100);

  void* const second = pool_.take(1000);

  EXPECT_EQ(second, first);
  pool_.give_back(second, 1000);
}

// R6.2
TEST_F(HostPoolFailureTest, AsksThePressureHookBeforeItGivesNothing) {
  void* held = pool_.take(8 * kMiB);
  std::size_t asked_for = 0;
  pool_.set_pressure_hook([&](std::size_t bytes) {
    asked_for = bytes;
    pool_.give_back(std::exchange(held, nullptr), 8 * kMiB);
    return true;
  });
  source_.fail(/*skip=*/0, /*times=*/2);

  void* const block = pool_.take(1000);

  EXPECT_NE(block, nullptr);
  EXPECT_EQ(asked_for, 1024U);
  EXPECT_EQ(source_.live_blocks(), 1);  // what the hook gave up went back to the system
  pool_.give_back(block, 1000);
}

// R6.2
TEST_F(HostPoolFailureTest, GivesNothingIfTheHookHasNothingOrThrows) {
  source_.fail(/*skip=*/0, /*times=*/100);
  int asked = 0;
  pool_.set_pressure_hook([&](std::size_t) {
    ++asked;
    return false;
  });
  EXPECT_EQ(pool_.take(1000), nullptr);
  EXPECT_EQ(asked, 1);

  pool_.set_pressure_hook([](std::size_t) -> bool { throw std::runtime_error("no"); });
  EXPECT_EQ(pool_.take(1000), nullptr);
}

TEST_F(HostPoolFailureTest, EndsAlthoughTheHookAlwaysSaysYes) {
  source_.fail(/*skip=*/0, /*times=*/100);
  pool_.set_pressure_hook([](std::size_t) { return true; });

  EXPECT_EQ(pool_.take(1000), nullptr);
}

TEST_F(HostPoolFailureTest, AnEmptyHookIsNone) {
  pool_.set_pressure_hook([](std::size_t) { return true; });
  pool_.set_pressure_hook({});
  source_.fail(/*skip=*/0, /*times=*/2);

  EXPECT_EQ(pool_.take(1000), nullptr);

  EXPECT_EQ(source_.requests(), 2);
}

// R6.2
TEST_F(HostPoolFailureTest, LosesNothingWhicheverRequestsFail) {
  const std::vector<std::size_t> sizes{64, 1000, 70'000, kMiB, 64, 5 * kMiB, 1000, 3 * kMiB};
  for (std::int64_t skip = 0; skip < 20; ++skip) {
    source_.fail(skip, /*times=*/2);
    std::vector<void*> blocks;
    for (const std::size_t bytes : sizes) {
      blocks.push_back(pool_.take(bytes));
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      pool_.give_back(blocks[i], sizes[i]);
    }
    pool_.trim();

    EXPECT_EQ(source_.live_blocks(), 0) << skip;
    EXPECT_EQ(pool_.stats().live_bytes, 0U) << skip;
  }
}

}  // namespace
}  // namespace dotcompute::core
