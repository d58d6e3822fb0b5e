// SPDX-License-Identifier: Apache-2.0
// Choices that hold for some sizes, and while the data is where it was.
#include "support/runtime_test.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace dotcompute {
namespace {

/// Few items go to the second device, many to the first, and data stays where it is.
class BySize final : public extension::BackendSelector {
 public:
  Result<extension::SelectionDecision> choose(
      const extension::SelectionRequest& request) noexcept override {
    ++choices;
    for (extension::CostEstimate& estimate : request.estimates) {
      estimate.launch = launch_nanoseconds;
    }
    last_in = request.candidates[0].bytes_in;
    if (meanwhile) {
      meanwhile();
    }
    const bool is_small = request.range.items() < 512;
    extension::SelectionDecision decision{.candidate = is_small ? 1U : 0U, .reason = "By size."};
    if (request.candidates[0].bytes_in == 0) {
      decision.candidate = 0;
    }
    decision.valid_from = is_small ? 256 : 512;
    decision.valid_to = is_small ? 511 : 1023;
    return decision;
  }

  [[nodiscard]] std::optional<DeviceRates> rates(
      std::string_view /*device*/) const noexcept override {
    return DeviceRates{.in_bytes_per_nanosecond = 1, .out_bytes_per_nanosecond = 1};
  }

  double launch_nanoseconds = 100;
  std::function<void()> meanwhile;  // what happens while a choice is made
  std::atomic<int> choices{0};
  std::atomic<std::uint64_t> last_in{0};
};

class SituationTest : public testing::Test {
 protected:
  SituationTest()
      : backend_(std::make_shared<TestBackend>(
            std::vector<backend::DeviceInfo>{device("opencl:0:0"), device("opencl:0:1")})),
        runtime_(Runtime::create(RuntimeBuilder()
                                     .without_built_in_backends()
                                     .add_backend(backend_)
                                     .replace<extension::BackendSelector>(selector_))) {
    runtime_.kernels().add_module([](KernelModule& kernels) {
      kernels.add(
          {{.name = "saxpy",
            .parameters = {scalar<float>("alpha"), element_wise(input<float>("x")),
                           element_wise(in_out<float>("y"))},
            .backends = KernelBackends::opencl},
           {},
           {{.source = "text", .entry_point = "saxpy", .backend = AcceleratorType::opencl}}});
      kernels.add(
          {{.name = "mapped",
            .parameters = {input<float>("table", "t"), element_wise(input<float>("x")),
                           element_wise(output<float>("y"))},
            .backends = KernelBackends::opencl},
           {},
           {{.source = "text", .entry_point = "mapped", .backend = AcceleratorType::opencl}}});
    });
  }

  // It has no body that runs: what matters here is where it would.
  static backend::DeviceInfo device(std::string id) {
    auto info = TestBackend::separate_memory(std::move(id));
    info.type = AcceleratorType::opencl;
    return info;
  }

  std::vector<std::uint64_t> launches() {
    return {backend_->device(0).launches(), backend_->device(1).launches()};
  }
  void call(std::size_t items) {
    const std::vector<float> x(items);
    std::vector<float> y(items);
    runtime_.orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}});
  }

  std::shared_ptr<BySize> selector_ = std::make_shared<BySize>();
  std::shared_ptr<TestBackend> backend_;
  Runtime runtime_;
};

// R4.4
TEST_F(SituationTest, AChoiceIsMadeOnceForEachSizeClass) {
  for (int repeat = 0; repeat < 3; ++repeat) {
    call(300);
    call(700);
    call(511);
  }

  EXPECT_EQ(selector_->choices, 2);
  EXPECT_EQ(launches(), (std::vector<std::uint64_t>{3, 6}));
}

// R4.3
TEST_F(SituationTest, AChoiceIsMadeAnewWhenTheDataIsElsewhere) {
  const auto x = runtime_.memory().unified_from(std::vector<float>(300));
  auto y = runtime_.memory().unified_from(std::vector<float>(300));
  const auto run = [&](const CallOptions& options) {
    runtime_.orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, options);
  };
  run({});                        // to the second device, as there is little of it
  run({.device = "opencl:0:0"});  // which has the newest contents then

  run({});

  EXPECT_EQ(launches(), (std::vector<std::uint64_t>{2, 1}));
}

