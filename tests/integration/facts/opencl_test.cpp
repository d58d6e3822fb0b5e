// SPDX-License-Identifier: Apache-2.0
// The texts that the pack registers for OpenCL, run on a device and compared with the interpreter.
#include "integration/facts/pack_kernels.hpp"
#include "unit/emit_opencl/launcher.hpp"

#include <gtest/gtest.h>

namespace dotcompute {
namespace {

std::vector<backend::KernelArgument> arguments_of(std::vector<Values>& values) {
  std::vector<backend::KernelArgument> arguments;
  for (Values& one : values) {
    arguments.push_back({one.bytes.data(), one.extents});
  }
  return arguments;
}

// R3.1
TEST(PackOnOpenCl, DoesWhatTheInterpreterDoes) {
  OpenClLauncher launcher;
  if (!launcher.problem().empty()) {
    GTEST_SKIP() << launcher.problem();
  }
  for (const PackKernel& kernel : pack()) {
    const KernelMetadata& metadata = kernel.metadata();
    const std::vector<Values> values = values_for(metadata);
    const LaunchRange range = range_for(metadata, values);
    const auto expected = run_whole(metadata, kernel.interpreter(), values, range);
    ASSERT_TRUE(expected.ok()) << metadata.name;
    const KernelDefinition& definition = kernel.definition(AcceleratorType::opencl);
    ASSERT_EQ(launcher.build(definition.source,
                             "-cl-std=CL1.2 -Werror -cl-fp32-correctly-rounded-divide-sqrt"),
              "")
        << metadata.name;
    auto got = values;

    ASSERT_EQ(
        launcher.run(*kernel.module, *kernel.module->functions.back(), definition.entry_point,
                     arguments_of(got), {.items = {range.size[0], range.size[1], range.size[2]}}),
        "");

    // Functions, of Black and Scholes' formula above all, differ in the last places.
    const bool is_exact = metadata.name != "black_scholes";
    EXPECT_EQ(difference(metadata, *expected, got, is_exact ? 0 : 1e-5F), std::nullopt)
        << metadata.name;
  }
}

}  // namespace
}  // namespace dotcompute
