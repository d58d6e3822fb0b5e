// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace dotcompute::dotc {
namespace {

using std::chrono::nanoseconds;

TEST(Describe, TellsAKernelAsAFunction) {
  const KernelMetadata kernel{
      .name = "f",
      .name_space = "a::b",
      .parameters = {scalar<float>("s"), input<double, 2>("x", "m, n"),
                     element_wise(output<std::uint8_t, 2>("y")), in_out<bool>("z")}};

  EXPECT_EQ(
      describe(kernel),
      "a::b::f(s: float32, x: in float64 [m, n], y: out uint8 per item, 2 axes, z: inout bool "
      "array)");
}

TEST(Describe, TellsTheOptionThatGivesAParameter) {
  EXPECT_EQ(option_of(input<float>("a")), "--in");
  EXPECT_EQ(option_of(output<float>("a")), "--out");
  EXPECT_EQ(option_of(in_out<float>("a")), "--inout");
  EXPECT_EQ(option_of(scalar<float>("a")), "--set");
}

TEST(Describe, TellsDurationsInThreeDigits) {
  EXPECT_EQ(describe(nanoseconds(7)), "7 ns");
  EXPECT_EQ(describe(nanoseconds(999)), "999 ns");
  EXPECT_EQ(describe(nanoseconds(1234)), "1.23 us");
  EXPECT_EQ(describe(nanoseconds(12'345)), "12.3 us");
  EXPECT_EQ(describe(nanoseconds(123'456'789)), "123 ms");
  EXPECT_EQ(describe(nanoseconds(999'600'000)), "1.00 s");
  EXPECT_EQ(describe(nanoseconds(123'456'000'000)), "123 s");
}

TEST(Describe, TellsBytesInThreeDigits) {
  EXPECT_EQ(describe_bytes(0), "0 bytes");
  EXPECT_EQ(describe_bytes(999), "999 bytes");
  EXPECT_EQ(describe_bytes(1536), "1.5 KiB");
  EXPECT_EQ(describe_bytes(std::uint64_t{1} << 30U), "1 GiB");
}

TEST(Describe, TellsTheAxesOfALaunchThatAreUsed) {
  EXPECT_EQ(describe(LaunchRange{{5, 1, 1}}), "5");
  EXPECT_EQ(describe(LaunchRange{{5, 4, 1}}), "5 x 4");
  EXPECT_EQ(describe(LaunchRange{{5, 1, 3}}), "5 x 1 x 3");
}

TEST(Describe, TellsBackEnds) {
  EXPECT_EQ(describe(KernelBackends::cpu | KernelBackends::cuda), "cpu | cuda");
  EXPECT_EQ(describe(KernelBackends::none), "none");
}

}  // namespace
}  // namespace dotcompute::dotc
