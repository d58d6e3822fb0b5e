// SPDX-License-Identifier: Apache-2.0
// How long a call takes on a simulated device that copies while it works, in virtual time.
#include "platform/virtual_clock.hpp"
#include "simulated/backend.hpp"
#include "support/given_rates.hpp"
#include "support/runtime_test.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {
namespace {

/// Of the devices below.
constexpr DeviceRates kRates{.launch_nanoseconds = 20'000,
                             .copy_nanoseconds = 5'000,
                             .in_bytes_per_nanosecond = 1,
                             .out_bytes_per_nanosecond = 1};

/// The virtual time of a call whose copies in, work and copies out take equally long.
std::chrono::nanoseconds time_of_call(std::string_view engines, std::size_t items) {
  const auto clock = std::make_shared<core::VirtualClock>();
  const auto cpu = cpu_backend();
  auto simulated = simulated::make_backend(
      "inner=cpu:0,latency=20us,copy_latency=5us,in=1GB/s,out=1GB/s,item=4ns,engines=" +
          std::string(engines),
      {.inner = {cpu.get()}, .clock = clock});
  EXPECT_TRUE(simulated.ok());
  auto runtime = Runtime::create(
      RuntimeBuilder()
          .without_built_in_backends()
          .add_backend(*simulated)
          .replace<extension::BackendSelector>(std::make_shared<GivenRates>(kRates)));
  runtime.kernels().add(
      {.name = "doubled",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("out"))}},
      [](ItemRange range, std::span<const float> x, std::span<float> out) {
        for (auto i = range.begin[0]; i < range.end[0]; ++i) {
          out[i] = 2 * x[i];
        }
      });
  const std::vector<float> x(items, 3.0F);
  std::vector<float> out(items);
  const auto begin = clock->now();

  runtime.orchestrator().execute("doubled", {{"x", x}, {"out", out}}, {.device = "sim:0"});

  EXPECT_EQ(out.back(), 6.0F);
  EXPECT_EQ(out.front(), 6.0F);
  return clock->now() - begin;
}

// R6.4
TEST(Overlap, ThreeEqualStagesTakeLessThanHalfOfOneAfterTheOther) {
  constexpr std::size_t kItems = 4'000'000;

  const auto serial = time_of_call("0", kItems);
  const auto overlapped = time_of_call("2", kItems);

  EXPECT_GE(serial.count(), 3 * 4 * static_cast<std::int64_t>(kItems));
  EXPECT_LE(static_cast<double>(overlapped.count()), 0.45 * static_cast<double>(serial.count()));
}

}  // namespace
}  // namespace dotcompute
