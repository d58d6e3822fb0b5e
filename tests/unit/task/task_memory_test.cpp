// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/detail/task_memory.hpp"

#include "support/heap_probe.hpp"

#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

Task<int> one_more_than(Task<int> task) {
  const int value = co_await std::move(task);
  co_return value + 1;
}

// Heap allocations of a second run of `work`, when the pools are warm.
template <class Work>
std::uint64_t allocations_when_warm(Work work) {
  work();
  const std::uint64_t before = heap_allocations();
  work();
  return heap_allocations() - before;
}

// R1.5
TEST(TaskMemory, ReadyTasksAllocateNothing) {
  const std::uint64_t before = heap_allocations();

  auto value = Task<int>::ready(7);
  auto next = value.then([](int seven) { return seven + 1; });
  auto all = when_all(std::move(next), Task<void>::ready());
  const int eight = std::get<0>(all.get());

  EXPECT_EQ(heap_allocations(), before);
  EXPECT_EQ(eight, 8);
}

// R1.5
TEST(TaskMemory, PendingTasksAllocateNothingOnceWarm) {
  const auto run = [] {
    for (int round = 0; round < 100; ++round) {
      TaskSource<int> source;
      auto [claimable, work] = make_claimable_task<int>([]() -> Result<int> { return 1; });
      auto chain = one_more_than(source.task()).then([](int value) { return value + 1; });
      auto all = when_all(std::move(chain), std::move(claimable));
      source.complete(5);
      EXPECT_EQ(all.get(), std::tuple(7, 1));
    }
  };

  EXPECT_EQ(allocations_when_warm(run), 0U);
}

// R1.5
TEST(TaskMemory, FailedTasksAllocateNothingOnceWarm) {
  const auto run = [] {
    auto task = Task<int>::failed({.code = ErrorCode::cancelled, .what = "The call is cancelled."});
    EXPECT_FALSE(task.try_get().ok());
  };

  EXPECT_EQ(allocations_when_warm(run), 0U);
}

// R1.5
TEST(TaskMemory, FlowsBackFromAThreadThatOnlyEndsTasks) {
  constexpr int kRounds = 20;
  std::array<void*, 100> blocks{};
  std::barrier<> handed_over(2);
  const std::jthread ender([&] {
    for (int round = 0; round < 2 * kRounds; ++round) {
      handed_over.arrive_and_wait();
      for (void* const block : blocks) {
        detail::give_back_task_memory(block, 100);
      }
      handed_over.arrive_and_wait();
    }
  });
  const auto run = [&] {
    for (int round = 0; round < kRounds; ++round) {
      for (void*& block : blocks) {
        block = detail::take_task_memory(100);
      }
      handed_over.arrive_and_wait();
      handed_over.arrive_and_wait();
    }
  };

  EXPECT_EQ(allocations_when_warm(run), 0U);
}

// R1.5
TEST(TaskMemory, KeepsABoundedNumberOfBlocks) {
  constexpr std::size_t kTaken = 10'000;
  constexpr std::size_t kKept =
      (detail::kTaskBatchesPerThread + detail::kTaskBatchesShared) * detail::kTaskBlocksPerBatch;
  std::vector<void*> blocks(kTaken);
  for (void*& block : blocks) {
    block = detail::take_task_memory(1024);
  }
  const std::uint64_t before = heap_releases();

  for (void* const block : blocks) {
    detail::give_back_task_memory(block, 1024);
  }

  EXPECT_GE(heap_releases() - before, kTaken - kKept);
}

// R1.5
TEST(TaskMemory, DoesNotKeepLargeBlocks) {
  const std::uint64_t before = heap_releases();

  detail::give_back_task_memory(detail::take_task_memory(1025), 1025);

  EXPECT_EQ(heap_releases(), before + 1);
}

// R1.5
TEST(TaskMemory, GivesEverySizeABlockOfItsOwn) {
  for (std::size_t bytes = 1; bytes <= 1100; ++bytes) {
    auto* const first = static_cast<unsigned char*>(detail::take_task_memory(bytes));
    auto* const second = static_cast<unsigned char*>(detail::take_task_memory(bytes));
    std::fill_n(first, bytes, std::uint8_t{1});
    std::fill_n(second, bytes, std::uint8_t{2});

    EXPECT_TRUE(std::all_of(first, first + bytes, [](auto byte) { return byte == 1; }));

    detail::give_back_task_memory(first, bytes);
    detail::give_back_task_memory(second, bytes);
  }
}

