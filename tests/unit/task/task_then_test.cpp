// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace dotcompute {
namespace {

Error cancelled() {
  return {.code = ErrorCode::cancelled, .what = "The call is cancelled."};
}

// R1.5
TEST(TaskThen, RunsAtOnceOnAReadyTask) {
  bool ran = false;

  auto next = Task<int>::ready(7).then([&](int value) {
    ran = true;
    return std::to_string(value);
  });

  EXPECT_TRUE(ran);
  EXPECT_TRUE(next.is_ready());
  EXPECT_EQ(next.get(), "7");
}

// R1.5
TEST(TaskThen, RunsOnTheThreadThatEndsThePendingTask) {
  TaskSource<int> source;
  std::thread::id ran_on;
  auto next = source.task().then([&](int value) {
    ran_on = std::this_thread::get_id();
    return value + 1;
  });
  EXPECT_FALSE(next.is_ready());

  std::jthread producer([&] { source.complete(7); });
  const auto producer_id = producer.get_id();

  EXPECT_EQ(next.get(), 8);
  EXPECT_EQ(ran_on, producer_id);
}

// R1.5
TEST(TaskThen, LeavesTheFirstTaskEmpty) {
  TaskSource<int> source;
  auto first = source.task();

  auto next = first.then([](int value) { return value; });

  EXPECT_FALSE(first.valid());  // NOLINT(clang-analyzer-cplusplus.Move): what is tested
  EXPECT_TRUE(next.valid());
}

// R1.5
TEST(TaskThen, TakesNothingAfterATaskOfVoid) {
  auto next = Task<void>::ready().then([] { return 7; });

  EXPECT_EQ(next.get(), 7);
}

// R1.5
TEST(TaskThen, GivesATaskOfVoidWhenTheFunctionReturnsNothing) {
  auto next = Task<int>::ready(7).then([](int) {});

  static_assert(std::same_as<decltype(next), Task<void>>);
  EXPECT_NO_THROW(next.get());
}

// R1.5
TEST(TaskThen, MovesTheValueIntoTheFunction) {
  TaskSource<std::unique_ptr<int>> source;
  auto next = source.task().then([](std::unique_ptr<int> value) { return value; });

  source.complete(std::make_unique<int>(7));

  EXPECT_EQ(*next.get(), 7);
}

// R1.5
TEST(TaskThen, SkipsTheFunctionAfterAFailure) {
  bool ran = false;

  auto next = Task<int>::failed(cancelled()).then([&](int) { ran = true; });

  EXPECT_EQ(next.try_get().error().code, ErrorCode::cancelled);
  EXPECT_FALSE(ran);
}

// R1.5
TEST(TaskThen, SkipsTheFunctionAfterALaterFailure) {
  TaskSource<int> source;
  bool ran = false;
  auto next = source.task().then([&](int) { ran = true; }).then([&] { ran = true; });

  source.complete(cancelled());

  EXPECT_EQ(next.try_get().error().code, ErrorCode::cancelled);
  EXPECT_FALSE(ran);
}

// R1.5
TEST(TaskThen, TurnsWhatTheFunctionThrowsIntoAFailure) {
  auto next = Task<int>::ready(7).then([](int) -> int { throw std::out_of_range("too far"); });

  const auto result = next.try_get();

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::execution_failed);
  EXPECT_THROW(std::rethrow_exception(result.error().cause), std::out_of_range);
}

// R1.5
TEST(TaskThen, TurnsWhatTheFunctionThrowsLaterIntoAFailure) {
  TaskSource<void> source;
  auto next = source.task().then([] { throw_error(cancelled()); });

  source.complete();

  EXPECT_EQ(next.try_get().error().code, ErrorCode::cancelled);
}

// R1.5
TEST(TaskThen, FailsAfterAnEmptyTask) {
  auto next = Task<int>().then([](int value) { return value; });

  EXPECT_EQ(next.try_get().error().code, ErrorCode::invalid_argument);
}

// R1.5
TEST(TaskThen, UnwrapsAResult) {
  auto good = Task<int>::ready(7).then([](int value) -> Result<int> { return value + 1; });
  auto bad = Task<int>::ready(7).then([](int) -> Result<int> { return cancelled(); });
  auto status = Task<int>::ready(7).then([](int) -> Status { return cancelled(); });

  static_assert(std::same_as<decltype(good), Task<int>>);
  static_assert(std::same_as<decltype(status), Task<void>>);
  EXPECT_EQ(good.get(), 8);
  EXPECT_EQ(bad.try_get().error().code, ErrorCode::cancelled);
  EXPECT_EQ(status.try_get().error().code, ErrorCode::cancelled);
}

// R1.5
TEST(TaskThen, UnwrapsATask) {
  TaskSource<int> inner;
  TaskSource<void> outer;
  auto next = outer.task().then([&] { return inner.task(); });
  static_assert(std::same_as<decltype(next), Task<int>>);

  outer.complete();
  EXPECT_FALSE(next.is_ready());
  inner.complete(7);

  EXPECT_EQ(next.get(), 7);
}

// R1.5
TEST(TaskThen, UnwrapsATaskOfVoidThatFails) {
  auto next = Task<int>::ready(7).then([](int) { return Task<void>::failed(cancelled()); });

  static_assert(std::same_as<decltype(next), Task<void>>);
  EXPECT_EQ(next.try_get().error().code, ErrorCode::cancelled);
}

// R1.5
TEST(TaskThen, FollowsAMillionReadyTasks) {
  auto task = Task<int>::ready(0);

  for (int link = 0; link < 1'000'000; ++link) {
    task = task.then([](int value) { return value + 1; });
  }

  EXPECT_EQ(task.get(), 1'000'000);
}

// R1.5
TEST(TaskThen, EndsAChainOfAMillionPendingTasksWithoutDeepRecursion) {
  TaskSource<int> source;
  auto task = source.task();
  for (int link = 0; link < 1'000'000; ++link) {
    task = task.then([](int value) { return value + 1; });
  }

  source.complete(0);

  EXPECT_EQ(task.get(), 1'000'000);
}

// R1.5
TEST(TaskThen, RunsAllOfALongChainBeforeTheCompletionReturns) {
  TaskSource<int> source;
  auto task = source.task();
  for (int link = 0; link < 1'000; ++link) {
    task = task.then([](int value) { return value + 1; });
  }

  source.complete(0);

  EXPECT_TRUE(task.is_ready());
}

// R1.5
TEST(TaskThen, MayWaitForATaskFurtherDownALongChain) {
  TaskSource<int> first;
  TaskSource<int> second;
  auto after_second = second.task().then([](int value) { return value + 1; });
  auto task = first.task();
  for (int link = 0; link < 100; ++link) {
    task = task.then([](int value) { return value; });
  }
  // So deep in the chain, the continuation of `second` is put off until this function waits.
  auto last = task.then([&](int value) {
    second.complete(value);
    return after_second.get();
  });

  first.complete(7);

  EXPECT_EQ(last.get(), 8);
}

// R1.5
TEST(TaskThen, RunsToItsEndWhenItsTaskIsDropped) {
  TaskSource<int> source;
  int seen = 0;
  {
    auto dropped = source.task().then([&](int value) { seen = value; });
  }

  source.complete(7);

  EXPECT_EQ(seen, 7);
}

}  // namespace
}  // namespace dotcompute
