// SPDX-License-Identifier: Apache-2.0
#include "selection/analytic_selector.hpp"
#include "selection/selection.hpp"
#include "support/code_of.hpp"
#include "support/test_backend.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

// Says what it was asked and takes the candidate that a test wants.
class Asked final : public extension::BackendSelector {
 public:
  Result<extension::SelectionDecision> choose(
      const extension::SelectionRequest& request) noexcept override {
    candidates.assign(request.candidates.begin(), request.candidates.end());
    for (std::size_t index = 0; index < request.estimates.size(); ++index) {
      request.estimates[index].launch = static_cast<double>(100 + index);
    }
    return extension::SelectionDecision{wanted, "The test wants it.", 5, 9};
  }

  std::vector<extension::SelectionCandidate> candidates;
  std::size_t wanted = 0;
};

class DevicePrecedence : public testing::Test {
 protected:
  DevicePrecedence() {
    auto cpu = TestBackend::host_memory("cpu:0");
    cpu.type = AcceleratorType::cpu;
    auto opencl = TestBackend::separate_memory("opencl:0:0");
    opencl.type = AcceleratorType::opencl;
    auto cuda = opencl;
    cuda.id = "cuda:0";
    cuda.type = AcceleratorType::cuda;
    TestBackend backend({TestBackend::host_memory("null:0"), cpu, opencl, cuda});
    std::array<backend::Backend*, 1> backends{&backend};
    auto opened = DeviceSet::open(backends, {});
    EXPECT_TRUE(opened.ok());
    devices_.emplace(*std::move(opened));
  }

  Result<Choice> choose(const CallOptions& options = {}) {
    return choose_device(*devices_,
                         {.kernel = kernel_,
                          .kernel_name = "kernel",
                          .bodies = bodies_,
                          .range = {{100, 1, 1}},
                          .buffer_bytes = 1200,
                          .read_bytes = read_bytes_,
                          .written_bytes = written_bytes_,
                          .loads = loads_,
                          .estimates = estimates_},
                         &options, rules_, selector_);
  }
  std::string id_of(const Result<Choice>& choice) {
    return choice.ok() ? (*devices_)[choice->device].info().id : "none";
  }

  std::optional<DeviceSet> devices_;
  KernelMetadata kernel_;
  KernelBackends bodies_ = KernelBackends::cpu | KernelBackends::opencl;
  std::optional<std::uint64_t> read_bytes_;
  std::optional<std::uint64_t> written_bytes_;
  std::vector<DeviceLoad> loads_;
  std::vector<std::optional<extension::CostEstimate>> estimates_;
  SelectionRules rules_;
  Asked selector_;
};

// R4.5
TEST_F(DevicePrecedence, TheCallsForceComesBeforeAll) {
  rules_.default_accelerator = AcceleratorType::cpu;
  kernel_.preferred_accelerator = AcceleratorType::cpu;

  EXPECT_EQ(id_of(choose({.force_backend = AcceleratorType::opencl,
                          .prefer_backend = AcceleratorType::cpu})),
            "opencl:0:0");
}

// R4.5
TEST_F(DevicePrecedence, TheCallsPreferenceComesBeforeTheKernels) {
  kernel_.preferred_accelerator = AcceleratorType::cpu;

  EXPECT_EQ(id_of(choose({.prefer_backend = AcceleratorType::opencl})), "opencl:0:0");
}

// R4.5
TEST_F(DevicePrecedence, TheKernelsPreferenceComesBeforeTheDefault) {
  rules_.default_accelerator = AcceleratorType::cpu;
  kernel_.preferred_accelerator = AcceleratorType::opencl;

  const auto choice = choose();

  EXPECT_EQ(id_of(choice), "opencl:0:0");
  EXPECT_EQ(choice->reason, "The kernel prefers this kind of accelerator.");
}

