// SPDX-License-Identifier: Apache-2.0
// Launches that are cut, so that one part is copied while another runs.
#include "execution/chunks.hpp"
#include "support/given_rates.hpp"
#include "support/runtime_test.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace dotcompute {
namespace {

/// Of the devices below.
constexpr DeviceRates kRates{.launch_nanoseconds = 1'000,
                             .copy_nanoseconds = 1'000,
                             .in_bytes_per_nanosecond = 10,
                             .out_bytes_per_nanosecond = 10};

class CutLaunchTest : public testing::Test {
 protected:
  CutLaunchTest() {
    auto info = TestBackend::separate_memory("test:0");
    info.copies_beside_launches = true;
    backend_ = std::make_shared<TestBackend>(std::vector<backend::DeviceInfo>{info});
    runtime_.emplace(Runtime::create(
        RuntimeBuilder()
            .without_built_in_backends()
            .add_backend(backend_)
            .replace<extension::BackendSelector>(std::make_shared<GivenRates>(kRates))));
    add_saxpy(runtime_->kernels());
    runtime_->kernels().add(
        {.name = "smooth",
         .parameters = {stencil(input<int>("x")), element_wise(output<int>("out"))}},
        [](ItemId<1> id, std::span<const int> x, std::span<int> out) {
          const std::size_t i = id[0];
          out[i] = x[i == 0 ? 0 : i - 1] + x[i] + x[std::min(i + 1, x.size() - 1)];
        });
    runtime_->kernels().add(
        {.name = "reversed",
         .parameters = {input<int>("x", "n"), element_wise(output<int>("out", "n"))}},
        [](ItemId<1> id, std::span<const int> x, std::span<int> out) {
          out[id[0]] = x[x.size() - 1 - id[0]];
        });
    options_.device = "test:0";
  }

  static Parameter stencil(Parameter parameter) {
    parameter.access = AccessPattern::stencil;
    parameter.stencil_radius = 1;
    return parameter;
  }

  std::shared_ptr<TestBackend> backend_;
  std::optional<Runtime> runtime_;
  CallOptions options_;
};

// R6.4
TEST_F(CutLaunchTest, GivesTheResultOfTheWholeAndMovesTheSameBytes) {
  for (const std::size_t count : {std::size_t{1} << 19U, std::size_t{1'000'003}}) {
    std::vector<float> x(count);
    std::iota(x.begin(), x.end(), 0.0F);
    std::vector<float> y(count, 1.0F);
    ExecutionReport report;
    CallOptions options = options_;
    options.report = &report;
    const std::uint64_t before = backend_->device().launches();

    runtime_->orchestrator().execute("saxpy", {{"alpha", 2.0F}, {"x", x}, {"y", y}}, options);

    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; ++i) {
      wrong += y[i] != 2.0F * x[i] + 1.0F ? 1 : 0;
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_GT(backend_->device().launches() - before, 2U);
    EXPECT_EQ(report.bytes_to_device, 2 * count * sizeof(float));
    EXPECT_EQ(report.bytes_from_device, count * sizeof(float));
  }
}

// R6.4
TEST_F(CutLaunchTest, IsCutOnTheWarmWayToo) {
  const std::vector<float> x(std::size_t{1} << 19U, 1.0F);
  std::vector<float> y(x.size(), 1.0F);
  const auto call = [&] {
    const std::uint64_t before = backend_->device().launches();
    runtime_->orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, options_);
    return backend_->device().launches() - before;
  };
  const std::uint64_t cold = call();

  const std::uint64_t warm = call();

  EXPECT_EQ(warm, cold);
  EXPECT_TRUE(std::ranges::all_of(y, [](float value) { return value == 3.0F; }));
}

// R6.4
TEST_F(CutLaunchTest, AStencilReadsAcrossTheCuts) {
  const std::size_t count = (std::size_t{1} << 19U) + 7;
  std::vector<int> x(count);
  std::iota(x.begin(), x.end(), 0);
  std::vector<int> out(count);
  const std::uint64_t before = backend_->device().launches();

  runtime_->orchestrator().execute("smooth", {{"x", x}, {"out", out}}, options_);

  std::size_t wrong = 0;
  for (std::size_t i = 1; i + 1 < count; ++i) {
    wrong += out[i] != 3 * x[i] ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(out.front(), 1);
  EXPECT_GT(backend_->device().launches() - before, 2U);
}

// R6.4
TEST_F(CutLaunchTest, WhatIsReadAnywhereIsThereBeforeTheFirstPart) {
  const std::size_t count = std::size_t{1} << 19U;
  std::vector<int> x(count);
  std::iota(x.begin(), x.end(), 0);
  std::vector<int> out(count);

  runtime_->orchestrator().execute("reversed", {{"x", x}, {"out", out}}, options_);

  EXPECT_TRUE(std::equal(out.begin(), out.end(), x.rbegin()));
}

// R6.4
TEST_F(CutLaunchTest, AFailureInAnyPartEndsTheCallAndTheNextIsRight) {
  using null::Operation;
  const std::vector<float> x(std::size_t{1} << 19U, 1.0F);
  for (const Operation operation :
       {Operation::allocate, Operation::copy, Operation::launch, Operation::wait}) {
    for (std::uint64_t call = 0; call < 12; ++call) {
      std::vector<float> y(x.size(), 1.0F);
      runtime_->memory().trim();
      backend_->device().fail(operation, ErrorCode::transient, call, 1);

      const auto failed = runtime_->orchestrator().try_execute(
          "saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, options_);

      EXPECT_TRUE(failed.ok() || failed.error().code == ErrorCode::transient);
      backend_->device().fail(operation, ErrorCode::transient, 0, 0);
      std::fill(y.begin(), y.end(), 1.0F);
      runtime_->orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, options_);
      EXPECT_TRUE(std::ranges::all_of(y, [](float value) { return value == 2.0F; }));
    }
  }
}

// R1.6
TEST_F(CutLaunchTest, IsEndedByAStopTokenBetweenParts) {
  std::stop_source stop;
  runtime_->kernels().add({.name = "stopping", .parameters = {element_wise(in_out<float>("x"))}},
                          [&stop](ItemRange items, std::span<float> x) {
                            stop.request_stop();
                            x[items.begin[0]] = 1.0F;
                          });
  std::vector<float> x(std::size_t{1} << 20U);
  CallOptions options = options_;
  options.stop = stop.get_token();

  const auto ended = runtime_->orchestrator().try_execute("stopping", {{"x", x}}, options);

  EXPECT_EQ(error_of(ended).code, ErrorCode::cancelled);
}

// R6.4
TEST(ChunkCount, GrowsWithTheCopiesAndShrinksWithTheFixedCost) {
  const auto few = core::best_chunk_count({.upload = 1e6, .download = 1e6, .fixed = 1e5});
  const auto more = core::best_chunk_count({.upload = 1e8, .download = 1e8, .fixed = 1e5});
  const auto none = core::best_chunk_count({.upload = 1e3, .download = 1e3, .fixed = 1e5});

  EXPECT_EQ(few, 4U);  // the square root of 20
  EXPECT_EQ(more, 44U);
  EXPECT_EQ(none, 1U);
}

}  // namespace
}  // namespace dotcompute
