// SPDX-License-Identifier: Apache-2.0
#include "null/device.hpp"
#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace dotcompute::null {
namespace {

using Arguments = const backend::KernelArgument*;

backend::DeviceInfo info_of(bool host_memory) {
  return {.id = "null:0",
          .name = "null",
          .max_allocation_bytes = std::size_t{1} << 20U,
          .host_memory = host_memory};
}

void double_items(const void* /*state*/, Arguments arguments, const ItemRange& items) {
  auto* values = static_cast<int*>(arguments[0].data);
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    values[i] *= 2;
  }
}

const KernelMetadata& metadata_of_double() {
  static const KernelMetadata metadata{.name = "double", .parameters = {in_out<int>("values")}};
  return metadata;
}

class NullDeviceTest : public testing::Test {
 protected:
  std::unique_ptr<backend::Program> compile(Device& device) {
    auto program =
        device.compile({.metadata = &metadata_of_double(), .host = {double_items, nullptr}});
    return program.ok() ? std::move(*program) : nullptr;
  }

  Device device_{info_of(/*host_memory=*/true)};
};

// R3.1
TEST_F(NullDeviceTest, CountsAllocationsNotYetFreed) {
  const auto first = device_.allocate({.bytes = 1});
  const auto second = device_.allocate({.bytes = 1});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(device_.live_allocations(), 2U);

  device_.free(*first);

  EXPECT_EQ(device_.live_allocations(), 1U);
  device_.free(*second);
}

// R3.1
TEST_F(NullDeviceTest, TakesEveryLanguage) {
  using enum backend::SourceLanguage;
  for (const auto language : {cpp, opencl_c, cuda_cpp, msl, glsl}) {
    EXPECT_TRUE(
        device_.compile({.metadata = &metadata_of_double(), .language = language, .text = "x"})
            .ok());
  }
}

// R3.4
TEST_F(NullDeviceTest, KeepsTheGeometryOfTheLastLaunch) {
  const auto program = compile(device_);

  ASSERT_TRUE(device_
                  .launch({.program = program.get(),
                           .range = {{100, 3, 1}},
                           .group_size = {32, 1, 1},
                           .groups = {4, 3, 1}})
                  .ok());

  EXPECT_EQ(device_.launches(), 1U);
  EXPECT_EQ(device_.last_launch().range, (LaunchRange{{100, 3, 1}}));
  EXPECT_EQ(device_.last_launch().group_size, (std::array<std::uint32_t, 3>{32, 1, 1}));
  EXPECT_EQ(device_.last_launch().groups, (std::array<std::uint32_t, 3>{4, 3, 1}));
}

// R3.1
TEST_F(NullDeviceTest, RunsNothingUnlessToldTo) {
  const auto program = compile(device_);
  std::array<int, 3> values{1, 2, 3};
  const backend::KernelArgument argument{values.data(), {3, 1, 1}};

  ASSERT_TRUE(device_
                  .launch({.program = program.get(),
                           .range = {{3, 1, 1}},
                           .arguments = std::span(&argument, 1)})
                  .ok());

  EXPECT_EQ(values, (std::array<int, 3>{1, 2, 3}));
}

// R6.5
TEST_F(NullDeviceTest, RunsOnTheCallersMemoryIfItIsTheHosts) {
  Device device(info_of(/*host_memory=*/true), {.runs_kernels = true});
  const auto program = compile(device);
  std::array<int, 3> values{1, 2, 3};
  const backend::KernelArgument argument{values.data(), {3, 1, 1}};

  ASSERT_TRUE(device
                  .launch({.program = program.get(),
                           .range = {{3, 1, 1}},
                           .arguments = std::span(&argument, 1)})
                  .ok());

  EXPECT_EQ(values, (std::array<int, 3>{2, 4, 6}));
}

// R5.2
TEST_F(NullDeviceTest, RefusesALaunchOnMemoryItDoesNotHaveOrThatIsTooSmall) {
  Device device(info_of(/*host_memory=*/false), {.runs_kernels = true});
  const auto program = compile(device);
  const auto memory = device.allocate({.bytes = 3 * sizeof(int)});
  ASSERT_TRUE(memory.ok());
  constexpr std::array<int, 3> kValues{1, 2, 3};
  ASSERT_TRUE(
      device.copy({.host_source = std::as_bytes(std::span(kValues)), .target = *memory}).ok());
  const auto launch = [&](std::uint64_t items, backend::Allocation allocation) {
    const backend::KernelArgument argument{nullptr, {items, 1, 1}};
    return code_of(device.launch({.program = program.get(),
                                  .range = {{items, 1, 1}},
                                  .arguments = std::span(&argument, 1),
                                  .memory = std::span(&allocation, 1)}));
  };

  EXPECT_EQ(launch(3, *memory), std::nullopt);
  EXPECT_EQ(launch(4, *memory), ErrorCode::invalid_argument);
  EXPECT_EQ(launch(std::uint64_t{1} << 62U, *memory), ErrorCode::invalid_argument);
  EXPECT_EQ(launch(3, {memory->handle + 1, memory->bytes}), ErrorCode::invalid_argument);
  EXPECT_EQ(launch(3, {memory->handle, memory->bytes + 1}), ErrorCode::invalid_argument);
  device.free(*memory);
}