// R4.5
TEST_F(DevicePrecedence, TheDefaultComesBeforeTheSelector) {
  rules_.default_accelerator = AcceleratorType::opencl;

  EXPECT_EQ(id_of(choose()), "opencl:0:0");
  EXPECT_TRUE(selector_.candidates.empty());
}

// R4.5
TEST_F(DevicePrecedence, AKernelsPreferenceThatCannotBeMetFallsBackAndIsTold) {
  kernel_.preferred_accelerator = AcceleratorType::cuda;

  const auto choice = choose();

  EXPECT_EQ(id_of(choice), "cpu:0");
  EXPECT_EQ(choice->missed, AcceleratorType::cuda);
}

// R4.5
TEST_F(DevicePrecedence, AKernelsPreferenceThatCannotBeMetIsAnErrorInStrictMode) {
  kernel_.preferred_accelerator = AcceleratorType::cuda;
  rules_.strict = true;

  EXPECT_EQ(code_of(choose()), ErrorCode::device_unavailable);
}

// R4.5
TEST_F(DevicePrecedence, WithoutAutomaticSelectionItIsTheCpu) {
  rules_.automatic = false;
  selector_.wanted = 1;

  EXPECT_EQ(id_of(choose()), "cpu:0");
  EXPECT_TRUE(selector_.candidates.empty());
}

// R4.2
TEST_F(DevicePrecedence, TheSelectorChoosesAmongThoseWithABody) {
  selector_.wanted = 1;

  const auto choice = choose();

  EXPECT_EQ(id_of(choice), "opencl:0:0");
  ASSERT_EQ(selector_.candidates.size(), 2U);
  EXPECT_EQ(selector_.candidates[0].device->id, "cpu:0");
  EXPECT_EQ(choice->valid_from, 5U);
  EXPECT_EQ(choice->valid_to, 9U);
}

// R4.5
TEST_F(DevicePrecedence, AChoiceThatIsAskedForHoldsForAllSizes) {
  const auto choice = choose({.prefer_backend = AcceleratorType::opencl});

  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->valid_from, 0U);
  EXPECT_EQ(choice->valid_to, std::numeric_limits<std::uint64_t>::max());
}

// R4.3
TEST_F(DevicePrecedence, DevicesWithTheirOwnMemoryMoveWhatIsReadAndWritten) {
  std::ignore = choose();
  EXPECT_EQ(selector_.candidates[0].bytes_in, 0U);
  EXPECT_EQ(selector_.candidates[1].bytes_in, 1200U);
  EXPECT_EQ(selector_.candidates[1].bytes_out, 1200U);

  read_bytes_ = 800;
  written_bytes_ = 400;
  std::ignore = choose();

  EXPECT_EQ(selector_.candidates[1].bytes_in, 800U);
  EXPECT_EQ(selector_.candidates[1].bytes_out, 400U);
}

// R4.3
TEST_F(DevicePrecedence, TheSelectorIsToldHowThingsStandOnEachDevice) {
  loads_ = {{}, {.queued_nanoseconds = 7}, {.bytes_in = 1, .bytes_out = 2}, {}};

  std::ignore = choose();

  EXPECT_EQ(selector_.candidates[0].queued_nanoseconds, 7);
  EXPECT_EQ(selector_.candidates[1].bytes_in, 1U);
  EXPECT_EQ(selector_.candidates[1].bytes_out, 2U);
}

// R4.6
TEST_F(DevicePrecedence, EstimatesStandInThePlacesOfTheirDevices) {
  estimates_.resize(4);

  std::ignore = choose();

  EXPECT_FALSE(estimates_[0].has_value());
  EXPECT_EQ(estimates_[1].value().launch, 100);
  EXPECT_EQ(estimates_[2].value().launch, 101);
  EXPECT_FALSE(estimates_[3].has_value());
}

// R9.1
TEST_F(DevicePrecedence, ASelectorThatChoosesNobodyIsReported) {
  selector_.wanted = 2;

  EXPECT_EQ(code_of(choose()), ErrorCode::internal);
}

}  // namespace
}  // namespace dotcompute::core
