// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "equipment/opencl_counts.hpp"
#include "equipment/opencl_driver.hpp"
#include "opencl/device.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dotcompute::opencl {

/// A test on a real driver, skipped with the reason where there is none.
class OpenClTest : public testing::Test {
 protected:
  void SetUp() override {
    facts_ = equipment::any_device();
    if (facts_ == nullptr) {
      GTEST_SKIP() << equipment::opencl_driver().problem;
    }
    open(*facts_);
  }

  void open(const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan = nullptr) {
    auto device = Device::open(*equipment::opencl_driver().api, facts, {.faults = std::move(plan)});
    ASSERT_TRUE(device.ok()) << device.error().message();
    device_ = *std::move(device);
  }

  [[nodiscard]] std::unique_ptr<backend::Program> compile(const KernelMetadata& metadata,
                                                          std::string_view text) {
    auto program = device_->compile({.metadata = &metadata,
                                     .language = backend::SourceLanguage::opencl_c,
                                     .text = text,
                                     .entry = metadata.name});
    EXPECT_TRUE(program.ok()) << (program.ok() ? "" : program.error().message());
    return program.ok() ? *std::move(program) : nullptr;
  }

  [[nodiscard]] Status finish(const Result<backend::Completion>& queued) {
    if (!queued.ok()) {
      return queued.error();
    }
    const auto waited = device_->wait(*queued, std::chrono::minutes(2));
    if (!waited.ok()) {
      return waited.error();
    }
    return *waited ? success() : Status(Error{ErrorCode::internal, "It takes too long."});
  }

  template <class T>
  [[nodiscard]] backend::Allocation allocate(const std::vector<T>& values) {
    auto memory = device_->allocate({.bytes = values.size() * sizeof(T)});
    EXPECT_TRUE(memory.ok());
    if (!memory.ok()) {
      return {};
    }
    EXPECT_TRUE(
        finish(device_->copy({.host_source = std::as_bytes(std::span(values)), .target = *memory}))
            .ok());
    return *memory;
  }

  template <class T>
  [[nodiscard]] std::vector<T> contents(const backend::Allocation& memory) {
    std::vector<T> values(memory.bytes / sizeof(T));
    EXPECT_TRUE(finish(device_->copy({.host_target = std::as_writable_bytes(std::span(values)),
                                      .source = memory}))
                    .ok());
    return values;
  }

  const DeviceFacts* facts_ = nullptr;
  std::unique_ptr<Device> device_;
};

/// out[i] = in[i] * factor, on one axis.
struct Scale {
  static KernelMetadata metadata() {
    return {.name = "scale",
            .parameters = {input<float>("in"), output<float>("out"), scalar<float>("factor")},
            .backends = KernelBackends::opencl};
  }
  static constexpr std::string_view kText = R"(
#pragma OPENCL FP_CONTRACT OFF
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  ulong in_extents[1] __attribute__((aligned(8)));
  long in_offset __attribute__((aligned(8)));
  ulong out_extents[1] __attribute__((aligned(8)));
  long out_offset __attribute__((aligned(8)));
  float factor __attribute__((aligned(8)));
} scale_arguments;
kernel void scale(global const float* in_memory, global float* out_memory,
                  const scale_arguments dc) {
  const ulong i = get_global_id(0);
  if (i - get_global_offset(0) >= dc.range[0]) return;
  global const float* in = (global const float*)((global const char*)in_memory + dc.in_offset);
  global float* out = (global float*)((global char*)out_memory + dc.out_offset);
  out[i] = in[i] * dc.factor;
}
)";
};

/// Adds 1 to the element [z, y, x] of an array of three axes.
struct CountItems {
  static KernelMetadata metadata() {
    return {.name = "count_items",
            .parameters = {in_out<std::uint32_t, 3>("counts")},
            .backends = KernelBackends::opencl,
            .dimensions = 3};
  }
  static constexpr std::string_view kText = R"(
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  ulong counts_extents[3] __attribute__((aligned(8)));
  long counts_offset __attribute__((aligned(8)));
} count_items_arguments;
kernel void count_items(global uint* counts_memory, const count_items_arguments dc) {
  const ulong x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
  if (x - get_global_offset(0) >= dc.range[0] || y - get_global_offset(1) >= dc.range[1] ||
      z - get_global_offset(2) >= dc.range[2]) return;
  global uint* counts = (global uint*)((global char*)counts_memory + dc.counts_offset);
  counts[(z * dc.counts_extents[1] + y) * dc.counts_extents[2] + x] += 1;
}
)";
};

/// The arguments of one launch of Scale.
struct ScaleCall {
  ScaleCall(backend::Allocation in, backend::Allocation out, float factor_value)
      : factor(factor_value), memory{in, out, {}} {
    for (std::size_t index = 0; index < 2; ++index) {
      arguments[index] = {nullptr, {memory[index].bytes / sizeof(float), 1, 1}};
    }
    arguments[2] = {&factor, {}};
  }
  ScaleCall(const ScaleCall&) = delete;
  ScaleCall& operator=(const ScaleCall&) = delete;

  [[nodiscard]] backend::LaunchRequest request(const backend::Program& program,
                                               std::uint64_t items) const {
    return {.program = &program,
            .range = {{items, 1, 1}},
            .group_size = {64, 1, 1},
            .arguments = arguments,
            .memory = memory};
  }

  float factor;
  std::array<backend::Allocation, 3> memory;
  std::array<backend::KernelArgument, 3> arguments{};
};

}  // namespace dotcompute::opencl
