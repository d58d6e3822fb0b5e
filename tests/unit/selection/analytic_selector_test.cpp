// SPDX-License-Identifier: Apache-2.0
#include "selection/analytic_selector.hpp"

#include "selection/cost.hpp"
#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr DeviceRates kCpu{.launch_nanoseconds = 100,
                           .memory_bytes_per_nanosecond = 20,
                           .cache_bytes_per_nanosecond = 40,
                           .float32_operations_per_nanosecond = 40,
                           .float64_operations_per_nanosecond = 20,
                           .serial_share = 0.25,
                           .threads_nanoseconds = 10'000,
                           .is_measured = true};
constexpr DeviceRates kGpu{.launch_nanoseconds = 10'000,
                           .copy_nanoseconds = 5'000,
                           .in_bytes_per_nanosecond = 10,
                           .out_bytes_per_nanosecond = 10,
                           .memory_bytes_per_nanosecond = 500,
                           .cache_bytes_per_nanosecond = 500,
                           .float32_operations_per_nanosecond = 10'000,
                           .float64_operations_per_nanosecond = 300,
                           .serial_share = 1e-4,
                           .is_measured = true};

class AnalyticSelection : public testing::Test {
 protected:
  AnalyticSelection() : selector_({cpu_, gpu_}) {
    EXPECT_TRUE(selector_.set_rates("cpu:0", kCpu).ok());
    EXPECT_TRUE(selector_.set_rates("cuda:0", kGpu).ok());
  }

  // The device for a kernel on a buffer of `items` floats.
  std::string choose(std::uint64_t items,
                     double operations_per_item,
                     double queued_nanoseconds = 0,
                     bool is_resident = false) {
    const KernelMetadata kernel{.operations_per_item = operations_per_item};
    const std::uint64_t bytes = is_resident ? 0 : items * 4;
    const std::array<extension::SelectionCandidate, 2> candidates{
        {{.device = &cpu_},
         {.device = &gpu_,
          .bytes_in = bytes,
          .bytes_out = bytes,
          .queued_nanoseconds = queued_nanoseconds}}};
    const auto decision = selector_.choose({.kernel = kernel,
                                            .range = {{items, 1, 1}},
                                            .buffer_bytes = items * 4,
                                            .candidates = candidates,
                                            .estimates = estimates_});
    EXPECT_TRUE(decision.ok());
    decision_ = *decision;
    return candidates[decision_.candidate].device->id;
  }

  const backend::DeviceInfo cpu_{
      .id = "cpu:0", .type = AcceleratorType::cpu, .compute_units = 4, .host_memory = true};
  const backend::DeviceInfo gpu_{.id = "cuda:0", .type = AcceleratorType::cuda};
  AnalyticSelector selector_;
  std::array<extension::CostEstimate, 2> estimates_{};
  extension::SelectionDecision decision_;
};

struct Point {
  std::uint64_t items;
  double operations_per_item;
  const char* device;
};

