// SPDX-License-Identifier: Apache-2.0
#include "simulated/profile.hpp"
#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::simulated {
namespace {

std::string problems_of(std::string_view text) {
  const auto profiles = read_profiles(text);
  EXPECT_EQ(code_of(profiles), ErrorCode::invalid_argument) << text;
  return profiles.ok() ? "" : *profiles.error().log;
}

// R12.1
TEST(SimulatedProfile, ReadsEveryNameInItsUnits) {
  const auto profiles = read_profiles(
      "inner=opencl:0:1,latency=20us,copy_latency=1.5us,in=12GB/s,out=2MiB/s,speed=8,item=0.25ns,"
      "memory=4GiB,engines=1");

  ASSERT_TRUE(profiles.ok());
  EXPECT_EQ(profiles->front(), (Profile{.inner = "opencl:0:1",
                                        .launch_latency = std::chrono::microseconds(20),
                                        .copy_latency = std::chrono::nanoseconds(1500),
                                        .in_bytes_per_second = 12e9,
                                        .out_bytes_per_second = 2097152,
                                        .speed = 8,
                                        .item_time = std::chrono::duration<double, std::nano>(0.25),
                                        .memory_bytes = std::size_t{4} << 30U,
                                        .copy_engines = 1}));
}

// R12.1
TEST(SimulatedProfile, ReadsSeveralDevices) {
  const auto profiles = read_profiles("speed=2;;speed=3");

  ASSERT_TRUE(profiles.ok());
  ASSERT_EQ(profiles->size(), 3U);
  EXPECT_EQ((*profiles)[0].speed, 2);
  EXPECT_EQ((*profiles)[1], Profile{});
  EXPECT_EQ((*profiles)[2].speed, 3);
}

// R12.1
TEST(SimulatedProfile, ReadsBackWhatItPrints) {
  for (const std::string_view text :
       {"", "inner=cpu:0,latency=20us,in=12.5GB/s,speed=0.3", "item=0.1ns,memory=3MiB,engines=0"}) {
    const auto profiles = read_profiles(text);
    ASSERT_TRUE(profiles.ok()) << text;

    const auto again = read_profiles(to_string(profiles->front()));

    ASSERT_TRUE(again.ok()) << to_string(profiles->front());
    EXPECT_EQ(again->front(), profiles->front());
  }
}

// R12.1
TEST(SimulatedProfile, TellsAllProblemsWithTheirPlaces) {
  EXPECT_EQ(problems_of("latency=20;in=fast,speed=2"),
            "position 8: latency: expected a time such as 20us, got \"20\"\n"
            "position 14: in: expected a rate such as 12GB/s, got \"fast\"");
}

// R12.1
TEST(SimulatedProfile, RefusesValuesThatMeanNothing) {
  for (const std::string_view text :
       {"latency=-1us", "latency=nanus", "latency=1e30s", "in=0GB/s", "in=5GB", "out=inf/s",
        "speed=0", "speed=2x", "item=0ns", "memory=1B", "memory=1TiB", "engines=3",
        "engines=", "inner=", "speed", "sped=2", "speed=2,", " speed=2"}) {
    EXPECT_NE(problems_of(text), "") << text;
  }
}

// R12.1
TEST(SimulatedProfile, NamesWhatIsKnownWhereANameIsNot) {
  EXPECT_NE(problems_of("sped=2").find("inner, latency, copy_latency"), std::string::npos);
}

}  // namespace
}  // namespace dotcompute::simulated
