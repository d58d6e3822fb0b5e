// SPDX-License-Identifier: Apache-2.0
// What the pool of the host gives back because nobody needs it.
#include "memory/host_pool.hpp"
#include "support/fake_clock.hpp"
#include "unit/memory/planned_source.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <latch>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class HostPoolDecayTest : public testing::Test {
 protected:
  HostPoolDecayTest() { pool_.set_decay({.period = seconds(10), .clock = &fake_clock}); }

  /// Leaves `count` free blocks behind.
  void use_at_once(std::size_t count, std::size_t bytes) {
    std::vector<void*> blocks(count);
    for (void*& block : blocks) {
      block = pool_.take(bytes);
      ASSERT_NE(block, nullptr);
    }
    for (void* const block : blocks) {
      pool_.give_back(block, bytes);
    }
  }
  void pass_periods(int count) {
    for (int period = 0; period < count; ++period) {
      pass(seconds(10));
      pool_.tick();
    }
  }

  PlannedSource source_;
  HostPool pool_{source_.source(), /*max_cached_bytes=*/256 * kMiB};
};

// R6.2
TEST_F(HostPoolDecayTest, LargeBlocksThatNobodyUsesGoBackToTheSystem) {
  use_at_once(5, kMiB);  // two of them at the thread's hand

  pass_periods(4);

  EXPECT_EQ(source_.live_blocks(), 0);
  EXPECT_EQ(pool_.stats().cached_bytes, 0U);
}

// R6.2
TEST_F(HostPoolDecayTest, LargeBlocksOfAnIdleThreadGoBackToTheSystem) {
  std::latch given_back{1};
  std::latch ticked{1};
  std::jthread idle([&] {
    use_at_once(1, 4 * kMiB);
    given_back.count_down();
    ticked.wait();
  });
  given_back.wait();

  pass_periods(4);

  EXPECT_EQ(source_.live_blocks(), 0);
  ticked.count_down();
}

// R6.2
TEST_F(HostPoolDecayTest, SmallBlocksThatNobodyUsesGoBackToTheSystem) {
  use_at_once(200, 1024);  // more than a thread has at hand

  for (int period = 0; period < 4; ++period) {
    pass_periods(1);
    use_at_once(1, 64);  // the thread's own part follows its uses
  }

  EXPECT_EQ(source_.live_blocks(), 1);
}

// R6.2
TEST_F(HostPoolDecayTest, KeepsWhatIsUsedInEveryPeriod) {
  use_at_once(100, 1024);
  use_at_once(5, kMiB);

  for (int period = 0; period < 6; ++period) {
    use_at_once(3, 1024);
    use_at_once(1, kMiB);
    pass_periods(1);
  }
  use_at_once(1, 64);

  EXPECT_EQ(source_.live_blocks(), 3 + 1 + 1);
}

// R6.2
TEST_F(HostPoolDecayTest, KeepsAllBeforeThePeriodIsOver) {
  use_at_once(5, kMiB);
  use_at_once(5, 1024);

  for (int second = 0; second < 9; ++second) {
    pass(seconds(1));
    pool_.tick();
    use_at_once(1, 1024);
  }

  EXPECT_EQ(source_.live_blocks(), 10);
}

TEST_F(HostPoolDecayTest, AThreadThatSleptDuringATickKeepsItsBlocksForAPeriodFromItsNextUse) {
  use_at_once(10, 1024);
  pass_periods(1);
  pass(seconds(9));
  use_at_once(1, 1024);  // from here on the others are watched
  pass(seconds(1));
  pool_.tick();

  use_at_once(1, 1024);

  EXPECT_EQ(source_.live_blocks(), 10);
}

// R6.2
TEST_F(HostPoolDecayTest, WhatHasDecayedTakesNoPartOfTheLimit) {
  pool_.set_max_cached_bytes(kMiB * 11 / 2);
  for (int round = 0; round < 20; ++round) {
    for (int period = 0; period < 5; ++period) {
      pass_periods(1);
      use_at_once(1, 64);
    }
    use_at_once(3, kMiB);
    use_at_once(200, 10'000);
  }

  EXPECT_EQ(pool_.stats().cached_bytes, 64 + 3 * kMiB + 200 * 10'240);
}

// R6.2
TEST_F(HostPoolDecayTest, TakersTickByThemselves) {
  use_at_once(20, kMiB);

  for (int count = 0; count < 40'000; ++count) {
    pass(std::chrono::milliseconds(4));
    use_at_once(1, 1000);
  }

  EXPECT_EQ(source_.live_blocks(), 1);
}

TEST_F(HostPoolDecayTest, APeriodOfNothingKeepsAllForEver) {
  pool_.set_decay({.period = seconds(0), .clock = &fake_clock});
  use_at_once(5, kMiB);

  for (int period = 0; period < 10; ++period) {
    pass(seconds(1000));
    pool_.tick();
  }

  EXPECT_EQ(source_.live_blocks(), 5);
}

TEST_F(HostPoolDecayTest, ABlockThatATickHasMarkedIsHandedOutAsItWas) {
  auto* const block = static_cast<char*>(pool_.take(kMiB));
  pool_.give_back(block, kMiB);
  pass_periods(1);

  auto* const again = static_cast<char*>(pool_.take(kMiB));

  EXPECT_EQ(again, block);
  std::memset(again, 1, kMiB);
  pool_.give_back(again, kMiB);
}

// R6.2 R12.3
TEST_F(HostPoolDecayTest, LosesNothingWhileThreadsTakeAndTick) {
  pool_.set_decay({.period = std::chrono::nanoseconds(1), .clock = &fake_clock});
  {
    std::array<std::jthread, 4> threads;
    for (std::size_t number = 0; number < threads.size(); ++number) {
      threads[number] = std::jthread([&, number] {
        std::array<void*, 8> held{};
        std::array<std::size_t, 8> sizes{};
        for (std::size_t count = 0; count < 4000; ++count) {
          const std::size_t place = count % held.size();
          pool_.give_back(held[place], sizes[place]);
          sizes[place] = (count * 7919 + number) % 5 == 0 ? kMiB : 64 + count % 700;
          held[place] = pool_.take(sizes[place]);
          ASSERT_NE(held[place], nullptr);
          *static_cast<char*>(held[place]) = 'x';
          if (count % 50 == number) {
            pass(seconds(1));
            pool_.tick();
          }
        }
        for (std::size_t place = 0; place < held.size(); ++place) {
          pool_.give_back(held[place], sizes[place]);
        }
      });
    }
  }

  const HostMemoryStats stats = pool_.stats();

  EXPECT_EQ(stats.live_bytes, 0U);
  EXPECT_EQ(static_cast<std::int64_t>(stats.cached_bytes), source_.live_bytes());
  pool_.trim();
  EXPECT_EQ(source_.live_blocks(), 0);
}

}  // namespace
}  // namespace dotcompute::core
