// SPDX-License-Identifier: Apache-2.0
#include "memory/host_pool.hpp"
#include "unit/memory/planned_source.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class HostPoolThreadsTest : public testing::Test {
 protected:
  PlannedSource source_;
  HostPool pool_{source_.source(), /*max_cached_bytes=*/256 * kMiB};
};

// R6.2 R12.3
TEST_F(HostPoolThreadsTest, ReusesBlocksGivenBackOnAnotherThread) {
  for (const std::size_t bytes : {std::size_t{1000}, kMiB}) {
    std::vector<void*> blocks(100);
    const auto take_all = [&] {
      for (void*& block : blocks) {
        block = pool_.take(bytes);
      }
    };
    const auto give_all_back = [&] {
      for (void* const block : blocks) {
        pool_.give_back(block, bytes);
      }
    };
    take_all();
    std::jthread(give_all_back).join();
    const auto requests = source_.requests();

    take_all();

    EXPECT_EQ(source_.requests(), requests) << bytes;
    give_all_back();
  }
}

// R6.2
TEST_F(HostPoolThreadsTest, AnEndingThreadLeavesItsBlocksToTheOthers) {
  void* small = nullptr;
  void* large = nullptr;
  std::jthread([&] {
    small = pool_.take(1000);
    large = pool_.take(4 * kMiB);
    pool_.give_back(small, 1000);
    pool_.give_back(large, 4 * kMiB);
  }).join();

  EXPECT_EQ(pool_.take(1000), small);
  EXPECT_EQ(pool_.take(4 * kMiB), large);
  EXPECT_EQ(pool_.stats().misses, 2U);
  pool_.give_back(small, 1000);
  pool_.give_back(large, 4 * kMiB);
}

// R6.2
TEST_F(HostPoolThreadsTest, TrimTakesTheLargeBlocksOfIdleThreads) {
  std::latch given_back{1};
  std::latch trimmed{1};
  std::jthread idle([&] {
    pool_.give_back(pool_.take(4 * kMiB), 4 * kMiB);
    given_back.count_down();
    trimmed.wait();
    pool_.give_back(pool_.take(4 * kMiB), 4 * kMiB);
  });
  given_back.wait();

  pool_.trim();

  EXPECT_EQ(source_.live_blocks(), 0);
  trimmed.count_down();
}

// R6.2
TEST_F(HostPoolThreadsTest, AThreadGivesUpItsSmallBlocksAtItsNextUseAfterATrim) {
  std::latch given_back{1};
  std::latch trimmed{1};
  std::jthread idle([&] {
    pool_.give_back(pool_.take(1000), 1000);
    given_back.count_down();
    trimmed.wait();
    void* const other = pool_.take(64);
    EXPECT_EQ(source_.live_blocks(), 1);
    pool_.give_back(other, 64);
  });
  given_back.wait();
  EXPECT_EQ(source_.live_blocks(), 1);

  pool_.trim();

  trimmed.count_down();
}

// R6.2
TEST_F(HostPoolThreadsTest, RoomThatAnIdleThreadHasReservedIsGivenToAnother) {
  pool_.set_max_cached_bytes(4 * kMiB);
  std::latch reserved{1};
  std::latch done{1};
  std::jthread idle([&] {
    pool_.give_back(pool_.take(4 * kMiB), 4 * kMiB);
    void* const block = pool_.take(4 * kMiB);
    reserved.count_down();
    done.wait();
    pool_.give_back(block, 4 * kMiB);
  });
  reserved.wait();

  pool_.give_back(pool_.take(3 * kMiB), 3 * kMiB);

  EXPECT_EQ(pool_.stats().cached_bytes, 3 * kMiB);
  done.count_down();
}

// R6.2 R12.3
TEST_F(HostPoolThreadsTest, CountsAddUpAfterThreadsThatTakeGiveBackTrimAndPassBlocksOn) {
  constexpr std::size_t kRounds = 3000;
  struct Passed {
    void* block;
    std::size_t bytes;
  };
  std::mutex mutex;
  std::vector<Passed> passed;  // guarded by mutex
  const auto work = [&](std::size_t seed) {
    for (std::size_t i = 0; i < kRounds; ++i) {
      const std::size_t bytes = 1 + (i * 7919 + seed * 104'729) % (i % 50 == 0 ? 3 * kMiB : 5000);
      void* block = pool_.take(bytes);
      ASSERT_NE(block, nullptr);
      *static_cast<unsigned char*>(block) = static_cast<unsigned char>(bytes);
      Passed other{block, bytes};
      {
        const std::lock_guard lock(mutex);
        passed.push_back(other);
        std::swap(passed[(i * 31 + seed) % passed.size()], passed.back());
        if (passed.size() > 40) {
          other = passed.back();
          passed.pop_back();
        } else {
          continue;
        }
      }
      ASSERT_EQ(*static_cast<unsigned char*>(other.block), static_cast<unsigned char>(other.bytes));
      pool_.give_back(other.block, other.bytes);
      if (i % 500 == seed) {
        pool_.trim();
      }
    }
  };
  {
    std::array<std::jthread, 4> threads;
    for (std::size_t i = 0; i < threads.size(); ++i) {
      threads[i] = std::jthread(work, i);
    }
  }
  EXPECT_EQ(pool_.stats().live_blocks, passed.size());
  for (const Passed& left : passed) {
    pool_.give_back(left.block, left.bytes);
  }

  const HostMemoryStats stats = pool_.stats();

  EXPECT_EQ(stats.hits + stats.misses, 4 * kRounds);
  EXPECT_EQ(stats.live_blocks, 0U);
  EXPECT_EQ(stats.live_bytes, 0U);
  EXPECT_EQ(stats.requested_bytes, 0U);
  EXPECT_EQ(static_cast<std::int64_t>(stats.cached_bytes), source_.live_bytes());
  pool_.trim();
  EXPECT_EQ(source_.live_blocks(), 0);
}

// R6.2
TEST_F(HostPoolThreadsTest, MayBeDestroyedBeforeAThreadThatUsedIt) {
  std::latch used{1};
  std::latch destroyed{1};
  std::jthread thread;
  {
    HostPool pool(source_.source(), kMiB);
    thread = std::jthread([&] {
      pool.give_back(pool.take(1000), 1000);
      used.count_down();
      destroyed.wait();
      pool_.give_back(pool_.take(1000), 1000);
    });
    used.wait();
  }

  EXPECT_EQ(source_.live_blocks(), 0);
  destroyed.count_down();
}

// Takes and gives back when the thread's own part of every pool is gone already.
struct GivesBackLast {
  HostPool* pool = nullptr;
  void* block = nullptr;
  ~GivesBackLast() {
    if (pool != nullptr) {
      pool->give_back(block, 1000);
      pool->give_back(pool->take(2000), 2000);
    }
  }
};
thread_local GivesBackLast gives_back_last;

// R6.2
TEST_F(HostPoolThreadsTest, ServesDestructorsThatRunWhenTheThreadHasEndedWithIt) {
  std::jthread([&] {
    gives_back_last.pool = &pool_;  // made before the pool's part, so destroyed after it
    gives_back_last.block = pool_.take(1000);
  }).join();

  EXPECT_EQ(pool_.stats().live_blocks, 0U);
  pool_.trim();
  EXPECT_EQ(source_.live_blocks(), 0);
}

}  // namespace
}  // namespace dotcompute::core
