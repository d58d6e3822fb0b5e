// SPDX-License-Identifier: Apache-2.0
#include "platform/thread_pool.hpp"

#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdint>
#include <memory>
#include <thread>

namespace dotcompute::core {
namespace {

using Counter = std::atomic<std::uint32_t>;

void wait_until(const Counter& counter, std::uint32_t value) {
  while (counter.load(std::memory_order_acquire) < value) {
    std::this_thread::yield();
  }
}

void count_one(void* state) noexcept {
  static_cast<Counter*>(state)->fetch_add(1, std::memory_order_acq_rel);
}

std::shared_ptr<ThreadPool> pool_of(std::uint32_t threads) {
  auto pool = ThreadPool::shared(threads);
  return pool.ok() ? *pool : nullptr;
}

// R3.2
TEST(ThreadPool, IsOneForAllWhoWantTheSameNumberOfThreads) {
  EXPECT_EQ(pool_of(2), pool_of(2));
  EXPECT_NE(pool_of(2), pool_of(3));
}

// R3.2
TEST(ThreadPool, HasThreadsAlsoWhenNobodySaysHowMany) {
  EXPECT_GE(pool_of(0)->threads(), 1U);
}

// R12.1
TEST(ThreadPool, RefusesMoreThreadsThanAnyMachineHas) {
  EXPECT_EQ(code_of(ThreadPool::shared(ThreadPool::kMaxThreads + 1)), ErrorCode::invalid_argument);
}

// R1.5
TEST(ThreadPool, RunsQueuedWorkOfEveryPriority) {
  const auto pool = pool_of(2);
  Counter done{0};

  for (const auto priority :
       {ThreadPool::Priority::low, ThreadPool::Priority::normal, ThreadPool::Priority::high}) {
    ASSERT_TRUE(pool->enqueue(count_one, &done, priority).ok());
  }

  wait_until(done, 3);
}

// R12.3
TEST(ThreadPool, RunsAsMuchQueuedWorkAtOnceAsItHasThreadsWhileTheCallerWaits) {
  constexpr std::uint32_t kThreads = 3;
  struct Meeting {
    std::barrier<> all{kThreads};
    Counter left{0};
  } meeting;
  const auto pool = pool_of(kThreads);

  for (std::uint32_t i = 0; i < kThreads; ++i) {
    // None gets past the barrier before all have come.
    const auto meet = [](void* state) noexcept {
      static_cast<Meeting*>(state)->all.arrive_and_wait();
      static_cast<Meeting*>(state)->left.fetch_add(1, std::memory_order_acq_rel);
    };
    ASSERT_TRUE(pool->enqueue(meet, &meeting).ok());
  }

  wait_until(meeting.left, kThreads);
}

// R1.5
TEST(ThreadPool, RunsQueuedWorkAlsoWhenNobodyHoldsThePoolAnyMore) {
  constexpr std::uint32_t kRounds = 500;
  constexpr std::uint32_t kPerRound = 5;
  Counter done{0};

  // Queued and let go by threads that end, again and again: an arena of oneTBB that is destroyed
  // while work waits in it loses some of that.
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    std::thread([&] {
      const auto pool = pool_of(4);
      for (std::uint32_t i = 0; i < kPerRound; ++i) {
        ASSERT_TRUE(pool->enqueue(count_one, &done).ok());
      }
    }).join();
  }

  wait_until(done, kRounds * kPerRound);
}

// R1.5
TEST(ThreadPool, ShowsQueuedWorkWhatWasWrittenBefore) {
  struct Message {
    int plain = 0;  // a race here is found by the thread sanitizer
    Counter done{0};
  } message;
  const auto pool = pool_of(2);

  message.plain = 42;
  ASSERT_TRUE(pool->enqueue(
                      [](void* state) noexcept {
                        auto& received = *static_cast<Message*>(state);
                        received.done.store(received.plain == 42 ? 1 : 2);
                      },
                      &message)
                  .ok());

  wait_until(message.done, 1);
  EXPECT_EQ(message.done.load(), 1U);
}

// R3.2
TEST(ThreadPool, MeasuresItsGrainOnceAndWithinItsBounds) {
  const auto pool = pool_of(2);

  const double grain = pool->grain_nanoseconds();

  EXPECT_GE(grain, 5'000);
  EXPECT_LE(grain, 100'000);
  EXPECT_EQ(pool->grain_nanoseconds(), grain);
  EXPECT_EQ(pool->known_grain_nanoseconds(), grain);
}

}  // namespace
}  // namespace dotcompute::core
