// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace dotcompute {
namespace {

// R1.5
TEST(TaskSource, CompletesItsTaskWithAValue) {
  TaskSource<std::string> source;
  auto task = source.task();

  source.complete(std::string("seven"));

  EXPECT_EQ(task.get(), "seven");
}

// R1.5
TEST(TaskSource, CompletesATaskOfVoid) {
  TaskSource<void> source;
  auto task = source.task();

  source.complete();

  EXPECT_TRUE(task.try_get().ok());
}

// R1.5
TEST(TaskSource, CompletesItsTaskWithAFailure) {
  TaskSource<int> source;
  auto task = source.task();

  source.complete(Error{.code = ErrorCode::out_of_memory, .what = "The device is full."});

  EXPECT_THROW(std::ignore = task.get(), OutOfMemoryException);
}

// R1.5
TEST(TaskSource, GivesItsTaskAfterItsCompletionToo) {
  TaskSource<int> source;
  source.complete(7);

  auto task = source.task();

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(TaskSource, GivesItsTaskOnce) {
  TaskSource<int> source;
  auto first = source.task();

  EXPECT_TRUE(first.valid());
  EXPECT_FALSE(source.task().valid());
}

// R1.5
TEST(TaskSource, KeepsTheFirstOfTwoCompletions) {
  TaskSource<int> source;
  auto task = source.task();

  source.complete(7);
  source.complete(8);

  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(TaskSource, FailsItsTaskWhenItEndsUncompleted) {
  Task<int> task;
  {
    TaskSource<int> source;
    task = source.task();
  }

  const auto result = task.try_get();

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::internal);
}

// R1.5
TEST(TaskSource, FailsItsTaskWhenItIsAssignedOver) {
  TaskSource<int> source;
  auto task = source.task();

  source = TaskSource<int>();

  ASSERT_TRUE(task.is_ready());
  EXPECT_EQ(task.try_get().error().code, ErrorCode::internal);
}

// R1.5
TEST(TaskSource, TakesTheRightToCompleteAlongWhenMoved) {
  TaskSource<int> from;
  auto task = from.task();

  TaskSource<int> to = std::move(from);
  to.complete(7);

  EXPECT_EQ(task.get(), 7);
}

}  // namespace
}  // namespace dotcompute
