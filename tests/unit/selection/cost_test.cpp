// SPDX-License-Identifier: Apache-2.0
#include "selection/cost.hpp"

#include <gtest/gtest.h>

namespace dotcompute::core {
namespace {

// Round numbers: 1 us a launch, 10 GB/s each way, 100 GB/s of memory, 1000 GFLOP/s.
constexpr DeviceRates kGpu{.launch_nanoseconds = 1000,
                           .copy_nanoseconds = 500,
                           .in_bytes_per_nanosecond = 10,
                           .out_bytes_per_nanosecond = 5,
                           .memory_bytes_per_nanosecond = 100,
                           .cache_bytes_per_nanosecond = 200,
                           .float32_operations_per_nanosecond = 1000,
                           .float64_operations_per_nanosecond = 50,
                           .serial_share = 0.001,
                           .is_measured = true};
// 4 threads of 10 GFLOP/s; they share what takes longer than 20 us on one.
constexpr DeviceRates kCpu{.launch_nanoseconds = 100,
                           .memory_bytes_per_nanosecond = 20,
                           .cache_bytes_per_nanosecond = 40,
                           .float32_operations_per_nanosecond = 40,
                           .float64_operations_per_nanosecond = 20,
                           .serial_share = 0.25,
                           .threads_nanoseconds = 10'000,
                           .is_measured = true};
const backend::DeviceInfo kGpuInfo{.id = "gpu:0", .type = AcceleratorType::opencl};
const backend::DeviceInfo kCpuInfo{
    .id = "cpu:0", .type = AcceleratorType::cpu, .host_memory = true};

// R4.2
TEST(CostEstimate, AddsQueueLaunchTransfersAndTheLongerOfComputeAndMemory) {
  const Work work{.items = 1e6, .operations = 1e9, .bytes = 8e6};

  const auto cost = estimate({.device = &kGpuInfo,
                              .bytes_in = 1'000'000,
                              .bytes_out = 2'000'000,
                              .queued_nanoseconds = 7000},
                             kGpu, work);

  EXPECT_DOUBLE_EQ(cost.queue, 7000);
  EXPECT_DOUBLE_EQ(cost.launch, 1000);
  EXPECT_DOUBLE_EQ(cost.transfer_in, 500 + 1e5);
  EXPECT_DOUBLE_EQ(cost.compute, 1e6);
  EXPECT_DOUBLE_EQ(cost.memory, 8e4);
  EXPECT_DOUBLE_EQ(cost.transfer_out, 500 + 4e5);
  EXPECT_DOUBLE_EQ(cost.total(), 7000 + 1000 + 100'500 + 1e6 + 400'500);
  EXPECT_TRUE(cost.is_measured);
}

// R4.3
TEST(CostEstimate, WhatIsOnTheDeviceCostsNoTransfer) {
  const auto cost = estimate({.device = &kGpuInfo}, kGpu, {.items = 1, .bytes = 1});

  EXPECT_DOUBLE_EQ(cost.transfer_in, 0);
  EXPECT_DOUBLE_EQ(cost.transfer_out, 0);
}

// R4.2
TEST(CostEstimate, DataThatFitsACacheIsReadFaster) {
  const double cached = DeviceRates::kCachedBytes;

  EXPECT_DOUBLE_EQ(estimate({.device = &kGpuInfo}, kGpu, {.items = 1e6, .bytes = cached}).memory,
                   cached / 200);
  EXPECT_DOUBLE_EQ(
      estimate({.device = &kGpuInfo}, kGpu, {.items = 1e6, .bytes = cached + 1}).memory,
      (cached + 1) / 100);
}

// R4.2
TEST(CostEstimate, OperationsOnDoublesHaveARateOfTheirOwn) {
  const Work work{.items = 1e6, .operations = 1e6, .is_float64 = true};

  EXPECT_DOUBLE_EQ(estimate({.device = &kGpuInfo}, kGpu, work).compute, 1e6 / 50);
}

// R4.2
TEST(CostEstimate, FewItemsUseAsManyLanesOfTheDevice) {
  const Work work{.items = 10, .operations = 1e6};

  EXPECT_DOUBLE_EQ(estimate({.device = &kGpuInfo}, kGpu, work).compute, 1e6 / 1000 / 0.01);
}

// R4.2
TEST(CostEstimate, WhatIsNotParallelRunsOnOneLane) {
  const Work work{.items = 1e6, .operations = 1e6, .is_parallel = false};

  EXPECT_DOUBLE_EQ(estimate({.device = &kGpuInfo}, kGpu, work).compute, 1e6 / 1000 / 0.001);
  EXPECT_DOUBLE_EQ(estimate({.device = &kCpuInfo}, kCpu, work).compute, 1e6 / 40 / 0.25);
}

// R3.2
TEST(CostEstimate, SmallWorkOnTheCpuTakesOneThread) {
  const Work work{.items = 1e4, .operations = 2e5};  // 20 us on one thread

  const auto cost = estimate({.device = &kCpuInfo}, kCpu, work);

  EXPECT_DOUBLE_EQ(cost.compute, 20'000);
  EXPECT_DOUBLE_EQ(cost.launch, 100);
}

// R3.2
TEST(CostEstimate, LargerWorkOnTheCpuTakesAllThreadsOnceTheyHaveCome) {
  const Work work{.items = 1e4, .operations = 2.1e5};

  const auto cost = estimate({.device = &kCpuInfo}, kCpu, work);

  EXPECT_DOUBLE_EQ(cost.compute, 2.1e5 / 40);
  EXPECT_DOUBLE_EQ(cost.launch, 10'100);
}

// R4.2
TEST(Work, ComesFromTheFactsOfTheKernel) {
  const KernelMetadata kernel{.parameters = {input<double>("x")},
                              .is_parallel = false,
                              .operations_per_item = 3,
                              .bytes_per_item = 8};

  const Work work = work_of(kernel, {{100, 2, 1}}, 4000);

  EXPECT_DOUBLE_EQ(work.items, 200);
  EXPECT_DOUBLE_EQ(work.operations, 600 * 2.5);  // those of kernels take longer than the measured
  EXPECT_DOUBLE_EQ(work.bytes, 1600);            // items read no more than that of the 4000 bytes
  EXPECT_FALSE(work.is_parallel);
  EXPECT_TRUE(work.is_float64);
}

// R4.2
TEST(Work, WhoseFactsAreUnknownIsTakenForALoop) {
  const Work unknown = work_of(KernelMetadata{}, {{100, 1, 1}}, 4000);
  const Work copying = work_of(KernelMetadata{.bytes_per_item = 8}, {{100, 1, 1}}, 4000);

  EXPECT_DOUBLE_EQ(unknown.operations, 100 * 128 * 2.5);
  EXPECT_DOUBLE_EQ(unknown.bytes, 4000);
  EXPECT_DOUBLE_EQ(copying.operations, 0);
}

// R4.1
TEST(Work, ComesFromCharacteristicsThatAreGiven) {
  const Work heavy = work_of({.data_size = 1000,
                              .compute_intensity = ComputeIntensity::very_high,
                              .memory_intensive = false,
                              .parallelism_potential = ParallelismLevel::very_high});
  const Work serial = work_of({.data_size = 1000,
                               .compute_intensity = ComputeIntensity::very_high,
                               .memory_intensive = true,
                               .parallelism_potential = ParallelismLevel::none});

  EXPECT_GT(heavy.operations, 1000.0 * 1000);
  EXPECT_TRUE(heavy.is_parallel);
  EXPECT_LE(serial.operations, 1000);
  EXPECT_FALSE(serial.is_parallel);
}

// R4.2
TEST(PriorRates, SoftwareBehindAnInterfaceIsTakenForSlowerThanTheCpu) {
  backend::DeviceInfo software{.type = AcceleratorType::opencl, .compute_units = 4};
  software.is_software = true;
  const backend::DeviceInfo cpu{
      .type = AcceleratorType::cpu, .compute_units = 4, .host_memory = true};

  const DeviceRates of_software = prior_rates(software);
  const DeviceRates of_cpu = prior_rates(cpu);

  EXPECT_LT(of_software.float32_operations_per_nanosecond,
            of_cpu.float32_operations_per_nanosecond);
  EXPECT_LT(of_software.memory_bytes_per_nanosecond, of_cpu.memory_bytes_per_nanosecond);
  EXPECT_GT(of_software.launch_nanoseconds, of_cpu.launch_nanoseconds);
  EXPECT_FALSE(of_cpu.is_measured);
}

}  // namespace
}  // namespace dotcompute::core
