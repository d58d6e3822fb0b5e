// SPDX-License-Identifier: Apache-2.0
// Budget, pressure hook and decay of a device's pool.
#include "null/device.hpp"
#include "support/fake_clock.hpp"

#include "dotcompute/buffer_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace dotcompute {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

std::optional<ErrorCode> failure_of(const Result<PooledBuffer>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error().code);
}

class BufferPoolLimitsTest : public testing::Test {
 protected:
  BufferPoolLimitsTest() { pool_.set_decay({.period = seconds(10), .clock = &fake_clock}); }

  /// Leaves `count` free buffers behind.
  void use_at_once(std::size_t count, std::size_t bytes) {
    std::vector<PooledBuffer> buffers;
    for (std::size_t index = 0; index < count; ++index) {
      auto taken = pool_.take(bytes);
      ASSERT_TRUE(taken.ok());
      buffers.push_back(*std::move(taken));
    }
  }

  null::Device device_{{.id = "null:0", .max_allocation_bytes = 64 * kMiB}};
  BufferPool pool_{device_, /*max_cached_bytes=*/64 * kMiB};
};

// R6.2
TEST_F(BufferPoolLimitsTest, TakesNoMoreFromTheDeviceThanItsBudget) {
  pool_.set_budget(3 * 1024);
  const auto first = pool_.take(2048);

  const auto second = pool_.take(2048);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::out_of_memory);
  EXPECT_EQ(second.error().context.device.view(), "null:0");
  EXPECT_EQ(failure_of(pool_.take(1024)), std::nullopt);
}

