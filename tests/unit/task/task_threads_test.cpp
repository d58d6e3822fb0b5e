// SPDX-License-Identifier: Apache-2.0
#include "asleep.hpp"
#include "rendezvous.hpp"

#include "dotcompute/task.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

constexpr int kRounds = 1'000;

// Has one thread complete a source while this one does `consume` with its task, in every round.
template <class Consume>
void race_with_completion(Consume consume) {
  std::vector<TaskSource<int>> sources(kRounds);
  Rendezvous rendezvous;
  const std::jthread producer([&] {
    for (int round = 0; round < kRounds; ++round) {
      rendezvous.meet();
      sources[static_cast<std::size_t>(round)].complete(round);
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    auto task = sources[static_cast<std::size_t>(round)].task();
    rendezvous.meet();
    consume(std::move(task), round);
  }
}

Task<int> one_more_than(Task<int> task) {
  const int value = co_await std::move(task);
  co_return value + 1;
}

// R1.5
TEST(TaskThreads, GetMeetsTheCompletion) {
  race_with_completion([](Task<int> task, int round) { ASSERT_EQ(task.get(), round); });
}

// R1.5
TEST(TaskThreads, ContinuationsMeetTheCompletion) {
  race_with_completion([](Task<int> task, int round) {
    int runs = 0;
    auto next = task.then([&](int value) {
      ++runs;
      return value;
    });

    ASSERT_EQ(next.get(), round);
    ASSERT_EQ(runs, 1);
  });
}

// R1.5
TEST(TaskThreads, CoroutinesMeetTheCompletion) {
  race_with_completion([](Task<int> task, int round) {
    ASSERT_EQ(one_more_than(one_more_than(std::move(task))).get(), round + 2);
  });
}

// R1.5
TEST(TaskThreads, WhenAllMeetsTheCompletion) {
  race_with_completion([](Task<int> task, int round) {
    auto all = when_all(std::move(task), Task<int>::ready(-1));
    ASSERT_EQ(all.get(), std::tuple(round, -1));
  });
}

// R1.5
TEST(TaskThreads, TimedWaitsMeetTheCompletion) {
  race_with_completion([](Task<int> task, int round) {
    while (!task.wait_for(std::chrono::microseconds(round % 100))) {
    }
    ASSERT_EQ(task.get(), round);
  });
}

// R1.5
TEST(TaskThreads, DroppedTasksMeetTheCompletion) {
  race_with_completion([](Task<int> task, int round) {
    auto dropped = round % 2 == 0 ? std::move(task) : one_more_than(std::move(task));
  });
}

// R1.5
TEST(TaskThreads, DroppedWorkMeetsTheWaiter) {
  Rendezvous rendezvous;
  std::vector<std::pair<Task<int>, WorkReference>> made;
  made.reserve(kRounds);
  for (int round = 0; round < kRounds; ++round) {
    made.push_back(make_claimable_task<int>([round]() -> Result<int> { return round; }));
  }
  const std::jthread dropper([&] {
    for (auto& [task, work] : made) {
      rendezvous.meet();
      work = WorkReference();
    }
  });

  for (int round = 0; round < kRounds; ++round) {
    rendezvous.meet();
    const auto result = made[static_cast<std::size_t>(round)].first.try_get();
    ASSERT_TRUE(result.ok() ? *result == round : result.error().code == ErrorCode::internal);
  }
}

// R1.5
TEST(TaskThreads, GetWakesWhenTheTaskEnds) {
  TaskSource<int> source;
  auto task = source.task();
  const std::jthread producer([&, waiter = gettid()] {
    wait_until_asleep(waiter);
    source.complete(7);
  });

  EXPECT_EQ(task.get(), 7);
}

// R1.5
TEST(TaskThreads, TimedWaitsWakeWhenTheTaskEnds) {
  TaskSource<int> source;
  auto task = source.task();
  const std::jthread producer([&, waiter = gettid()] {
    wait_until_asleep(waiter);
    source.complete(7);
  });

  EXPECT_TRUE(task.wait_for(std::chrono::hours(1)));
}

// R1.5
TEST(TaskThreads, ManyProducersAndManyWaitersShareOneProgram) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kTasks = 4'000;
  std::vector<TaskSource<std::string>> sources(kThreads * kTasks);
  std::vector<Task<std::string>> tasks;
  tasks.reserve(sources.size());
  for (auto& source : sources) {
    tasks.push_back(source.task());
  }
  std::atomic<std::size_t> right{0};

  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::size_t index = thread; index < sources.size(); index += kThreads) {
          sources[index].complete(std::to_string(index));
        }
      });
      threads.emplace_back([&, thread] {
        // Another producer's tasks than those of the thread of the same number.
        for (std::size_t index = (thread + 1) % kThreads; index < tasks.size(); index += kThreads) {
          right += tasks[index].get() == std::to_string(index) ? 1U : 0U;
        }
      });
    }
  }

  EXPECT_EQ(right, kThreads * kTasks);
}

// R1.5
TEST(TaskThreads, AHundredThousandTasksArePendingAtOnce) {
  constexpr std::size_t kTasks = 100'000;
  std::vector<TaskSource<int>> sources(kTasks);
  std::vector<Task<int>> tasks;
  tasks.reserve(kTasks);
  for (auto& source : sources) {
    tasks.push_back(source.task().then([](int value) { return value + 1; }));
  }
  auto all = when_all(std::move(tasks));

  {
    std::vector<std::jthread> producers;
    for (std::size_t producer = 0; producer < 2; ++producer) {
      producers.emplace_back([&, producer] {
        for (std::size_t index = producer; index < kTasks; index += 2) {
          sources[index].complete(static_cast<int>(index));
        }
      });
    }
  }

  const auto values = all.get();
  ASSERT_EQ(values.size(), kTasks);
  for (std::size_t index = 0; index < kTasks; ++index) {
    ASSERT_EQ(values[index], static_cast<int>(index) + 1);
  }
}

// R1.5
TEST(TaskThreads, WaitersOfAllAndWorkersShareTheWork) {
  constexpr std::size_t kTasks = 2'000;
  constexpr int kRepeats = 10;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    std::vector<Task<int>> tasks;
    std::vector<WorkReference> references;
    for (std::size_t index = 0; index < kTasks; ++index) {
      auto [task, work] = make_claimable_task<int>([]() -> Result<int> { return 1; });
      tasks.push_back(one_more_than(std::move(task)));
      references.push_back(std::move(work));
    }
    const std::jthread worker([&] {
      for (const auto& work : references) {
        work();
      }
    });
    auto sum = when_all(std::move(tasks)).then([](const std::vector<int>& values) {
      int total = 0;
      for (const int value : values) {
        total += value;
      }
      return total;
    });

    ASSERT_EQ(sum.get(), 2 * static_cast<int>(kTasks));
  }
}

}  // namespace
}  // namespace dotcompute
