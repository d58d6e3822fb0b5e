// SPDX-License-Identifier: Apache-2.0
#include "platform/fault_plan.hpp"

#include "platform/driver_call.hpp"
#include "support/code_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr CallSite kCopy{.backend = "opencl", .function = "clRead", .group = CallGroup::copy};
constexpr CallSite kAllocate{
    .backend = "opencl", .function = "clCreate", .group = CallGroup::allocate};
constexpr CallSite kOther{.backend = "cuda", .function = "cuRead", .group = CallGroup::copy};

std::shared_ptr<FaultPlan> plan_of(std::string_view text) {
  auto plan = FaultPlan::parse(text);
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().message());
  return plan.ok() ? *plan : std::make_shared<FaultPlan>();
}

std::string problems_of(std::string_view text) {
  const auto plan = FaultPlan::parse(text);
  return plan.ok() || plan.error().log == nullptr ? "" : *plan.error().log;
}

// One letter for each of `calls` calls: F if it is to fail.
std::string outcomes(FaultPlan& plan, const CallSite& site, int calls) {
  std::string letters;
  for (int call = 0; call < calls; ++call) {
    letters += plan.next(site) ? 'F' : '.';
  }
  return letters;
}

std::atomic<std::int64_t> slept_nanoseconds{0};
void count_sleep(std::chrono::nanoseconds time) {
  slept_nanoseconds += time.count();
}

// R9.1
TEST(FaultPlan, WithoutRulesFailsNothing) {
  const auto plan = plan_of("");

  EXPECT_EQ(outcomes(*plan, kCopy, 3), "...");
  EXPECT_EQ(plan->failures(), 0U);
}

// R9.1
TEST(FaultPlan, LeavesTheSkippedCallsAloneAndFailsAsManyAsItCounts) {
  const auto plan = plan_of("transient:skip=3,count=2");

  EXPECT_EQ(outcomes(*plan, kCopy, 7), "...FF..");
  EXPECT_EQ(plan->failures(), 2U);
}

// R9.1
TEST(FaultPlan, FailsOneCallUnlessACountIsGiven) {
  EXPECT_EQ(outcomes(*plan_of("transient"), kCopy, 3), "F..");
}

// R9.1
TEST(FaultPlan, StickyRulesFailForEver) {
  EXPECT_EQ(outcomes(*plan_of("lost:skip=1,sticky"), kCopy, 5), ".FFFF");
}

// R9.1
TEST(FaultPlan, ConcernsOnlyTheBackEndThatItNames) {
  const auto plan = plan_of("transient:backend=cuda,sticky");

  EXPECT_EQ(outcomes(*plan, kCopy, 2), "..");
  EXPECT_EQ(outcomes(*plan, kOther, 2), "FF");
}

// R9.1
TEST(FaultPlan, ConcernsOnlyTheFunctionThatItNames) {
  const auto plan = plan_of("transient:call=clCreate,sticky");

  EXPECT_EQ(outcomes(*plan, kCopy, 2), "..");
  EXPECT_EQ(outcomes(*plan, kAllocate, 2), "FF");
}

// R9.1
TEST(FaultPlan, ConcernsAllCallsOfTheGroupThatItNames) {
  const auto plan = plan_of("transient:call=copy,sticky");

  EXPECT_EQ(outcomes(*plan, kCopy, 1) + outcomes(*plan, kOther, 1), "FF");
  EXPECT_EQ(outcomes(*plan, kAllocate, 1), ".");
}

// R9.1
TEST(FaultPlan, WhatIsMetByNameOnlyIsNoConcernOfRulesForAllOrForAGroup) {
  const CallSite by_name{.backend = "cpu", .function = "enumerate", .only_by_name = true};
  const auto broad = plan_of("lost:sticky;transient:call=discover,sticky");
  const auto exact = plan_of("lost:call=enumerate");

  EXPECT_EQ(outcomes(*broad, by_name, 2), "..");
  EXPECT_EQ(outcomes(*exact, by_name, 2), "F.");
}

// R9.4
TEST(FaultPlan, OutOfMemoryConcernsAllocationsUnlessACallIsNamed) {
  EXPECT_EQ(outcomes(*plan_of("oom"), kCopy, 1), ".");
  EXPECT_EQ(outcomes(*plan_of("oom"), kAllocate, 1), "F");
  EXPECT_EQ(outcomes(*plan_of("oom:call=*"), kCopy, 1), "F");
}

// R9.1
TEST(FaultPlan, NeverFailsWhatGivesBack) {
  const auto plan = plan_of("lost:sticky");

  EXPECT_FALSE(plan->next({.backend = "opencl", .function = "f", .group = CallGroup::release}));
}

// R9.1
TEST(FaultPlan, KnowsErrorsByShortAndByFullNames) {
  EXPECT_EQ(plan_of("oom:call=*")->next(kCopy)->code, ErrorCode::out_of_memory);
  EXPECT_EQ(plan_of("out_of_memory:call=*")->next(kCopy)->code, ErrorCode::out_of_memory);
  EXPECT_EQ(plan_of("lost")->next(kCopy)->code, ErrorCode::device_unavailable);
  EXPECT_EQ(plan_of("failed")->next(kCopy)->code, ErrorCode::execution_failed);
  EXPECT_EQ(plan_of("compile:call=*")->next(kCopy)->code, ErrorCode::compilation_failed);
}

// R9.1
TEST(FaultPlan, TakesANumberOfTheDriversOwn) {
  EXPECT_EQ(plan_of("-5")->next(kCopy)->native, -5);
}