// R4.2
TEST_F(AnalyticSelection, TakesTheDeviceThatFinishesFirst) {
  for (const auto& [items, operations, device] :
       {Point{1, 1, "cpu:0"}, Point{1'000, 1, "cpu:0"}, Point{1'000, 1'000, "cuda:0"},
        Point{100'000'000, 1, "cpu:0"}, Point{1'000'000, 100, "cuda:0"},
        Point{16'000'000, 1'000, "cuda:0"}, Point{16'000'000, 0, "cuda:0"}}) {
    EXPECT_EQ(choose(items, operations), device) << items << " items, " << operations;
  }
}

// R4.2
TEST_F(AnalyticSelection, ChangesSidesOnceAsTheWorkGrows) {
  std::string last = choose(1, 500);
  int changes = 0;
  EXPECT_EQ(last, "cpu:0");
  for (std::uint64_t items = 2; items <= std::uint64_t{1} << 24U; items *= 2) {
    const std::string device = choose(items, 500);
    changes += device != last ? 1 : 0;
    last = device;
  }

  EXPECT_EQ(last, "cuda:0");
  EXPECT_EQ(changes, 1);
}

// R4.3
TEST_F(AnalyticSelection, GoesWhereTheDataIs) {
  EXPECT_EQ(choose(16'000'000, 1), "cpu:0");
  EXPECT_EQ(choose(16'000'000, 1, 0, /*is_resident=*/true), "cuda:0");
}

// R4.3
TEST_F(AnalyticSelection, BringingDataBackToTheHostCostsWhatItsDeviceTakesForThat) {
  const KernelMetadata kernel{.operations_per_item = 1};
  const std::array<extension::SelectionCandidate, 2> candidates{
      {{.device = &cpu_, .bytes_in = 40'000}, {.device = &gpu_}}};

  ASSERT_TRUE(selector_
                  .choose({.kernel = kernel,
                           .range = {{10'000, 1, 1}},
                           .buffer_bytes = 40'000,
                           .candidates = candidates,
                           .estimates = estimates_})
                  .ok());

  EXPECT_EQ(estimates_[0].transfer_in, 5'000 + 40'000 / 10);
  EXPECT_EQ(estimates_[1].transfer_in, 0);
}

// R4.3
TEST_F(AnalyticSelection, DataMayComeFromADeviceThatCannotRunTheKernel) {
  const KernelMetadata kernel{.operations_per_item = 1};
  const std::array<extension::SelectionCandidate, 1> candidates{
      {{.device = &cpu_, .bytes_in = 40'000}}};

  ASSERT_TRUE(selector_
                  .choose({.kernel = kernel,
                           .range = {{10'000, 1, 1}},
                           .buffer_bytes = 40'000,
                           .candidates = candidates,
                           .estimates = estimates_})
                  .ok());

  EXPECT_EQ(estimates_[0].transfer_in, 5'000 + 40'000 / 10);
}

// R4.3
TEST_F(AnalyticSelection, BringingDataBackFromADeviceThatWrapsTheHostsMemoryCostsNothing) {
  const backend::DeviceInfo wrapping{.id = "opencl:0:0",
                                     .type = AcceleratorType::opencl,
                                     .wraps_host_memory = true,
                                     .is_software = true};
  AnalyticSelector selector({cpu_, wrapping});
  const KernelMetadata kernel{.operations_per_item = 1};
  const std::array<extension::SelectionCandidate, 2> candidates{
      {{.device = &cpu_, .bytes_in = 40'000}, {.device = &wrapping}}};

  ASSERT_TRUE(selector
                  .choose({.kernel = kernel,
                           .range = {{10'000, 1, 1}},
                           .buffer_bytes = 40'000,
                           .candidates = candidates,
                           .estimates = estimates_})
                  .ok());

  EXPECT_EQ(estimates_[0].transfer_in, 0);
}

// R4.3
TEST_F(AnalyticSelection, AvoidsADeviceWithALongQueue) {
  EXPECT_EQ(choose(1'000'000, 200), "cuda:0");
  EXPECT_EQ(choose(1'000'000, 200, 20e6), "cpu:0");
}

// R4.6
TEST_F(AnalyticSelection, TellsWhatEachCandidateWouldTakeAndTakesTheLeast) {
  std::mt19937_64 random(20);  // NOLINT: the same numbers each time
  std::uniform_real_distribution<double> exponent(0, 7);
  for (int round = 0; round < 1000; ++round) {
    const auto items = static_cast<std::uint64_t>(std::pow(10, exponent(random)));
    const double queued = std::pow(10, exponent(random));
    std::ignore = choose(items, std::pow(10, exponent(random) / 2), queued);

    const std::size_t other = 1 - decision_.candidate;
    ASSERT_LE(estimates_[decision_.candidate].total(), estimates_[other].total());
    for (const extension::CostEstimate& cost : estimates_) {
      ASSERT_DOUBLE_EQ(cost.total(), cost.queue + cost.launch + cost.transfer_in +
                                         std::max(cost.compute, cost.memory) + cost.transfer_out);
      ASSERT_GT(cost.total(), 0);
    }
    ASSERT_EQ(estimates_[1].queue, queued);
  }
}

// R4.4
TEST_F(AnalyticSelection, HoldsForAllSizesWithAsManyDigits) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [items, from, to] :
       std::vector<std::array<std::uint64_t, 3>>{{0, 0, 0},
                                                 {1, 1, 1},
                                                 {2, 2, 3},
                                                 {1000, 512, 1023},
                                                 {1024, 1024, 2047},
                                                 {kMost, kMost / 2 + 1, kMost}}) {
    std::ignore = choose(items, 1);

    EXPECT_EQ(decision_.valid_from, from) << items;
    EXPECT_EQ(decision_.valid_to, to) << items;
  }
}

// R4.4
TEST_F(AnalyticSelection, HoldsForAllSizesWhereThereIsNoChoice) {
  const KernelMetadata kernel;
  const std::array<extension::SelectionCandidate, 1> candidates{{{.device = &gpu_}}};

  const auto decision =
      selector_.choose({.kernel = kernel, .range = {{7, 1, 1}}, .candidates = candidates});

  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->valid_from, 0U);
  EXPECT_EQ(decision->valid_to, std::numeric_limits<std::uint64_t>::max());
}

// R4.4
TEST_F(AnalyticSelection, NewRatesRetireOldDecisions) {
  const std::uint64_t before = selector_.epoch();
  DeviceRates slow = kGpu;
  slow.float32_operations_per_nanosecond = 1;
  EXPECT_EQ(choose(1'000'000, 200), "cuda:0");

  ASSERT_TRUE(selector_.set_rates("cuda:0", slow).ok());

  EXPECT_NE(selector_.epoch(), before);
  EXPECT_EQ(choose(1'000'000, 200), "cpu:0");
  EXPECT_EQ(selector_.rates("cuda:0"), slow);
}

// R4.2
TEST_F(AnalyticSelection, ASoftwareDeviceIsJudgedByItsMeasuredSpeed) {
  const backend::DeviceInfo software{.id = "opencl:0:0",
                                     .type = AcceleratorType::opencl,
                                     .host_memory = true,
                                     .is_software = true};
  const KernelMetadata kernel{.operations_per_item = 100};
  const std::array<extension::SelectionCandidate, 2> candidates{
      {{.device = &cpu_}, {.device = &software}}};
  const extension::SelectionRequest request{.kernel = kernel,
                                            .range = {{1'000'000, 1, 1}},
                                            .buffer_bytes = 4'000'000,
                                            .candidates = candidates};
  EXPECT_EQ(selector_.choose(request)->candidate, 0U);

  DeviceRates fast = kCpu;
  fast.float32_operations_per_nanosecond = 400;
  fast.memory_bytes_per_nanosecond = 200;
  ASSERT_TRUE(selector_.set_rates("opencl:0:0", fast).ok());

  EXPECT_EQ(selector_.choose(request)->candidate, 1U);
}

// R4.1
TEST_F(AnalyticSelection, CharacteristicsOfTheCallersStandInThePlaceOfTheFacts) {
  const KernelMetadata kernel{.operations_per_item = 0.1};
  const std::array<extension::SelectionCandidate, 2> candidates{
      {{.device = &cpu_}, {.device = &gpu_, .bytes_in = 4'000'000, .bytes_out = 4'000'000}}};
  const WorkloadCharacteristics heavy{.data_size = 4'000'000,
                                      .compute_intensity = ComputeIntensity::very_high,
                                      .memory_intensive = false,
                                      .parallelism_potential = ParallelismLevel::very_high};
  extension::SelectionRequest request{.kernel = kernel,
                                      .range = {{1'000'000, 1, 1}},
                                      .buffer_bytes = 4'000'000,
                                      .candidates = candidates};
  EXPECT_EQ(selector_.choose(request)->candidate, 0U);

  request.given = &heavy;

  EXPECT_EQ(selector_.choose(request)->candidate, 1U);
}

// R4.5
TEST_F(AnalyticSelection, SelectsABackEndForWorkThatIsOnlyDescribed) {
  const auto light = selector_.select_backend(
      {.data_size = 4000, .parallelism_potential = ParallelismLevel::medium});
  const auto heavy =
      selector_.select_backend({.data_size = 64'000'000,
                                .compute_intensity = ComputeIntensity::very_high,
                                .memory_intensive = false,
                                .parallelism_potential = ParallelismLevel::very_high});

  ASSERT_TRUE(light.ok() && heavy.ok());
  EXPECT_EQ(light->accelerator, AcceleratorType::cpu);
  EXPECT_EQ(heavy->device.view(), "cuda:0");
  EXPECT_GT(heavy->estimate.total(), 0);
}

// R4.5
TEST(AnalyticSelectors, WithoutDevicesSelectNone) {
  AnalyticSelector selector({{.id = "null:0", .type = AcceleratorType::null}});

  EXPECT_EQ(code_of(selector.select_backend({})), ErrorCode::device_unavailable);
}

// R4.2
TEST_F(AnalyticSelection, AsksToBePreparedOnceBeforeTheFirstRealChoice) {
  int calls = 0;
  selector_.before_first_choice([&] { ++calls; });
  const KernelMetadata kernel;
  const std::array<extension::SelectionCandidate, 1> only{{{.device = &cpu_}}};
  std::ignore = selector_.choose({.kernel = kernel, .candidates = only});
  EXPECT_EQ(calls, 0);

  std::ignore = choose(1, 1);
  std::ignore = choose(2, 1);

  EXPECT_EQ(calls, 1);
}

// R12.3
TEST_F(AnalyticSelection, ChoosesForManyThreadsWhileRatesArrive) {
  std::atomic<int> prepared{0};
  selector_.before_first_choice([&] { ++prepared; });
  const std::uint64_t before = selector_.epoch();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const KernelMetadata kernel{.operations_per_item = 10};
      const std::array<extension::SelectionCandidate, 2> candidates{
          {{.device = &cpu_}, {.device = &gpu_}}};
      for (int round = 0; round < 200; ++round) {
        if (thread == 0) {
          EXPECT_TRUE(selector_.set_rates("cuda:0", kGpu).ok());
        }
        EXPECT_TRUE(selector_
                        .choose({.kernel = kernel,
                                 .range = {{1000, 1, 1}},
                                 .buffer_bytes = 4000,
                                 .candidates = candidates})
                        .ok());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(prepared.load(), 1);
  EXPECT_EQ(selector_.epoch(), before + 200);
}

}  // namespace
}  // namespace dotcompute::core
