// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "null/device.hpp"
#include "simulated/device.hpp"
#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute {

using std::chrono::nanoseconds;
using std::chrono::operator""us;
using std::chrono::operator""ns;
inline constexpr nanoseconds kForEver = nanoseconds::max();

/// A simulated device on a virtual clock, round a device that runs functions of the host on the
/// thread that launches them.
class SimulatedTest : public testing::Test {
 protected:
  void open(std::string_view description) {
    const auto profiles = simulated::read_profiles(description);
    ASSERT_TRUE(profiles.ok()) << profiles.error().message();
    clock_ = std::make_shared<core::VirtualClock>();
    faults_ = std::make_shared<core::FaultPlan>();
    auto inner = std::make_unique<null::Device>(
        backend::DeviceInfo{.id = "null:0",
                            .name = "inner",
                            .max_allocation_bytes = std::size_t{1} << 24U,
                            .host_memory = true},
        null::Options{.runs_kernels = true});
    inner_ = inner.get();
    device_ = std::make_unique<simulated::Device>(
        std::move(inner),
        simulated::Parts{.profile = profiles->front(), .clock = clock_, .faults = faults_});
  }

  /// A kernel that adds 1 to each element of its only parameter, "x", or one of the test's own.
  std::unique_ptr<backend::Program> compile(backend::HostFunction function = &add_one,
                                            const void* state = nullptr) {
    const KernelMetadata metadata{.name = "kernel", .parameters = {in_out<std::int32_t>("x")}};
    auto program = device_->compile({.metadata = &metadata, .host = {function, state}});
    EXPECT_TRUE(program.ok());
    return program.ok() ? std::move(*program) : nullptr;
  }

  backend::Allocation allocate(std::size_t bytes) {
    const auto memory = device_->allocate({.bytes = bytes});
    EXPECT_TRUE(memory.ok());
    return memory.ok() ? *memory : backend::Allocation{};
  }

  Result<backend::Completion> upload(const std::vector<std::int32_t>& from,
                                     const backend::Allocation& to,
                                     std::span<const backend::Completion> after = {}) {
    return device_->copy(
        {.host_source = std::as_bytes(std::span(from)), .target = to, .after = after});
  }
  Result<backend::Completion> download(const backend::Allocation& from,
                                       std::vector<std::int32_t>& to,
                                       std::span<const backend::Completion> after = {}) {
    return device_->copy(
        {.host_target = std::as_writable_bytes(std::span(to)), .source = from, .after = after});
  }
  Result<backend::Completion> launch(const backend::Program& program,
                                     const backend::Allocation& memory,
                                     std::uint64_t items,
                                     std::span<const backend::Completion> after = {}) {
    const std::array<backend::KernelArgument, 1> arguments{{{nullptr, {items, 1, 1}}}};
    return device_->launch({.program = &program,
                            .range = {{items, 1, 1}},
                            .arguments = arguments,
                            .memory = std::span(&memory, 1),
                            .after = after});
  }
  [[nodiscard]] bool finishes(const Result<backend::Completion>& queued) {
    if (!queued) {
      return false;
    }
    const auto waited = device_->wait(*queued, kForEver);
    return waited.ok() && *waited;
  }

  static void add_one(const void* /*state*/,
                      const backend::KernelArgument* arguments,
                      const ItemRange& items) {
    auto* const x = static_cast<std::int32_t*>(arguments[0].data);
    for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
      ++x[i];
    }
  }

  std::shared_ptr<core::VirtualClock> clock_;
  std::shared_ptr<core::FaultPlan> faults_;
  null::Device* inner_ = nullptr;
  std::unique_ptr<simulated::Device> device_;
};

}  // namespace dotcompute
