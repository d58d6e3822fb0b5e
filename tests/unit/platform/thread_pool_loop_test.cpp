// SPDX-License-Identifier: Apache-2.0
#include "platform/thread_pool.hpp"
#include "support/code_of.hpp"

#include "dotcompute/exception.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

using Counter = std::atomic<std::uint32_t>;

class ThreadPoolLoopTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kThreads = 3;

  void SetUp() override {
    auto pool = ThreadPool::shared(kThreads);
    ASSERT_TRUE(pool.ok());
    pool_ = *pool;
  }

  std::shared_ptr<ThreadPool> pool_;
};

// R3.2
TEST_F(ThreadPoolLoopTest, RunsEveryChunkOnce) {
  for (const std::uint64_t count : {0U, 1U, 2U, 7U, 1000U}) {
    std::vector<Counter> runs(count);

    const Status status = pool_->parallel_for(count, [&](std::uint64_t chunk) { ++runs[chunk]; });

    EXPECT_TRUE(status.ok());
    for (const Counter& run : runs) {
      EXPECT_EQ(run.load(), 1U);
    }
  }
}

// R3.2
TEST_F(ThreadPoolLoopTest, IsRunByTheCallerAndAllWorkersButOne) {
  std::barrier<> all(kThreads);
  std::vector<std::thread::id> ids(kThreads);

  // Each chunk keeps its thread until there is a thread for every chunk.
  const Status status = pool_->parallel_for(kThreads, [&](std::uint64_t chunk) {
    ids[chunk] = std::this_thread::get_id();
    all.arrive_and_wait();
  });

  EXPECT_TRUE(status.ok());
  EXPECT_EQ(std::ranges::count(ids, std::this_thread::get_id()), 1);
}

// R3.2
TEST_F(ThreadPoolLoopTest, DoesNotWaitForWorkersThatHaveNotStarted) {
  struct Gate {
    Counter entered{0};
    std::atomic<bool> open{false};
    Counter left{0};
  } gate;
  const auto hold_worker = [](void* state) noexcept {
    auto& held = *static_cast<Gate*>(state);
    held.entered.fetch_add(1);
    held.open.wait(false);
    held.left.fetch_add(1);
  };
  for (std::uint32_t i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(pool_->enqueue(hold_worker, &gate).ok());
  }
  while (gate.entered.load() < kThreads) {
    std::this_thread::yield();
  }

  std::uint32_t runs = 0;  // only this thread can run chunks
  const Status status = pool_->parallel_for(64, [&](std::uint64_t) { ++runs; });

  EXPECT_TRUE(status.ok());
  EXPECT_EQ(runs, 64U);
  gate.open.store(true);
  gate.open.notify_all();
  while (gate.left.load() < kThreads) {
    std::this_thread::yield();
  }
}

// R12.3
TEST_F(ThreadPoolLoopTest, RunsLoopsWithinItsChunks) {
  Counter runs{0};

  const Status status = pool_->parallel_for(16, [&](std::uint64_t) {
    const Status inner = pool_->parallel_for(16, [&](std::uint64_t) {
      const Status innermost = pool_->parallel_for(4, [&](std::uint64_t) { ++runs; });
      EXPECT_TRUE(innermost.ok());
    });
    EXPECT_TRUE(inner.ok());
  });

  EXPECT_TRUE(status.ok());
  EXPECT_EQ(runs.load(), 16U * 16U * 4U);
}

// R12.3
TEST_F(ThreadPoolLoopTest, KeepsLoopsOfManyThreadsApart) {
  constexpr std::uint64_t kChunks = 20;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int repeat = 0; repeat < 200; ++repeat) {
        std::vector<Counter> runs(kChunks);
        ASSERT_TRUE(pool_->parallel_for(kChunks, [&](std::uint64_t chunk) { ++runs[chunk]; }).ok());
        ASSERT_EQ(std::ranges::count_if(runs, [](const Counter& run) { return run.load() == 1; }),
                  static_cast<std::int64_t>(kChunks));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

// R3.2
TEST_F(ThreadPoolLoopTest, ShowsTheCallerWhatChunksWrote) {
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<std::uint64_t> plain(64);  // a race here is found by the thread sanitizer

    ASSERT_TRUE(
        pool_->parallel_for(plain.size(), [&](std::uint64_t chunk) { plain[chunk] = chunk; }).ok());

    for (std::uint64_t chunk = 0; chunk < plain.size(); ++chunk) {
      ASSERT_EQ(plain[chunk], chunk);
    }
  }
}

// R9.1
TEST_F(ThreadPoolLoopTest, HandsBackWhatAChunkThrows) {
  const Status status = pool_->parallel_for(8, [](std::uint64_t chunk) {
    if (chunk == 5) {
      throw std::runtime_error("chunk five");
    }
  });

  ASSERT_EQ(code_of(status), ErrorCode::execution_failed);
  try {
    std::rethrow_exception(status.error().cause);
  } catch (const std::runtime_error& thrown) {
    EXPECT_STREQ(thrown.what(), "chunk five");
  }
}

// R9.1
TEST_F(ThreadPoolLoopTest, StartsNoChunkAfterOneHasThrown) {
  constexpr std::uint64_t kChunks = 1'000'000;
  std::atomic<std::uint64_t> runs{0};

  const Status status = pool_->parallel_for(kChunks, [&](std::uint64_t) {
    ++runs;
    throw std::bad_alloc();
  });

  EXPECT_EQ(code_of(status), ErrorCode::host_memory);
  EXPECT_LE(runs.load(), kThreads);  // each thread may have been within one
}

// R9.1
TEST_F(ThreadPoolLoopTest, HasForgottenAFailureWhenTheNextLoopRuns) {
  EXPECT_FALSE(pool_->parallel_for(4, [](std::uint64_t) { throw 1; }).ok());

  EXPECT_TRUE(pool_->parallel_for(4, [](std::uint64_t) {}).ok());
}

// R1.6
TEST_F(ThreadPoolLoopTest, StartsNoChunkAfterAStopRequest) {
  constexpr std::uint64_t kChunks = 1'000'000;
  std::stop_source source;
  const backend::CallControl control{.stop = source.get_token()};
  std::atomic<std::uint64_t> runs{0};

  const Status status = pool_->parallel_for(
      kChunks,
      [&](std::uint64_t) {
        source.request_stop();
        ++runs;
      },
      &control);

  EXPECT_EQ(code_of(status), ErrorCode::cancelled);
  EXPECT_LE(runs.load(), kThreads);
}

// R1.7
TEST_F(ThreadPoolLoopTest, StartsNoChunkAfterTheDeadline) {
  const backend::CallControl control{.deadline = std::chrono::steady_clock::time_point{}};
  Counter runs{0};

  const Status status = pool_->parallel_for(
      8, [&](std::uint64_t) { ++runs; }, &control);

  EXPECT_EQ(code_of(status), ErrorCode::deadline_exceeded);
  EXPECT_EQ(runs.load(), 0U);
}

// R1.6
TEST_F(ThreadPoolLoopTest, IsWholeIfTheStopComesDuringTheLastChunk) {
  std::stop_source source;
  const backend::CallControl control{.stop = source.get_token()};

  const Status status = pool_->parallel_for(
      1, [&](std::uint64_t) { source.request_stop(); }, &control);

  EXPECT_TRUE(status.ok());
}

}  // namespace
}  // namespace dotcompute::core
