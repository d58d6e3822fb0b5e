// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

namespace dotcompute {
namespace {

class DeviceChoice : public RuntimeTest {
 protected:
  std::vector<float> a_{1, 2, 3};
  ExecutionReport report_;
};

// R1.7
TEST_F(DeviceChoice, AForcedDeviceRunsTheKernelAndIsReported) {
  const auto sum = orchestrator_.with({.device = "test:0", .report = &report_})
                       .execute<std::vector<float>>("vector_add", a_, a_);

  EXPECT_EQ(sum, (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(report_.device, "test:0");
  EXPECT_EQ(report_.kernel, "test::vector_add");
  EXPECT_EQ(report_.reason, "The call forces this device.");
  EXPECT_EQ(report_.items, 3U);
  EXPECT_EQ(report_.bytes_to_device, 24U);
  EXPECT_EQ(report_.bytes_from_device, 12U);
  ASSERT_EQ(report_.attempts.size(), 1U);
  EXPECT_TRUE(report_.attempts[0].succeeded);
}

// R1.8
TEST_F(DeviceChoice, AFinishedCallTellsItsStory) {
  const auto sum = orchestrator_.execute_reported<std::vector<float>>("vector_add", a_, a_);
  const auto named = orchestrator_.execute_reported(
      "saxpy", {{"alpha", 1.0F}, {"x", std::vector<float>{1, 1, 1}}, {"y", a_}},
      {.device = "test:1"});

  EXPECT_EQ(sum.value(), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(sum.report().device, "cpu:0");
  EXPECT_EQ(sum.report().items, 3U);
  EXPECT_EQ(named.report().device, "test:1");
  EXPECT_EQ(a_[0], 2);
}

// R1.7
TEST_F(DeviceChoice, AForcedBackEndThatIsNotHereFailsAndNamesTheOpenDevices) {
  const auto error = error_of(orchestrator_.with({.force_backend = AcceleratorType::cuda})
                                  .try_execute<std::vector<float>>("vector_add", a_, a_));

  EXPECT_EQ(error.code, ErrorCode::device_unavailable);
  EXPECT_EQ(error.context.expected.view(), "cuda");
  EXPECT_NE(error.context.advice.view().find("cpu:0"), std::string_view::npos);
}

// R1.7
TEST_F(DeviceChoice, APreferenceThatCannotBeMetFallsBackAndSaysSo) {
  const auto sum = orchestrator_.with({.prefer_backend = AcceleratorType::cuda, .report = &report_})
                       .execute<std::vector<float>>("vector_add", a_, a_);

  EXPECT_EQ(sum[2], 6);
  EXPECT_TRUE(report_.fell_back);
  EXPECT_EQ(report_.accelerator, AcceleratorType::cpu);
}

// R1.7
TEST_F(DeviceChoice, APreferenceThatCanBeMetIsMet) {
  std::ignore = orchestrator_.with({.prefer_backend = AcceleratorType::cpu, .report = &report_})
                    .execute<std::vector<float>>("vector_add", a_, a_);

  EXPECT_FALSE(report_.fell_back);
  EXPECT_EQ(report_.reason, "The call prefers this kind of accelerator.");
}

// R1.7
TEST_F(DeviceChoice, ForcingADeviceAndAnotherKindIsRefused) {
  const auto error =
      error_of(orchestrator_.with({.force_backend = AcceleratorType::opencl, .device = "cpu:0"})
                   .try_execute<std::vector<float>>("vector_add", a_, a_));

  EXPECT_EQ(error.code, ErrorCode::device_unavailable);
  const auto by_id = orchestrator_.with({.device = "cpu:0"});
  std::ignore = by_id.execute<std::vector<float>>("vector_add", a_, a_);  // leaves a plan
  EXPECT_FALSE(orchestrator_.with({.force_backend = AcceleratorType::opencl, .device = "cpu:0"})
                   .try_execute<std::vector<float>>("vector_add", a_, a_)
                   .ok());
}

TEST_F(DeviceChoice, WhatAKernelLeavesOutOfAnOutputStaysAsItWas) {
  std::vector<float> out(3, -1);

  orchestrator_.with({.device = "test:0", .range = LaunchRange{{2, 1, 1}}})
      .execute("vector_add", a_, a_, out);

  EXPECT_EQ(out, (std::vector<float>{2, 4, -1}));
}

TEST_F(DeviceChoice, TheNullDeviceIsNeverChosenAutomatically) {
  std::ignore =
      orchestrator_.with({.report = &report_}).execute<std::vector<float>>("vector_add", a_, a_);

  EXPECT_EQ(report_.device, "cpu:0");
}

// R1.8
TEST_F(DeviceChoice, PrecompilingLeavesNothingToCompileForTheFirstCall) {
  orchestrator_.precompile("vector_add", AcceleratorType::null);
  test_backend_->device(0).fail(null::Operation::compile, ErrorCode::internal, 0, 100);

  const auto sum = orchestrator_.with({.force_backend = AcceleratorType::null})
                       .execute<std::vector<float>>("vector_add", a_, a_);

  EXPECT_EQ(sum.size(), 3U);
  EXPECT_THROW(orchestrator_.precompile("vector_add", AcceleratorType::metal),
               DeviceNotAvailableException);
  EXPECT_THROW(orchestrator_.precompile("nothing", AcceleratorType::cpu), KernelNotFoundException);
}

// R1.8
TEST_F(DeviceChoice, SupportedAcceleratorsAreThoseHereWithABody) {
  EXPECT_EQ(orchestrator_.supported_accelerators("saxpy"),
            std::vector<AcceleratorType>{AcceleratorType::cpu});
  EXPECT_THROW(std::ignore = orchestrator_.supported_accelerators("nothing"),
               KernelNotFoundException);
}

// R1.8
TEST_F(DeviceChoice, ExplainTellsDeviceRangeAndOutputsWithoutRunning) {
  const HostArray<float> a = HostArray<float>::filled(1, 2, 3);
  const HostArray<float> b = HostArray<float>::filled(2, 3, 5);

  const auto explanation = orchestrator_.explain("matmul", {{"a", a}, {"b", b}});

  EXPECT_EQ(explanation.device, "cpu:0");
  EXPECT_EQ(explanation.range, (LaunchRange{{5, 2, 1}}));
  ASSERT_EQ(explanation.outputs.size(), 1U);
  EXPECT_EQ(explanation.outputs[0].parameter, "c");
  EXPECT_EQ(explanation.outputs[0].extents, (Extents{2, 5, 1}));
  EXPECT_EQ(explanation.candidates.size(), runtime_.devices().devices().size());
  EXPECT_NE(explanation.to_string().find("cpu:0"), std::string::npos);
  EXPECT_EQ(test_backend_->device(0).launches(), 0U);
}

// R3.4
TEST_F(DeviceChoice, GeometryComesFromMetadataDeviceAndCall) {
  runtime_.kernels().add({.name = "grouped",
                          .parameters = {element_wise(in_out<int, 2>("x"))},
                          .dimensions = 2,
                          .group_size = {32, 8, 1}},
                         [](ItemId<2>, inout<int, 2>) {});
  HostArray<int> x = HostArray<int>::filled(0, 100, 70);  // 100 rows of 70

  orchestrator_.with({.device = "test:0"}).execute("grouped", x);
  const auto wished = test_backend_->device(0).last_launch();
  orchestrator_.with({.device = "test:0", .group_size = std::array<std::uint32_t, 3>{16, 4, 1}})
      .execute("grouped", x);
  const auto asked = test_backend_->device(0).last_launch();

  EXPECT_EQ(wished.range, (LaunchRange{{70, 100, 1}}));
  EXPECT_EQ(wished.group_size, (std::array<std::uint32_t, 3>{32, 8, 1}));
  EXPECT_EQ(wished.groups, (std::array<std::uint32_t, 3>{3, 13, 1}));
  EXPECT_EQ(asked.groups, (std::array<std::uint32_t, 3>{5, 25, 1}));
}

// R3.1
TEST_F(DeviceChoice, EveryBackEndTellsItsDevicesOrWhyThereAreNone) {
  const auto backends = runtime_.devices().backends();

  ASSERT_EQ(backends.size(), 2U);
  for (const BackendStatus& status : backends) {
    EXPECT_TRUE(!status.devices.empty() || !status.problem.empty()) << status.name;
  }
}

class BrokenBackend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "broken"; }
  Result<backend::FoundDevices> enumerate() noexcept override {
    return Error{ErrorCode::device_unavailable, "The driver library is not installed."};
  }
  Result<std::unique_ptr<backend::Device>> open(std::size_t,
                                                const backend::DeviceOptions&) noexcept override {
    return Error{ErrorCode::device_unavailable, "There is no device."};
  }
};

// R3.1
TEST(Runtimes, ABackEndWithoutADriverIsAReasonAndNoFailure) {
  auto runtime = Runtime::create(RuntimeBuilder().add_backend(std::make_shared<BrokenBackend>()));

  const auto backends = runtime.devices().backends();

  EXPECT_EQ(backends.back().problem, "The driver library is not installed.");
  EXPECT_FALSE(runtime.devices().devices().empty());
}

class StrictRuntime : public RuntimeTest {
 protected:
  StrictRuntime()
      : RuntimeTest(RuntimeBuilder().options(
            {.default_accelerator = AcceleratorType::opencl, .strict = true})) {}
};

// R1.7
TEST_F(StrictRuntime, APreferenceThatCannotBeMetIsAnError) {
  std::vector<float> a{1};

  EXPECT_THROW(orchestrator_.execute("saxpy", 1.0F, std::vector<float>{2}, a),
               DeviceNotAvailableException);
}

}  // namespace
}  // namespace dotcompute
