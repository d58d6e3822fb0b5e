// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace dotcompute {
namespace {

Error error_of(ErrorCode code) {
  return {.code = code, .what = "The test fails this one."};
}

// R1.5
TEST(WhenAll, GivesTheValuesOfReadyTasks) {
  auto all = when_all(Task<int>::ready(7), Task<std::string>::ready("eight"));

  EXPECT_TRUE(all.is_ready());
  EXPECT_EQ(all.get(), std::tuple(7, std::string("eight")));
}

// R1.5
TEST(WhenAll, StandsATaskOfVoidForAMonostate) {
  auto all = when_all(Task<void>::ready(), Task<int>::ready(7));

  static_assert(std::same_as<decltype(all), Task<std::tuple<std::monostate, int>>>);
  EXPECT_EQ(std::get<1>(all.get()), 7);
}

// R1.5
TEST(WhenAll, IsReadyWhenTheLastPendingTaskHasEnded) {
  TaskSource<int> first;
  TaskSource<int> second;
  auto all = when_all(first.task(), Task<int>::ready(2), second.task());

  second.complete(3);
  EXPECT_FALSE(all.is_ready());
  first.complete(1);

  ASSERT_TRUE(all.is_ready());
  EXPECT_EQ(all.get(), std::tuple(1, 2, 3));
}

// R1.5
TEST(WhenAll, MovesValuesThatCanOnlyBeMoved) {
  TaskSource<std::unique_ptr<int>> source;
  auto all = when_all(source.task(), Task<int>::ready(1));

  source.complete(std::make_unique<int>(7));

  EXPECT_EQ(*std::get<0>(all.get()), 7);
}

// R1.5
TEST(WhenAll, WaitsForTheOthersAfterAFailure) {
  TaskSource<int> slow;
  auto all = when_all(Task<int>::failed(error_of(ErrorCode::cancelled)), slow.task());

  EXPECT_FALSE(all.is_ready());
  slow.complete(1);

  ASSERT_TRUE(all.is_ready());
  EXPECT_EQ(all.try_get().error().code, ErrorCode::cancelled);
}

// R1.5
TEST(WhenAll, GivesTheFirstFailureInOrderNotInTime) {
  TaskSource<int> first;
  TaskSource<int> second;
  auto all = when_all(Task<int>::ready(0), first.task(), second.task());

  second.complete(error_of(ErrorCode::transient));
  first.complete(error_of(ErrorCode::out_of_memory));

  EXPECT_EQ(all.try_get().error().code, ErrorCode::out_of_memory);
}

// R1.5
TEST(WhenAll, OfAVectorGivesTheValuesInOrder) {
  std::vector<TaskSource<int>> sources(100);
  std::vector<Task<int>> tasks;
  tasks.reserve(sources.size());
  for (auto& source : sources) {
    tasks.push_back(source.task());
  }
  auto all = when_all(std::move(tasks));

  for (int index = 99; index >= 0; --index) {
    sources[static_cast<std::size_t>(index)].complete(index);
  }

  const auto values = all.get();
  ASSERT_EQ(values.size(), 100U);
  for (std::size_t index = 0; index < 100; ++index) {
    EXPECT_EQ(values[index], static_cast<int>(index));
  }
}

// R1.5
TEST(WhenAll, OfAVectorGivesTheFirstFailureInOrderWhenAllHaveEnded) {
  std::vector<TaskSource<void>> sources(3);
  std::vector<Task<void>> tasks;
  tasks.reserve(sources.size());
  for (auto& source : sources) {
    tasks.push_back(source.task());
  }
  auto all = when_all(std::move(tasks));

  sources[2].complete(error_of(ErrorCode::transient));
  sources[1].complete(error_of(ErrorCode::cancelled));
  EXPECT_FALSE(all.is_ready());
  sources[0].complete();

  EXPECT_EQ(all.try_get().error().code, ErrorCode::cancelled);
}

// R1.5
TEST(WhenAll, OfNothingIsReady) {
  auto none = when_all(std::vector<Task<int>>());

  EXPECT_TRUE(none.is_ready());
  EXPECT_TRUE(none.get().empty());
  EXPECT_EQ(when_all().get(), std::tuple<>());
}

// R1.5
TEST(WhenAll, CompletesWhenItsTaskIsDropped) {
  auto value = std::make_shared<int>(7);
  TaskSource<std::shared_ptr<int>> source;
  { auto dropped = when_all(source.task(), Task<int>::ready(1)); }

  source.complete(value);

  EXPECT_EQ(value.use_count(), 1);
}

}  // namespace
}  // namespace dotcompute
