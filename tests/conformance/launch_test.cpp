// SPDX-License-Identifier: Apache-2.0
#include "conformance/launch_fixture.hpp"
#include "support/code_of.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace dotcompute::conformance {
namespace {

class LaunchConformance : public LaunchTest {
 protected:
  // More than once: a device may run the first launches otherwise than the later ones.
  void expect_every_item_once(const LaunchRange& range) {
    constexpr std::uint32_t kLaunches = 4;
    const ItemCounter counter(range);
    const auto program = compile(&ItemCounter::count, &counter);
    for (std::uint32_t launch = 1; launch <= kLaunches; ++launch) {
      ASSERT_TRUE(run({.program = program.get(), .range = range}).ok());

      EXPECT_EQ(counter.items_run(launch), range.items())
          << range.size[0] << "x" << range.size[1] << "x" << range.size[2];
    }
  }
};
DC_CONFORMANCE_SUITE(LaunchConformance);

// R3.4
TEST_P(LaunchConformance, RunsEveryItemOfOneAxisOnce) {
  for (const std::uint64_t items : {1U, 7U, 63U, 64U, 65U, 1000U, 1'000'001U}) {
    expect_every_item_once({{items, 1, 1}});
  }
}

// R3.4
TEST_P(LaunchConformance, RunsEveryItemOfTwoAxesOnce) {
  for (const auto& size : std::vector<std::array<std::uint64_t, 3>>{
           {1, 7, 1}, {7, 1, 1}, {40, 25, 1}, {9901, 101, 1}, {2, 50'000, 1}, {50'000, 2, 1}}) {
    expect_every_item_once({size});
  }
}

// R3.4
TEST_P(LaunchConformance, RunsEveryItemOfThreeAxesOnce) {
  for (const auto& size : std::vector<std::array<std::uint64_t, 3>>{
           {1, 1, 7}, {10, 10, 10}, {101, 101, 99}, {3, 5, 7'000}, {7'000, 5, 3}, {3, 7'000, 5}}) {
    expect_every_item_once({size});
  }
}

// R6.4
TEST_P(LaunchConformance, RunsThePartsOfARangeFromTheirFirstItemsOn) {
  constexpr std::array<std::uint64_t, 3> kSize{50, 40, 30};
  const ItemCounter counter(LaunchRange{kSize});
  const auto program = compile(&ItemCounter::count, &counter);

  for (std::uint64_t z = 0; z < kSize[2]; z += 10) {
    for (std::uint64_t y = 0; y < kSize[1]; y += 20) {
      ASSERT_TRUE(
          run({.program = program.get(), .range = {{kSize[0], 20, 10}}, .first = {0, y, z}}).ok());
    }
  }

  EXPECT_EQ(counter.items_run(1), LaunchRange{kSize}.items());
}

// R2.4
TEST_P(LaunchConformance, TellsEachBoxTheSizesOfTheLaunchAndOfItsGroups) {
  static constexpr LaunchRange kRange{{1'000'000, 3, 1}};
  static constexpr std::array<std::uint32_t, 3> kGroup{32, 2, 1};
  std::atomic<int> wrong{0};
  const auto compare = [](const void* state, const backend::KernelArgument* /*arguments*/,
                          const ItemRange& items) {
    if (items.launch == nullptr || *items.launch != kRange || items.group_size == nullptr ||
        *items.group_size != kGroup) {
      ++*static_cast<std::atomic<int>*>(const_cast<void*>(state));
    }
  };
  const auto program = compile(compare, &wrong);

  for (int launch = 0; launch < 3; ++launch) {
    ASSERT_TRUE(run({.program = program.get(), .range = kRange, .group_size = kGroup}).ok());
  }

  EXPECT_EQ(wrong.load(), 0);
}

// R3.4
TEST_P(LaunchConformance, CallsNoBodyForARangeWithoutItems) {
  const ItemCounter counter(LaunchRange{{0, 0, 0}});
  const auto program = compile(&ItemCounter::count, &counter);

  for (const auto& size :
       std::vector<std::array<std::uint64_t, 3>>{{0, 1, 1}, {8, 0, 1}, {8, 8, 0}, {0, 0, 0}}) {
    EXPECT_TRUE(run({.program = program.get(), .range = {size}}).ok());
  }

  EXPECT_EQ(counter.boxes(), 0U);
}

// R2.2
TEST_P(LaunchConformance, CallsABodyThatIsNotParallelOnceForAllItems) {
  const LaunchRange range{{100'001, 3, 1}};
  const ItemCounter counter(range);
  const auto program = compile(&ItemCounter::count, &counter, /*is_parallel=*/false);

  for (std::uint32_t launch = 1; launch <= 3; ++launch) {
    ASSERT_TRUE(run({.program = program.get(), .range = range}).ok());

    EXPECT_EQ(counter.boxes(), launch);
    EXPECT_EQ(counter.items_run(launch), range.items());
  }
}

// R5.1
TEST_P(LaunchConformance, HandsTheBodyItsArgumentsInTheOrderOfTheParameters) {
  constexpr std::size_t kCount = 1000;
  const auto add = [](const void* /*state*/, const backend::KernelArgument* arguments,
                      const ItemRange& items) {
    const auto* a = static_cast<const float*>(arguments[0].data);
    const float b = *static_cast<const float*>(arguments[1].data);
    auto* out = static_cast<float*>(arguments[2].data);
    for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
      out[i] = a[i] + b;
    }
  };
  const KernelMetadata metadata{
      .name = "add", .parameters = {input<float>("a"), scalar<float>("b"), output<float>("out")}};
  const auto program = device_->compile({.metadata = &metadata, .host = {add, nullptr}});
  ASSERT_TRUE(program.ok());
  std::vector<float> a(kCount, 1.5F);
  std::vector<float> out(kCount);
  float b = 2.0F;
  const Extents extents{kCount, 1, 1};
  const std::array<backend::KernelArgument, 3> arguments{
      {{a.data(), extents}, {&b, {}}, {out.data(), extents}}};
  std::array<backend::Allocation, 3> memory{};
  const bool is_separate = !device_->info().host_memory;
  if (is_separate) {
    for (const std::size_t i : {0U, 2U}) {
      const auto allocated = device_->allocate({.bytes = kCount * sizeof(float)});
      ASSERT_TRUE(allocated.ok());
      memory[i] = *allocated;
    }
    ASSERT_TRUE(
        finishes(device_->copy({.host_source = std::as_bytes(std::span(a)), .target = memory[0]})));
  }

  EXPECT_TRUE(run({.program = program->get(),
                   .range = {{kCount, 1, 1}},
                   .arguments = arguments,
                   .memory = is_separate ? std::span<const backend::Allocation>(memory)
                                         : std::span<const backend::Allocation>()})
                  .ok());

  if (is_separate) {
    EXPECT_EQ(out, std::vector<float>(kCount)) << "the host's memory was written";
    ASSERT_TRUE(finishes(device_->copy(
        {.host_target = std::as_writable_bytes(std::span(out)), .source = memory[2]})));
    device_->free(memory[0]);
    device_->free(memory[2]);
  }
  EXPECT_EQ(out, std::vector<float>(kCount, 3.5F));
}

// R9.1
TEST_P(LaunchConformance, HandsBackWhatABodyThrows) {
  const auto fail = [](const void* /*state*/, const backend::KernelArgument* /*arguments*/,
                       const ItemRange& /*items*/) { throw std::runtime_error("from the body"); };
  const auto program = compile(fail, nullptr);
  for (const std::uint64_t items : {1U, 1'000'001U}) {
    const Status status = run({.program = program.get(), .range = {{items, 1, 1}}});

    ASSERT_EQ(code_of(status), ErrorCode::execution_failed);
    try {
      std::rethrow_exception(status.error().cause);
    } catch (const std::runtime_error& thrown) {
      EXPECT_STREQ(thrown.what(), "from the body");
    }
  }
}

// R12.3
TEST_P(LaunchConformance, RunsLaunchesOfManyThreadsAtOnce) {
  constexpr std::uint32_t kThreads = 8;
  constexpr std::uint32_t kLaunches = 20;
  const LaunchRange range{{10'000, 1, 1}};
  std::atomic<std::uint64_t> right{0};
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      const ItemCounter counter(range);
      const auto program = compile(&ItemCounter::count, &counter);
      for (std::uint32_t launch = 0; launch < kLaunches; ++launch) {
        EXPECT_TRUE(run({.program = program.get(), .range = range}).ok());
      }
      right += counter.items_run(kLaunches);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(right.load(), kThreads * range.items());
}

// R12.3
TEST_P(LaunchConformance, RunsOneProgramForManyThreadsAtOnce) {
  constexpr std::uint32_t kThreads = 8;
  const LaunchRange range{{100'000, 1, 1}};
  const ItemCounter counter(range);
  const auto program = compile(&ItemCounter::count, &counter);
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back(
        [&] { EXPECT_TRUE(run({.program = program.get(), .range = range}).ok()); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(counter.items_run(kThreads), range.items());
}

// R12.3
TEST_P(LaunchConformance, RunsLaunchesMadeByABody) {
  struct Nested {
    backend::Device* device = nullptr;
    const backend::Program* inner = nullptr;
    LaunchRange inner_range{{5000, 1, 1}};
    mutable std::mutex mutex;
    mutable std::vector<backend::Completion> launched;
  } nested;
  const ItemCounter counter(nested.inner_range);
  const auto inner = compile(&ItemCounter::count, &counter);
  nested.device = device_.get();
  nested.inner = inner.get();
  const auto launch_inner = [](const void* state, const backend::KernelArgument* /*arguments*/,
                               const ItemRange& items) {
    const auto& outer = *static_cast<const Nested*>(state);
    for (std::uint64_t item = 0; item < items.items(); ++item) {
      const auto launched =
          outer.device->launch({.program = outer.inner, .range = outer.inner_range});
      ASSERT_TRUE(launched.ok());
      const std::lock_guard lock(outer.mutex);
      outer.launched.push_back(*launched);
    }
  };
  const auto program = compile(launch_inner, &nested);

  EXPECT_TRUE(run({.program = program.get(), .range = {{100, 1, 1}}}).ok());
  for (const backend::Completion& launched : nested.launched) {
    EXPECT_TRUE(finishes(launched));
  }

  EXPECT_EQ(counter.items_run(100), nested.inner_range.items());
}

}  // namespace
}  // namespace dotcompute::conformance
