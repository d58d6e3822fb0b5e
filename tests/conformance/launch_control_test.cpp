// SPDX-License-Identifier: Apache-2.0
#include "conformance/launch_fixture.hpp"
#include "support/code_of.hpp"

#include <stop_token>

namespace dotcompute::conformance {
namespace {

// Counts items and, once told to, asks for a stop while it does.
struct StoppingKernel {
  explicit StoppingKernel(const LaunchRange& range) : counter(range) {}

  static void run(const void* state,
                  const backend::KernelArgument* arguments,
                  const ItemRange& items) {
    const auto& kernel = *static_cast<const StoppingKernel*>(state);
    if (kernel.stops) {
      kernel.source.request_stop();
    }
    ItemCounter::count(&kernel.counter, arguments, items);
  }

  ItemCounter counter;
  mutable std::stop_source source;
  std::atomic<bool> stops{false};
};

class LaunchControlConformance : public LaunchTest {
 protected:
  static constexpr LaunchRange kRange{{1'000'001, 1, 1}};
};
DC_CONFORMANCE_SUITE(LaunchControlConformance);

// R1.6
TEST_P(LaunchControlConformance, StopsTheFirstLaunchBetweenItsChunks) {
  StoppingKernel kernel(kRange);
  const backend::CallControl control{.stop = kernel.source.get_token()};
  const auto program = compile(&StoppingKernel::run, &kernel);
  kernel.stops = true;

  const Status status = run({.program = program.get(), .range = kRange, .control = &control});

  EXPECT_EQ(code_of(status), ErrorCode::cancelled);
  EXPECT_GE(kernel.counter.items_run(1), 1U);
  EXPECT_GE(kernel.counter.items_run(0), 1U);
}

// R1.6
TEST_P(LaunchControlConformance, StopsALaterLaunchBetweenItsChunks) {
  StoppingKernel kernel(kRange);
  const backend::CallControl control{.stop = kernel.source.get_token()};
  const auto program = compile(&StoppingKernel::run, &kernel);
  ASSERT_TRUE(run({.program = program.get(), .range = kRange, .control = &control}).ok());
  kernel.stops = true;

  const Status status = run({.program = program.get(), .range = kRange, .control = &control});

  EXPECT_EQ(code_of(status), ErrorCode::cancelled);
  EXPECT_GE(kernel.counter.items_run(2), 1U);
  EXPECT_GE(kernel.counter.items_run(1), 1U);
}

// R1.6
TEST_P(LaunchControlConformance, RunsNothingIfStoppedBefore) {
  StoppingKernel kernel(kRange);
  const backend::CallControl control{.stop = kernel.source.get_token()};
  const auto program = compile(&StoppingKernel::run, &kernel);
  for (const std::uint64_t items : {1U, 1000U, 1'000'001U}) {
    const LaunchRange range{{items, 1, 1}};
    ASSERT_TRUE(run({.program = program.get(), .range = range}).ok());  // what it costs is known
  }
  const std::uint64_t boxes = kernel.counter.boxes();
  kernel.source.request_stop();

  for (const std::uint64_t items : {1U, 1000U, 1'000'001U}) {
    const Status status =
        run({.program = program.get(), .range = {{items, 1, 1}}, .control = &control});
    EXPECT_EQ(code_of(status), ErrorCode::cancelled);
  }
  EXPECT_EQ(kernel.counter.boxes(), boxes);
}

// R1.7
TEST_P(LaunchControlConformance, RunsNothingAfterTheDeadline) {
  const ItemCounter counter(kRange);
  const auto program = compile(&ItemCounter::count, &counter);
  const backend::CallControl control{.deadline = std::chrono::steady_clock::time_point{}};

  for (const bool is_known : {false, true}) {
    const std::uint64_t boxes = counter.boxes();
    for (const std::uint64_t items : {1U, 1'000'001U}) {
      const Status status =
          run({.program = program.get(), .range = {{items, 1, 1}}, .control = &control});
      EXPECT_EQ(code_of(status), ErrorCode::deadline_exceeded) << is_known;
    }
    EXPECT_EQ(counter.boxes(), boxes);
    ASSERT_TRUE(run({.program = program.get(), .range = {{1, 1, 1}}}).ok());
  }
}

// R1.6
TEST_P(LaunchControlConformance, RunsEverythingIfNobodyStopsIt) {
  const ItemCounter counter(kRange);
  const auto program = compile(&ItemCounter::count, &counter);
  const std::stop_source source;
  const backend::CallControl control{
      .stop = source.get_token(),
      .deadline = std::chrono::steady_clock::now() + std::chrono::hours(1)};

  EXPECT_TRUE(run({.program = program.get(), .range = kRange, .control = &control}).ok());

  EXPECT_EQ(counter.items_run(1), kRange.items());
}

}  // namespace
}  // namespace dotcompute::conformance
