// SPDX-License-Identifier: Apache-2.0
#include "asleep.hpp"
#include "rendezvous.hpp"

#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

Result<int> seven() {
  return 7;
}

// R1.5
TEST(ClaimableTask, RunsOnTheWaiterIfNoWorkerHasStarted) {
  std::thread::id ran_on;
  auto [task, work] = make_claimable_task<int>([&]() -> Result<int> {
    ran_on = std::this_thread::get_id();
    return 7;
  });
  EXPECT_FALSE(task.is_ready());

  EXPECT_EQ(task.get(), 7);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

// R1.5
TEST(ClaimableTask, RunsOnTheWorkerThatCallsItsReference) {
  auto [task, work] = make_claimable_task<int>(&seven);

  work();

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(ClaimableTask, RunsOnceHoweverOftenItIsCalled) {
  int runs = 0;
  auto [task, work] = make_claimable_task<void>([&]() -> Status {
    ++runs;
    return success();
  });

  work();
  work();
  task.get();

  EXPECT_EQ(runs, 1);
}

// R1.5
TEST(ClaimableTask, RunsForAWorkerAfterItsTaskWasDropped) {
  int runs = 0;
  WorkReference work;
  {
    auto [task, reference] = make_claimable_task<void>([&]() -> Status {
      ++runs;
      return success();
    });
    work = std::move(reference);
  }

  work();

  EXPECT_EQ(runs, 1);
}

// R1.5
TEST(ClaimableTask, FailsWithWhatItsWorkReturnsOrThrows) {
  auto [returned, first] = make_claimable_task<int>([]() -> Result<int> {
    return Error{.code = ErrorCode::transient, .what = "The device is busy."};
  });
  auto [thrown, second] = make_claimable_task<int>(
      []() -> Result<int> { throw std::runtime_error("the kernel threw"); });

  EXPECT_EQ(returned.try_get().error().code, ErrorCode::transient);
  EXPECT_EQ(thrown.try_get().error().code, ErrorCode::execution_failed);
}

// R1.5
TEST(ClaimableTask, FailsWhenItsWorkIsDropped) {
  auto made = make_claimable_task<int>(&seven);

  made.second = WorkReference();

  ASSERT_TRUE(made.first.is_ready());
  EXPECT_EQ(made.first.try_get().error().code, ErrorCode::internal);
}

// R1.5
TEST(ClaimableTask, TellsItsContinuationWhenItsWorkIsDropped) {
  auto made = make_claimable_task<int>(&seven);
  auto next = made.first.then([](int value) { return value; });

  made.second = WorkReference();

  ASSERT_TRUE(next.is_ready());
  EXPECT_EQ(next.try_get().error().code, ErrorCode::internal);
}

// R1.5
TEST(ClaimableTask, LetsGoOfWhatItsWorkHoldsBeforeItEnds) {
  auto held = std::make_shared<int>(7);
  auto [task, work] = make_claimable_task<int>([held]() -> Result<int> { return *held; });
  long owners_at_end = 0;
  auto next = task.then([&](int) { owners_at_end = held.use_count(); });

  work();
  next.get();

  EXPECT_EQ(owners_at_end, 1);
}

// R1.5
TEST(WorkReference, GoesThroughAQueueOfPlainPointers) {
  auto [task, work] = make_claimable_task<int>(&seven);
  void* const queued = work.release();
  EXPECT_FALSE(work);

  {
    const auto taken = WorkReference::adopt(queued);
    taken();
  }

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(ClaimableTask, DoesNotRunInsideATimedWait) {
  auto [task, work] = make_claimable_task<int>(&seven);

  EXPECT_FALSE(task.wait_for(std::chrono::milliseconds(1)));
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(ClaimableTask, RunsOnAWaiterOfATaskThatFollowsIt) {
  auto [task, work] = make_claimable_task<int>(&seven);

  auto next = task.then([](int value) { return value + 1; }).then([](int value) {
    return std::to_string(value);
  });

  EXPECT_EQ(next.get(), "8");
}

// R1.5
TEST(ClaimableTask, RunsOnAWaiterOfAllTasks) {
  auto [first, first_work] = make_claimable_task<int>(&seven);
  auto [second, second_work] = make_claimable_task<int>(&seven);

  auto all = when_all(std::move(first), second.then([](int value) { return value + 1; }));

  EXPECT_EQ(all.get(), std::tuple(7, 8));
}

Task<int> sum_of(Task<int> first, Task<int> second) {
  const int a = co_await std::move(first);
  const int b = co_await std::move(second);
  co_return a + b;
}

// R1.5
TEST(ClaimableTask, RunsOnAWaiterOfACoroutineThatAwaitsIt) {
  auto [first, first_work] = make_claimable_task<int>(&seven);
  auto [second, second_work] = make_claimable_task<int>(&seven);

  auto sum = sum_of(std::move(first), std::move(second));
  EXPECT_FALSE(sum.is_ready());

  EXPECT_EQ(sum.get(), 14);
}

// R1.5
TEST(ClaimableTask, RunsOnAWaiterOfATaskThatAContinuationReturned) {
  WorkReference inner_work;
  auto [task, work] = make_claimable_task<int>(&seven);
  auto next = task.then([&](int) {
    auto made = make_claimable_task<int>(&seven);
    inner_work = std::move(made.second);
    return std::move(made.first);
  });

  EXPECT_EQ(next.get(), 7);
}

// R1.5
TEST(ClaimableTask, RunsOnAWaiterThatSleptWhenItCameUp) {
  TaskSource<int> source;
  auto [unstarted, work] = make_claimable_task<int>(&seven);
  auto chain = sum_of(source.task(), std::move(unstarted)).then([](int sum) { return sum; });
  auto all = when_all(std::move(chain), Task<void>::ready());
  const std::jthread producer([&, waiter = gettid()] {
    wait_until_asleep(waiter);
    source.complete(1);
  });

  EXPECT_EQ(std::get<0>(all.get()), 8);
}

// R1.5
TEST(ClaimableTask, CanBeWaitedForInsideTheOnlyWorker) {
  std::deque<WorkReference> queue;
  const auto fork = [&](auto& self, int depth) -> Result<int> {
    if (depth == 0) {
      return 1;
    }
    auto [left, left_work] = make_claimable_task<int>([&, depth] { return self(self, depth - 1); });
    auto [right, right_work] =
        make_claimable_task<int>([&, depth] { return self(self, depth - 1); });
    queue.push_back(std::move(left_work));
    queue.push_back(std::move(right_work));
    return left.get() + right.get();
  };
  auto [task, work] = make_claimable_task<int>([&] { return fork(fork, 8); });

  work();  // the worker, which nobody helps

  EXPECT_EQ(task.get(), 256);
}

// R1.5
TEST(ClaimableTask, RunsExactlyOnceWhenWorkerAndWaiterRace) {
  constexpr std::size_t kTasks = 20'000;
  constexpr std::size_t kTasksPerRound = 50;
  std::atomic<std::size_t> runs{0};
  std::vector<Task<std::size_t>> tasks;
  std::vector<WorkReference> references;
  for (std::size_t index = 0; index < kTasks; ++index) {
    auto [task, work] = make_claimable_task<std::size_t>([&runs, index]() -> Result<std::size_t> {
      runs.fetch_add(1);
      return index;
    });
    tasks.push_back(std::move(task));
    references.push_back(std::move(work));
  }
  Rendezvous rendezvous;
  std::jthread worker([&] {
    for (std::size_t index = 0; index < kTasks; ++index) {
      if (index % kTasksPerRound == 0) {
        rendezvous.meet();
      }
      references[index]();
    }
  });

  for (std::size_t index = 0; index < kTasks; ++index) {
    if (index % kTasksPerRound == 0) {
      rendezvous.meet();
    }
    ASSERT_EQ(tasks[index].get(), index);
  }

  worker.join();
  EXPECT_EQ(runs, kTasks);
}

}  // namespace
}  // namespace dotcompute
