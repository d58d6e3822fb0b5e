// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
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

Task<int> give(int value) {
  co_return value;
}

Task<int> one_more_than(Task<int> task) {
  const int value = co_await std::move(task);
  co_return value + 1;
}

// R1.5
TEST(TaskCoroutine, IsReadyWhenItReturnsIfItNeedNotWait) {
  auto task = one_more_than(give(7));

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 8);
}

Task<void> mark(bool& started, Task<void> until) {
  started = true;
  co_await std::move(until);
}

// R1.5
TEST(TaskCoroutine, StartsBeforeAnybodyWaits) {
  TaskSource<void> source;
  bool started = false;

  auto task = mark(started, source.task());

  EXPECT_TRUE(started);
  EXPECT_FALSE(task.is_ready());
  source.complete();
  EXPECT_TRUE(task.is_ready());
}

Task<std::thread::id> thread_after(Task<void> task) {
  co_await std::move(task);
  co_return std::this_thread::get_id();
}

// R1.5
TEST(TaskCoroutine, GoesOnOnTheThreadThatEndsWhatItAwaits) {
  TaskSource<void> source;
  auto task = thread_after(source.task());

  std::jthread producer([&] { source.complete(); });
  const auto producer_id = producer.get_id();

  EXPECT_EQ(task.get(), producer_id);
}

Task<std::unique_ptr<int>> pass_on(Task<std::unique_ptr<int>> task) {
  auto value = co_await std::move(task);
  co_return value;
}

// R1.5
TEST(TaskCoroutine, MovesValuesThatCanOnlyBeMoved) {
  TaskSource<std::unique_ptr<int>> source;
  auto task = pass_on(source.task());

  source.complete(std::make_unique<int>(7));

  EXPECT_EQ(*task.get(), 7);
}

Task<std::string> from_literal() {
  co_return "seven";
}

// R1.5
TEST(TaskCoroutine, ConvertsWhatItReturns) {
  EXPECT_EQ(from_literal().get(), "seven");
}

Task<int> throw_out_of_range() {
  throw std::out_of_range("too far");
  co_return 0;
}

// R1.5
TEST(TaskCoroutine, TurnsWhatItThrowsIntoAFailure) {
  const auto result = throw_out_of_range().try_get();

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::execution_failed);
  EXPECT_THROW(std::rethrow_exception(result.error().cause), std::out_of_range);
}

// R1.5
TEST(TaskCoroutine, PassesAFailureThroughAllWhoAwaitIt) {
  TaskSource<int> source;
  auto task = one_more_than(one_more_than(one_more_than(source.task())));

  source.complete(cancelled());

  EXPECT_THROW(std::ignore = task.get(), OperationCancelled);
}

Task<int> value_or(Task<int> task, int fallback) {
  try {
    co_return co_await std::move(task);
  } catch (const OperationCancelled&) {
    co_return fallback;
  }
}

// R1.5
TEST(TaskCoroutine, CanCatchTheFailureItAwaits) {
  EXPECT_EQ(value_or(Task<int>::failed(cancelled()), 3).get(), 3);
}

// R1.5
TEST(TaskCoroutine, FailsWhenItAwaitsAnEmptyTask) {
  EXPECT_EQ(one_more_than(Task<int>()).try_get().error().code, ErrorCode::invalid_argument);
}

Task<int> sum_of_ready(int count) {
  int sum = 0;
  for (int index = 0; index < count; ++index) {
    sum += co_await give(1);
  }
  co_return sum;
}

// R1.5
TEST(TaskCoroutine, AwaitsAMillionReadyTasksWithoutDeepRecursion) {
  EXPECT_EQ(sum_of_ready(1'000'000).get(), 1'000'000);
}

// R1.5
TEST(TaskCoroutine, EndsAChainOfPendingCoroutinesWithoutDeepRecursion) {
  constexpr int kLinks = 200'000;
  TaskSource<int> source;
  auto task = source.task();
  for (int link = 0; link < kLinks; ++link) {
    task = one_more_than(std::move(task));
  }

  source.complete(0);

  EXPECT_EQ(task.get(), kLinks);
}

Task<void> hold(std::shared_ptr<int> parameter, Task<void> until) {
  const std::shared_ptr<int> local(parameter.get(), [kept = parameter](int*) {});
  co_await std::move(until);
}

// R1.5
TEST(TaskCoroutine, DestroysItsParametersAndLocalsOnce) {
  const auto value = std::make_shared<int>(7);
  TaskSource<void> source;
  {
    auto task = hold(value, source.task());
    EXPECT_EQ(value.use_count(), 3);
    source.complete();
    task.get();
  }

  EXPECT_EQ(value.use_count(), 1);
}

// R1.5
TEST(TaskCoroutine, RunsToItsEndWhenItsTaskIsDropped) {
  const auto value = std::make_shared<int>(7);
  TaskSource<void> source;
  { auto dropped = hold(value, source.task()); }
  EXPECT_EQ(value.use_count(), 3);

  source.complete();

  EXPECT_EQ(value.use_count(), 1);
}

// R1.5
TEST(TaskCoroutine, CanBeALambda) {
  const auto twice = [](Task<int> task) -> Task<int> {
    const int value = co_await std::move(task);
    co_return 2 * value;
  };

  EXPECT_EQ(twice(give(7)).get(), 14);
}

// A coroutine type of somebody else.
struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

Detached store(Task<int> task, int& into) {
  into = co_await std::move(task);
}

// R1.5
TEST(TaskCoroutine, CanBeAwaitedInACoroutineOfAnotherKind) {
  TaskSource<int> source;
  int value = 0;
  store(one_more_than(source.task()), value);

  source.complete(7);

  EXPECT_EQ(value, 8);
}

}  // namespace
}  // namespace dotcompute