// R1.5
TEST(TaskMemory, PassesToOtherThreadsWhenItsThreadEnds) {
  constexpr std::size_t kBlocks = detail::kTaskBlocksPerBatch;
  const auto take_and_give_back = [] {
    std::array<void*, kBlocks> blocks{};
    for (void*& block : blocks) {
      block = detail::take_task_memory(200);
    }
    for (void* const block : blocks) {
      detail::give_back_task_memory(block, 200);
    }
  };
  std::thread(take_and_give_back).join();
  std::uint64_t allocated = 0;

  std::thread([&] {
    const std::uint64_t before = heap_allocations();
    take_and_give_back();
    allocated = heap_allocations() - before;
  }).join();

  EXPECT_EQ(allocated, 0U);
}

struct UsesTasksAtTheEnd {
  ~UsesTasksAtTheEnd() {
    TaskSource<int> source;
    auto task = source.task();
    source.complete(7);
    *seen = task.get();
  }
  int* seen = nullptr;
};

// R1.5
TEST(TaskMemory, ServesThreadsThatEnd) {
  int seen = 0;

  std::thread([&] {
    // Made before the thread's pool is, and so destroyed after it.
    thread_local UsesTasksAtTheEnd last;
    last.seen = &seen;
    detail::give_back_task_memory(detail::take_task_memory(64), 64);
  }).join();

  EXPECT_EQ(seen, 7);
}

// Runs `body` on a thread whose pool is empty and which can get no memory, and there alone.
template <class Body>
void without_memory(Body body) {
  std::vector<std::tuple<void*, std::size_t>> taken;
  std::thread([&] {
    taken.reserve(100'000);
    const EmptyHeap empty;
    for (std::size_t bytes = 64; bytes <= 1024; bytes *= 2) {
      while (void* const block = detail::take_task_memory(bytes)) {
        taken.emplace_back(block, bytes);
      }
    }
    body();
  }).join();
  for (const auto& [block, bytes] : taken) {
    detail::give_back_task_memory(block, bytes);
  }
}

// R1.5
TEST(TaskMemory, RunningOutFailsPendingTasks) {
  ErrorCode source_code{};
  ErrorCode work_code{};
  ErrorCode coroutine_code{};
  bool has_work = true;

  without_memory([&] {
    TaskSource<int> source;
    source_code = source.task().try_get().error().code;
    source.complete(7);
    auto [task, work] = make_claimable_task<int>([]() -> Result<int> { return 1; });
    work_code = task.try_get().error().code;
    has_work = static_cast<bool>(work);
    coroutine_code = one_more_than(Task<int>::ready(7)).try_get().error().code;
  });

  EXPECT_EQ(source_code, ErrorCode::host_memory);
  EXPECT_EQ(work_code, ErrorCode::host_memory);
  EXPECT_FALSE(has_work);
  EXPECT_EQ(coroutine_code, ErrorCode::host_memory);
}

// R1.5
TEST(TaskMemory, RunningOutKeepsTheCodeOfAFailure) {
  ErrorCode code{};

  without_memory([&] {
    auto task = Task<int>::failed({.code = ErrorCode::cancelled, .what = "The call is cancelled."});
    code = task.try_get().error().code;
  });

  EXPECT_EQ(code, ErrorCode::cancelled);
}

// R1.5
TEST(TaskMemory, RunningOutFailsTheTaskAfterAPendingOne) {
  TaskSource<int> source;
  auto task = source.task();
  Result<int> result = 0;

  without_memory([&] { result = task.then([](int value) { return value; }).try_get().error(); });
  source.complete(7);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::host_memory);
}

// R1.5
TEST(TaskMemory, RunningOutMakesWhenAllWaitAtOnce) {
  auto made = make_claimable_task<int>([]() -> Result<int> { return 7; });
  std::tuple<int, int> values;

  without_memory([&] { values = when_all(std::move(made.first), Task<int>::ready(8)).get(); });

  EXPECT_EQ(values, std::tuple(7, 8));
}

}  // namespace
}  // namespace dotcompute