// R9.1
TEST(FaultPlan, RulesCountEachOnTheirOwn) {
  const auto plan = plan_of("transient:skip=1 ; lost:skip=2");

  EXPECT_FALSE(plan->next(kCopy));
  EXPECT_EQ(plan->next(kCopy)->code, ErrorCode::transient);
  EXPECT_EQ(plan->next(kCopy)->code, ErrorCode::device_unavailable);
  EXPECT_FALSE(plan->next(kCopy));
}

// R9.1
TEST(FaultPlan, TheSameSeedDrawsTheSameFailures) {
  constexpr std::string_view kText = "transient:probability=0.5,sticky;seed=7";
  const std::string first = outcomes(*plan_of(kText), kCopy, 64);

  EXPECT_EQ(outcomes(*plan_of(kText), kCopy, 64), first);
  EXPECT_NE(outcomes(*plan_of("transient:probability=0.5,sticky;seed=8"), kCopy, 64), first);
  EXPECT_THAT(first, testing::AllOf(testing::HasSubstr("F"), testing::HasSubstr(".")));
}

// R9.1
TEST(FaultPlan, AProbabilityOfNoughtFailsNothing) {
  EXPECT_EQ(outcomes(*plan_of("transient:probability=0,sticky"), kCopy, 16), std::string(16, '.'));
}

// R9.2
TEST(FaultPlan, DelaysWithoutFailing) {
  slept_nanoseconds = 0;
  FaultPlan plan(&count_sleep);
  ASSERT_TRUE(plan.add({.count = 2, .delay = std::chrono::milliseconds(2)}).ok());

  EXPECT_EQ(outcomes(plan, kCopy, 3), "...");
  EXPECT_EQ(slept_nanoseconds.load(), 4'000'000);
}

// R9.2
TEST(FaultPlan, ReadsDelaysWithTheirUnits) {
  EXPECT_EQ(problems_of("delay:delay=1ns;delay:delay=2us;delay:delay=3ms;delay:delay=1s"), "");
}

// R9.4
TEST(FaultPlan, LimitsMemory) {
  const auto plan = plan_of("memory:limit=1KiB");

  EXPECT_TRUE(plan->take_memory("opencl", 1000));
  EXPECT_FALSE(plan->take_memory("opencl", 25));
  EXPECT_TRUE(plan->take_memory("opencl", 24));
  plan->give_back_memory("opencl", 1000);
  EXPECT_TRUE(plan->take_memory("opencl", 1000));
  EXPECT_FALSE(plan->take_memory("opencl", std::numeric_limits<std::size_t>::max()));
  EXPECT_FALSE(plan->next(kAllocate));
}

// R9.4
TEST(FaultPlan, LimitsTheMemoryOfTheBackEndThatItNames) {
  const auto plan = plan_of("memory:limit=10,backend=opencl");

  EXPECT_TRUE(plan->take_memory("cuda", 1000));
  EXPECT_FALSE(plan->take_memory("opencl", 11));
}

// R9.1
TEST(FaultPlan, ForgetsItsRules) {
  const auto plan = plan_of("transient:sticky");
  plan->clear();

  EXPECT_EQ(outcomes(*plan, kCopy, 2), "..");
}

// R12.1
TEST(FaultPlan, ReportsAllMistakesWithTheirPositions) {
  const std::string problems = problems_of("omm:skip=3;transient:skip=x,often;seed=y;memory");

  EXPECT_THAT(problems, testing::HasSubstr("character 1: \"omm\": not an error"));
  EXPECT_THAT(problems, testing::HasSubstr("character 22: \"skip=x\": has a value"));
  EXPECT_THAT(problems, testing::HasSubstr("character 29: \"often\": not an option"));
  EXPECT_THAT(problems, testing::HasSubstr("character 35: \"seed=y\": a seed"));
  EXPECT_THAT(problems, testing::HasSubstr("character 42: \"memory\": needs limit"));
}

// R12.1
TEST(FaultPlan, RefusesValuesThatAnOptionCannotHave) {
  for (const char* text :
       {"oom:count=-1", "oom:probability=2", "oom:probability=nan", "oom:delay=3", "oom:delay=3h",
        "delay", "memory:limit=3TB", "memory:limit=99999999999GiB", "oom:limit=3", "oom:call=",
        "oom:backend=", "oom:skip=99999999999999999999", "oom:sticky=1", "delay:delay=0ms"}) {
    EXPECT_EQ(code_of(FaultPlan::parse(text)), ErrorCode::invalid_argument) << text;
  }
}

// R1.11
TEST(FaultPlan, CountsTheCallsOfAllThreads) {
  const auto plan = plan_of("transient:skip=100,count=300");
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int call = 0; call < 250; ++call) {
        failures += plan->next(kCopy) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(failures.load(), 300);
}

struct TestDriver {
  static constexpr std::string_view kName = "test";
  template <class Result, class... Arguments>
  static Result fail(const Fault& fault, Arguments... /*arguments*/) noexcept {
    return static_cast<Result>(fault.native.value_or(-1));
  }
};

int twice(int value) {
  return 2 * value;
}

// R9.1
TEST(DriverCall, CallsTheDriverUnlessThePlanFailsIt) {
  DriverCall<int(int), TestDriver> call{"twice", CallGroup::launch};
  call.bind(&twice);
  EXPECT_EQ(call(21), 42);

  const auto plan = plan_of("-7:call=twice,backend=test,skip=1");
  call.attach(plan.get());

  EXPECT_EQ(call(21), 42);
  EXPECT_EQ(call(21), -7);
  EXPECT_EQ(call(21), 42);
}

// R9.1
TEST(DriverCall, AttachesNoPlanToWhatGivesBack) {
  DriverCall<int(int), TestDriver> call{"twice", CallGroup::release};
  call.bind(&twice);
  const auto plan = plan_of("-7:call=twice");
  call.attach(plan.get());

  EXPECT_EQ(call(21), 42);
}

}  // namespace
}  // namespace dotcompute::core
