// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/workload.hpp"

#include <gtest/gtest.h>

namespace dotcompute {
namespace {

struct IntensityCase {
  double operations_per_byte;
  ComputeIntensity expected;
};

// R4.1
TEST(WorkloadCharacteristics, ClassesOperationsForEachByte) {
  for (const auto& [operations, expected] :
       {IntensityCase{0, ComputeIntensity::very_low},
        IntensityCase{0.99, ComputeIntensity::very_low}, IntensityCase{1, ComputeIntensity::low},
        IntensityCase{10, ComputeIntensity::low}, IntensityCase{11, ComputeIntensity::medium},
        IntensityCase{100, ComputeIntensity::medium}, IntensityCase{101, ComputeIntensity::high},
        IntensityCase{1000, ComputeIntensity::high},
        IntensityCase{1001, ComputeIntensity::very_high}}) {
    const KernelMetadata kernel{.operations_per_item = operations * 8};

    const auto characteristics = characteristics_of(kernel, {{1000, 1, 1}}, 8000);

    EXPECT_EQ(characteristics.compute_intensity, expected) << operations;
    EXPECT_EQ(characteristics.memory_intensive, expected <= ComputeIntensity::low) << operations;
    EXPECT_EQ(characteristics.data_size, 8000U);
  }
}

// R4.1
TEST(WorkloadCharacteristics, ClassesItemsThatMayRunAtOnce) {
  const KernelMetadata parallel;
  const auto level = [&](std::uint64_t items) {
    return characteristics_of(parallel, {{items, 1, 1}}, 8).parallelism_potential;
  };

  EXPECT_EQ(level(1), ParallelismLevel::none);
  EXPECT_EQ(level(99), ParallelismLevel::low);
  EXPECT_EQ(level(100), ParallelismLevel::medium);
  EXPECT_EQ(level(10'000), ParallelismLevel::medium);
  EXPECT_EQ(level(10'001), ParallelismLevel::high);
  EXPECT_EQ(level(1'000'000), ParallelismLevel::high);
  EXPECT_EQ(level(1'000'001), ParallelismLevel::very_high);
}

// R4.1
TEST(WorkloadCharacteristics, AKernelThatIsNotParallelHasNoParallelism) {
  const KernelMetadata serial{.is_parallel = false};

  EXPECT_EQ(characteristics_of(serial, {{1'000'000, 1, 1}}, 8).parallelism_potential,
            ParallelismLevel::none);
}

// R4.1
TEST(WorkloadCharacteristics, AllClassesHaveNames) {
  EXPECT_EQ(to_string(ComputeIntensity::very_low), "very_low");
  EXPECT_EQ(to_string(ComputeIntensity::very_high), "very_high");
  EXPECT_EQ(to_string(ParallelismLevel::none), "none");
  EXPECT_EQ(to_string(ParallelismLevel::very_high), "very_high");
}

}  // namespace
}  // namespace dotcompute
