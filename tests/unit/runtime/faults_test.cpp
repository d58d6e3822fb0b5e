// SPDX-License-Identifier: Apache-2.0
#include "platform/fault_plan.hpp"
#include "support/kernels.hpp"

#include "dotcompute/backend/backend.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/runtime.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace dotcompute {
namespace {

// Opens nothing, and keeps what it was told.
class ListeningBackend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "listening"; }
  Result<backend::FoundDevices> enumerate() noexcept override {
    backend::FoundDevices found;
    found.devices.push_back({.id = "null:9", .name = "listening"});
    return found;
  }
  Result<std::unique_ptr<backend::Device>> open(
      std::size_t /*index*/, const backend::DeviceOptions& options) noexcept override {
    faults = options.faults;
    return Error{ErrorCode::device_unavailable, "There is no such device."};
  }

  std::shared_ptr<core::FaultPlan> faults;
};

// R9.1
TEST(RuntimeFaults, ThePlanOfTheOptionsReachesEveryDevice) {
  const auto listening = std::make_shared<ListeningBackend>();
  RuntimeOptions options;
  options.faults = std::string("lost:call=open");

  const auto runtime = Runtime::create(RuntimeBuilder().options(options).add_backend(listening));

  ASSERT_NE(listening->faults, nullptr);
  EXPECT_TRUE(listening->faults->next({.backend = "listening", .function = "open"}));
}

// R9.1
TEST(RuntimeFaults, NothingIsPlannedUnlessAsked) {
  const auto listening = std::make_shared<ListeningBackend>();

  const auto runtime = Runtime::create(RuntimeBuilder().add_backend(listening));

  EXPECT_EQ(listening->faults, nullptr);
}

// R9.1
TEST(RuntimeFaults, APlannedFailureOfEnumerationIsTheReasonWhyThereIsNoDevice) {
  const auto listening = std::make_shared<ListeningBackend>();
  RuntimeOptions options;
  options.faults = std::string("lost:call=enumerate,backend=listening");

  auto runtime = Runtime::create(
      RuntimeBuilder().without_built_in_backends().options(options).add_backend(listening));

  const auto backends = runtime.devices().backends();
  ASSERT_EQ(backends.size(), 1U);
  EXPECT_TRUE(backends[0].devices.empty());
  EXPECT_NE(backends[0].problem.find("planned"), std::string::npos) << backends[0].problem;
  EXPECT_EQ(listening->faults, nullptr);  // nothing was opened
}

class AlwaysAgain final : public extension::RecoveryPolicy {
 public:
  extension::RecoveryDecision decide(const extension::RecoveryRequest&) noexcept override {
    return {.action = extension::RecoveryAction::retry};
  }
};

// R9.7
TEST(RuntimeFaults, ATransientFailureIsOvercomeUnderARecoveryPolicyAndElseReported) {
  RuntimeOptions options;
  options.simulated = std::string("inner=cpu:0");
  options.faults = std::string("transient:call=queue_launch,backend=simulated");
  for (const bool recovers : {false, true}) {
    auto runtime = Runtime::create(
        recovers ? RuntimeBuilder().options(options).replace<extension::RecoveryPolicy>(
                       std::make_shared<AlwaysAgain>())
                 : RuntimeBuilder().options(options));
    add_saxpy(runtime.kernels());
    const std::vector<float> x{3};
    std::vector<float> y{1};

    const auto status =
        runtime.orchestrator().with({.device = "sim:0"}).try_execute("saxpy", 2.0F, x, y);

    EXPECT_EQ(status.ok(), recovers);
    EXPECT_EQ(y[0], recovers ? 7 : 1);
  }
}

// R12.1
TEST(RuntimeFaults, AMistakeInThePlanIsReported) {
  RuntimeOptions options;
  options.faults = std::string("omm");

  try {
    const auto runtime = Runtime::create(RuntimeBuilder().options(options));
    FAIL() << "The mistake is not reported.";
  } catch (const ComputeException& thrown) {
    EXPECT_NE(std::string(thrown.what()).find("character 1: \"omm\""), std::string::npos)
        << thrown.what();
  }
}

}  // namespace
}  // namespace dotcompute