// R4.3
TEST_F(SituationTest, AChoiceIsMadeAnewWhenOnlyTheSmallerBufferIsElsewhere) {
  const auto table = runtime_.memory().unified_from(std::vector<float>(100));
  const auto x = runtime_.memory().unified_from(std::vector<float>(300));
  std::vector<float> y(300);
  const auto run = [&] {
    runtime_.orchestrator().execute("mapped", {{"table", table}, {"x", x}, {"y", y}});
  };
  table.prefetch("opencl:0:1");
  x.prefetch("opencl:0:1");
  run();
  run();
  ASSERT_EQ(selector_->choices, 1);
  ASSERT_EQ(selector_->last_in, 400 * sizeof(float));

  table.prefetch("opencl:0:0");
  run();

  EXPECT_EQ(selector_->choices, 2);
  EXPECT_EQ(selector_->last_in, 300 * sizeof(float));
}

// R4.3
TEST_F(SituationTest, TheWhereaboutsOfABufferWhoseCopyTakesNoTimeToSpeakOfDoNotCount) {
  selector_->launch_nanoseconds = 1e6;
  const auto x = runtime_.memory().unified_from(std::vector<float>(300));
  auto y = runtime_.memory().unified_from(std::vector<float>(300));
  const auto run = [&](const CallOptions& options) {
    runtime_.orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, options);
  };
  run({});
  run({.device = "opencl:0:0"});

  run({});

  EXPECT_EQ(selector_->choices, 1);
}

// R4.3
TEST_F(SituationTest, AChoiceIsMadeOnceForCallsThatReturnAUnifiedBuffer) {
  const std::vector<float> table(100);
  const std::vector<float> x(300);
  for (int repeat = 0; repeat < 2; ++repeat) {
    std::ignore = runtime_.orchestrator().execute<UnifiedBuffer<float>>(
        "mapped", {{"table", table}, {"x", x}});
  }

  EXPECT_EQ(selector_->choices, 1);
}

// R4.3
TEST_F(SituationTest, AChoiceIsMadeAnewForUnifiedBuffersAfterCallsWithArrays) {
  call(300);
  const auto x = runtime_.memory().unified_from(std::vector<float>(300));
  auto y = runtime_.memory().unified_from(std::vector<float>(300));
  x.prefetch("opencl:0:0");
  y.prefetch("opencl:0:0");

  runtime_.orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}});

  EXPECT_EQ(launches(), (std::vector<std::uint64_t>{1, 1}));
}

// R4.3
TEST_F(SituationTest, AChoiceForASmallBufferDoesNotHoldForALargeOneInItsPlace) {
  selector_->launch_nanoseconds = 1e4;
  const auto small = runtime_.memory().unified_from(std::vector<float>(1));
  const auto large = runtime_.memory().unified_from(std::vector<float>(10'000));
  const std::vector<float> x(300);
  std::vector<float> y(300);
  const auto run = [&](const UnifiedBuffer<float>& table) {
    runtime_.orchestrator().execute("mapped", {{"table", table}, {"x", x}, {"y", y}});
  };
  run(small);
  run(small);
  ASSERT_EQ(selector_->choices, 1);
  large.prefetch("opencl:0:1");

  run(large);
  EXPECT_EQ(selector_->choices, 2);
  large.prefetch("opencl:0:0");
  run(large);
  EXPECT_EQ(selector_->choices, 3);
}

// R4.3
TEST_F(SituationTest, AChoiceHoldsForWhereTheDataWasWhenItWasMade) {
  const auto table = runtime_.memory().unified_from(std::vector<float>(100));
  const std::vector<float> x(300);
  std::vector<float> y(300);
  const auto run = [&] {
    runtime_.orchestrator().execute("mapped", {{"table", table}, {"x", x}, {"y", y}});
  };
  table.prefetch("opencl:0:1");
  selector_->meanwhile = [&] { table.prefetch("opencl:0:0"); };
  run();
  selector_->meanwhile = nullptr;

  run();

  EXPECT_EQ(selector_->choices, 2);
}

// R4.3
TEST_F(SituationTest, TheSelectorIsToldWhatWouldHaveToMove) {
  const auto x = runtime_.memory().unified_from(std::vector<float>(300));
  auto y = runtime_.memory().unified_from(std::vector<float>(300));
  x.prefetch("opencl:0:0");

  runtime_.orchestrator().execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}});

  EXPECT_EQ(selector_->last_in, 300 * sizeof(float));
}

}  // namespace
}  // namespace dotcompute