// R6.2
TEST_F(BufferPoolLimitsTest, ABudgetBelowWhatIsKeptGivesBackWhatIsKept) {
  use_at_once(8, kMiB);

  pool_.set_budget(kMiB);

  EXPECT_EQ(pool_.stats().cached_bytes, 0U);
  EXPECT_EQ(device_.live_allocations(), 0U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, WithoutAClockOfItsOwnDecayGoesByThatOfTheHostAgain) {
  use_at_once(1, kMiB);
  pool_.set_decay({.period = std::chrono::hours(10)});

  for (int round = 0; round < 5; ++round) {
    pass(std::chrono::hours(100));
    pool_.tick();
  }

  EXPECT_EQ(pool_.stats().cached_bytes, kMiB);
}

// R6.2
TEST_F(BufferPoolLimitsTest, GivesUpItsCacheBeforeTheBudgetRefuses) {
  pool_.set_budget(3 * 1024);
  { const auto first = pool_.take(2048); }  // now kept

  EXPECT_EQ(failure_of(pool_.take(3 * 1024)), std::nullopt);
}

// R6.2
TEST_F(BufferPoolLimitsTest, AsksThePressureHookBeforeItReportsThatTheDeviceIsFull) {
  pool_.set_budget(2048);
  auto held = std::optional(pool_.take(2048));
  std::size_t asked_for = 0;
  pool_.set_pressure_hook([&](std::size_t bytes) {
    asked_for = bytes;
    held.reset();
    return true;
  });

  const auto buffer = pool_.take(1024);

  EXPECT_TRUE(buffer.ok());
  EXPECT_EQ(asked_for, 1024U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, ReportsOutOfMemoryIfTheHookHasNothingOrThrows) {
  pool_.set_budget(512);
  int asked = 0;
  pool_.set_pressure_hook([&](std::size_t) {
    ++asked;
    return false;
  });
  EXPECT_EQ(failure_of(pool_.take(1024)), ErrorCode::out_of_memory);
  EXPECT_EQ(asked, 1);

  pool_.set_pressure_hook([](std::size_t) -> bool { throw std::runtime_error("no"); });
  EXPECT_EQ(failure_of(pool_.take(1024)), ErrorCode::out_of_memory);
}

TEST_F(BufferPoolLimitsTest, EndsAlthoughTheHookAlwaysSaysYes) {
  pool_.set_budget(512);
  pool_.set_pressure_hook([](std::size_t) { return true; });

  EXPECT_EQ(failure_of(pool_.take(1024)), ErrorCode::out_of_memory);
}

// R6.2
TEST_F(BufferPoolLimitsTest, WhatNobodyUsesGoesBackToTheDevice) {
  use_at_once(100, 1000);

  for (int period = 0; period < 4; ++period) {
    pass(seconds(10));
    pool_.tick();
  }

  EXPECT_EQ(pool_.stats().cached_bytes, 0U);
  EXPECT_EQ(device_.live_allocations(), 0U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, KeepsWhatIsUsedInEveryPeriod) {
  use_at_once(100, 1000);

  for (int period = 0; period < 6; ++period) {
    pass(seconds(10));
    use_at_once(3, 1000);
    pool_.tick();
  }

  EXPECT_EQ(device_.live_allocations(), 3U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, KeepsAllBeforeThePeriodIsOver) {
  use_at_once(10, 1000);

  for (int second = 0; second < 9; ++second) {
    pass(seconds(1));
    pool_.tick();
  }

  EXPECT_EQ(device_.live_allocations(), 10U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, TakersTickByThemselves) {
  use_at_once(100, 100'000);

  for (int count = 0; count < 20'000; ++count) {
    pass(std::chrono::milliseconds(4));
    use_at_once(1, 1000);
  }

  EXPECT_EQ(device_.live_allocations(), 1U);
}

TEST_F(BufferPoolLimitsTest, APeriodOfNothingKeepsAllForEver) {
  pool_.set_decay({.period = seconds(0), .clock = &fake_clock});
  use_at_once(10, 1000);

  for (int period = 0; period < 10; ++period) {
    pass(seconds(1000));
    pool_.tick();
  }

  EXPECT_EQ(device_.live_allocations(), 10U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, TellsHitRateAndWaste) {
  for (int count = 0; count < 4; ++count) {
    use_at_once(1, 1000);
  }
  const auto live = pool_.take(1030);

  const BufferPoolStats stats = pool_.stats();

  EXPECT_DOUBLE_EQ(stats.hit_rate(), 3.0 / 5.0);
  EXPECT_EQ(stats.requested_bytes, 1030U);
  EXPECT_EQ(stats.wasted_bytes(), 1280U - 1030U);
}

// R6.2
TEST_F(BufferPoolLimitsTest, AnotherThreadsFreeBufferIsTakenBeforeTheDeviceIsAsked) {
  std::jthread([this] { use_at_once(1, kMiB); }).join();
  std::atomic<bool> is_kept{false};
  std::atomic<bool> may_end{false};
  std::jthread idle([&] {
    use_at_once(1, 2 * kMiB);
    is_kept = true;
    is_kept.notify_one();
    may_end.wait(false);
  });
  is_kept.wait(false);

  use_at_once(1, kMiB);
  use_at_once(1, 2 * kMiB);

  EXPECT_EQ(pool_.stats().misses, 2U);
  may_end = true;
  may_end.notify_one();
}

// R6.2
TEST_F(BufferPoolLimitsTest, TrimReachesWhatAnIdleThreadKeeps) {
  std::atomic<bool> is_kept{false};
  std::atomic<bool> may_end{false};
  std::jthread idle([&] {
    use_at_once(5, 1000);
    is_kept = true;
    is_kept.notify_one();
    may_end.wait(false);
  });
  is_kept.wait(false);

  pool_.trim();

  EXPECT_EQ(device_.live_allocations(), 0U);
  may_end = true;
  may_end.notify_one();
}

// R6.2
TEST_F(BufferPoolLimitsTest, KeepsNoMoreThanItsLimitHoweverManySizesThereAre) {
  BufferPool small{device_, /*max_cached_bytes=*/kMiB};
  for (std::size_t bytes = 256; bytes <= 2 * kMiB; bytes += bytes / 3) {
    for (int count = 0; count < 40; ++count) {
      std::array<Result<PooledBuffer>, 3> taken{small.take(bytes), small.take(bytes),
                                                small.take(bytes + 100)};
    }
    ASSERT_LE(small.stats().cached_bytes, kMiB);
  }
}

// R6.2
TEST_F(BufferPoolLimitsTest, BuffersGoBackOnOtherThreadsAndAfterTheirThreadHasEnded) {
  constexpr std::size_t kCount = 1000;
  std::vector<PooledBuffer> buffers;
  std::jthread([&] {
    for (std::size_t index = 0; index < kCount; ++index) {
      buffers.push_back(*pool_.take(300));
    }
  }).join();

  buffers.clear();

  EXPECT_EQ(pool_.stats().live_buffers, 0U);
  EXPECT_EQ(pool_.stats().cached_bytes, kCount * 320);
  std::jthread([this] { use_at_once(kCount, 300); }).join();
  // The small ones that this thread has at hand are not worth a look to others.
  EXPECT_LE(pool_.stats().misses, kCount + 128);
}

// R6.2
TEST_F(BufferPoolLimitsTest, ManyPoolsOnOneThreadKeepTheirBuffersApart) {
  constexpr std::size_t kPools = 70;  // more than a thread has places for
  std::vector<std::unique_ptr<BufferPool>> pools;
  for (std::size_t index = 0; index < kPools; ++index) {
    pools.push_back(std::make_unique<BufferPool>(device_, kMiB));
  }
  for (int round = 0; round < 3; ++round) {
    for (auto& pool : pools) {
      ASSERT_TRUE(pool->take(1000).ok());
    }
  }

  for (auto& pool : pools) {
    EXPECT_EQ(pool->stats().misses, 1U);
    EXPECT_EQ(pool->stats().hits, 2U);
  }
}

// R6.2 R12.3
TEST_F(BufferPoolLimitsTest, LosesNothingWhileThreadsTakeStealTrimAndTick) {
  BufferPool pool{device_, /*max_cached_bytes=*/4 * kMiB};
  pool.set_decay({.period = std::chrono::nanoseconds(1), .clock = &fake_clock});
  {
    std::array<std::jthread, 4> threads;
    for (std::size_t number = 0; number < threads.size(); ++number) {
      threads[number] = std::jthread([&, number] {
        std::vector<PooledBuffer> held(8);
        for (std::size_t count = 0; count < 3000; ++count) {
          const std::size_t bytes = (count * 7919 + number) % 3 == 0 ? 200'000 : 256 + count % 700;
          auto taken = pool.take(bytes);
          ASSERT_TRUE(taken.ok());
          held[count % held.size()] = *std::move(taken);
          if (count % 500 == number) {
            pool.trim();
          } else if (count % 100 == number) {
            pass(seconds(1));
            pool.tick();
            ASSERT_LE(pool.stats().cached_bytes, 4 * kMiB);
          }
        }
      });
    }
  }
  EXPECT_EQ(pool.stats().live_bytes, 0U);
  EXPECT_EQ(pool.stats().requested_bytes, 0U);
  pool.trim();

  EXPECT_EQ(device_.live_allocations(), 0U);
}

}  // namespace
}  // namespace dotcompute