// R5.2
TEST_F(NullDeviceTest, RefusesALaunchWithoutMemoryForItsParameters) {
  Device device(info_of(/*host_memory=*/false), {.runs_kernels = true});
  const auto program = compile(device);
  const backend::KernelArgument argument{nullptr, {3, 1, 1}};

  EXPECT_EQ(
      code_of(device.launch(
          {.program = program.get(), .range = {{3, 1, 1}}, .arguments = std::span(&argument, 1)})),
      ErrorCode::invalid_argument);
}

/// One round of everything a device does, freeing what it took however it ends.
Status round_trip(Device& device) {
  std::array<int, 3> values{1, 2, 3};
  const backend::KernelArgument argument{nullptr, {3, 1, 1}};
  const auto program =
      device.compile({.metadata = &metadata_of_double(), .host = {double_items, nullptr}});
  if (!program.ok()) {
    return program.error();
  }
  const auto memory = device.allocate({.bytes = sizeof(values)});
  if (!memory.ok()) {
    return memory.error();
  }
  auto last = device.copy({.host_source = std::as_bytes(std::span(values)), .target = *memory});
  if (last.ok()) {
    last = device.launch({.program = program->get(),
                          .range = {{3, 1, 1}},
                          .arguments = std::span(&argument, 1),
                          .memory = std::span(&*memory, 1)});
  }
  if (last.ok()) {
    last =
        device.copy({.host_target = std::as_writable_bytes(std::span(values)), .source = *memory});
  }
  Status status = success();
  if (!last.ok()) {
    status = last.error();
  } else if (const auto waited = device.wait(*last, std::chrono::seconds(1)); !waited.ok()) {
    status = waited.error();
  } else {
    EXPECT_EQ(values, (std::array<int, 3>{2, 4, 6}));
  }
  device.free(*memory);
  return status;
}

// R9.1
TEST_F(NullDeviceTest, FailsJustThePlannedCallWithThePlannedCode) {
  constexpr std::array<std::uint64_t, 5> kCallsOfARound{1, 1, 2, 1, 1};  // as in kOperations
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    for (std::uint64_t skip = 0; skip <= kCallsOfARound[i]; ++skip) {
      Device device(info_of(/*host_memory=*/false), {.runs_kernels = true});
      device.fail(kOperations[i], ErrorCode::transient, skip);

      const bool is_untouched = skip == kCallsOfARound[i];
      const auto expected = is_untouched ? std::nullopt : std::optional(ErrorCode::transient);
      EXPECT_EQ(code_of(round_trip(device)), expected) << i << " after " << skip;
      EXPECT_EQ(device.live_allocations(), 0U);
      EXPECT_EQ(code_of(round_trip(device)),
                is_untouched ? std::optional(ErrorCode::transient) : std::nullopt);
    }
  }
}

// R9.1
TEST_F(NullDeviceTest, FailsAsOftenAsPlanned) {
  device_.fail(Operation::allocate, ErrorCode::out_of_memory, /*skip=*/1, /*times=*/2);

  std::vector<std::optional<ErrorCode>> codes;
  for (int call = 0; call < 4; ++call) {
    codes.push_back(code_of(device_.allocate({.bytes = 16})));
  }

  EXPECT_EQ(codes, (std::vector<std::optional<ErrorCode>>{std::nullopt, ErrorCode::out_of_memory,
                                                          ErrorCode::out_of_memory, std::nullopt}));
}

// R9.1
TEST_F(NullDeviceTest, CountsNoLaunchThatWasToldToFail) {
  const auto program = compile(device_);
  device_.fail(Operation::launch, ErrorCode::device_unavailable);

  EXPECT_EQ(code_of(device_.launch({.program = program.get()})), ErrorCode::device_unavailable);

  EXPECT_EQ(device_.launches(), 0U);
}

}  // namespace
}  // namespace dotcompute::null
