// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace dotcompute {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

Error cancelled() {
  return {.code = ErrorCode::cancelled, .what = "The call is cancelled."};
}

// R1.5
TEST(Task, GivesTheValueItWasMadeReadyWith) {
  auto task = Task<int>::ready(7);

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(Task, OfVoidIsReadyWithoutAValue) {
  auto task = Task<void>::ready();

  EXPECT_TRUE(task.is_ready());
  EXPECT_NO_THROW(task.get());
}

// R1.5
TEST(Task, GivesAValueThatCanOnlyBeMoved) {
  auto task = Task<std::unique_ptr<int>>::ready(std::make_unique<int>(7));

  EXPECT_EQ(*task.get(), 7);
}

// R1.5
TEST(Task, IsMadeReadyFromAResult) {
  const auto make = []() -> Task<std::string> { return Result<std::string>("seven"); };

  EXPECT_EQ(make().get(), "seven");
}

// R1.5
TEST(Task, HandsOnAnErrorThatAFunctionReturns) {
  const auto make = []() -> Task<int> { return cancelled(); };

  const auto result = make().try_get();

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

// R1.5
TEST(Task, ThrowsTheExceptionOfItsFailure) {
  auto task = Task<int>::failed(cancelled());

  EXPECT_TRUE(task.is_ready());
  EXPECT_THROW(std::ignore = task.get(), OperationCancelled);
}

// R1.5
TEST(Task, KeepsEveryPartOfItsError) {
  Error sent{.code = ErrorCode::transient, .what = "The queue is full.", .native = -36};
  sent.context.kernel = "saxpy";
  sent.context.attempt = 3;

  const auto result = Task<void>::failed(std::move(sent)).try_get();

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::transient);
  EXPECT_EQ(result.error().what, "The queue is full.");
  EXPECT_EQ(result.error().native, -36);
  EXPECT_EQ(result.error().context.kernel.view(), "saxpy");
  EXPECT_EQ(result.error().context.attempt, 3U);
}

// R1.5
TEST(Task, IsEmptyWhenNothingWasPutIn) {
  Task<int> task;

  EXPECT_FALSE(task.valid());
  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.try_get().error().code, ErrorCode::invalid_argument);
}

// R1.5
TEST(Task, GivesItsValueOnlyOnce) {
  auto task = Task<int>::ready(7);
  std::ignore = task.get();

  EXPECT_FALSE(task.valid());
  EXPECT_THROW(std::ignore = task.get(), BindingException);
}

// R1.5
TEST(Task, GivesAFailureOnlyOnce) {
  auto task = Task<int>::failed(cancelled());
  std::ignore = task.try_get();

  EXPECT_EQ(task.try_get().error().code, ErrorCode::invalid_argument);
}

// R1.5
TEST(Task, LeavesTheTaskItIsMovedFromEmpty) {
  auto from = Task<std::string>::ready("seven");

  auto to = std::move(from);

  EXPECT_FALSE(from.valid());  // NOLINT: what is tested
  EXPECT_EQ(to.get(), "seven");
}

// R1.5
TEST(Task, DestroysTheValueItIsAssignedOver) {
  auto value = std::make_shared<int>(7);
  auto task = Task<std::shared_ptr<int>>::ready(value);

  task = Task<std::shared_ptr<int>>::ready(nullptr);

  EXPECT_EQ(value.use_count(), 1);
}

// R1.5
TEST(Task, CanBeMovedButNotCopied) {
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<Task<int>>);
  EXPECT_TRUE(std::is_nothrow_move_assignable_v<Task<int>>);
  EXPECT_FALSE(std::is_copy_constructible_v<Task<int>>);
  EXPECT_FALSE(std::is_copy_assignable_v<Task<int>>);
}

// R1.5
TEST(Task, IsSmall) {
  EXPECT_LE(sizeof(Task<int>), 3 * sizeof(void*));
  EXPECT_LE(sizeof(Task<void>), 3 * sizeof(void*));
}

// R1.5
TEST(Task, OfAnOverAlignedTypeKeepsItsAlignment) {
  struct alignas(64) Line {
    int value;
  };
  TaskSource<Line> source;
  auto task = source.task();

  source.complete(Line{7});
  const Line line = task.get();

  EXPECT_EQ(line.value, 7);
}

// R1.5
TEST(Task, IsNotReadyWhileItIsPending) {
  TaskSource<int> source;
  auto task = source.task();

  EXPECT_TRUE(task.valid());
  EXPECT_FALSE(task.is_ready());

  source.complete(7);
  EXPECT_TRUE(task.is_ready());
}

// R1.5
TEST(Task, WaitKeepsTheValueForGet) {
  TaskSource<int> source;
  auto task = source.task();
  const std::jthread producer([&] { source.complete(7); });

  task.wait();

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(Task, WaitForGivesUpOnAPendingTask) {
  TaskSource<int> source;
  auto task = source.task();

  EXPECT_FALSE(task.wait_for(0ms));
  EXPECT_FALSE(task.wait_for(1ms));
  EXPECT_FALSE(task.wait_for(-1h));
}

// R1.5
TEST(Task, CanBeWaitedForAgainAfterATimeOut) {
  TaskSource<int> source;
  auto task = source.task();
  ASSERT_FALSE(task.wait_for(1ms));

  const std::jthread producer([&] { source.complete(7); });

  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(Task, WaitForEndsWithTheTask) {
  TaskSource<int> source;
  auto task = source.task();
  const std::jthread producer([&] { source.complete(7); });

  EXPECT_TRUE(task.wait_for(1h));
}

// R1.5
TEST(Task, WaitForTakesTheLongestTimeThereIs) {
  TaskSource<int> source;
  auto task = source.task();
  const std::jthread producer([&] { source.complete(7); });

  EXPECT_TRUE(task.wait_for(std::chrono::nanoseconds::max()));
}

// R1.5
TEST(Task, DestroysAValueThatNobodyTakes) {
  auto value = std::make_shared<int>(7);
  TaskSource<std::shared_ptr<int>> source;
  { const auto dropped = source.task(); }

  source.complete(value);

  EXPECT_EQ(value.use_count(), 1);
}

}  // namespace
}  // namespace dotcompute
