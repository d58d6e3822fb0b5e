// SPDX-License-Identifier: Apache-2.0
#include "opencl/staging.hpp"

#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <numeric>

namespace dotcompute::opencl {
namespace {

constexpr std::size_t kChunkWords = Staging::kChunkBytes / sizeof(std::uint32_t);

// A device that is told not to share the host's memory.
class OpenClStagingTest : public OpenClTest {
 protected:
  void SetUp() override {
    OpenClTest::SetUp();
    if (!IsSkipped()) {
      open_staged(nullptr);
    }
  }

  void open_staged(std::shared_ptr<core::FaultPlan> plan) {
    DeviceFacts facts = *facts_;
    facts.needs_staging = true;
    facts.info.wraps_host_memory = false;
    auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), facts,
                               {.faults = std::move(plan)});
    ASSERT_TRUE(device.ok());
    device_ = *std::move(device);
  }

  static std::vector<std::uint32_t> numbers(std::size_t count) {
    std::vector<std::uint32_t> values(count);
    std::iota(values.begin(), values.end(), 1U);
    return values;
  }
};

// R6.3
TEST_F(OpenClStagingTest, BytesThatTakeSeveralChunksComeBackUnchanged) {
  for (const std::size_t words :
       {kChunkWords / 2, kChunkWords, 3 * kChunkWords + 1, 7 * kChunkWords - 1}) {
    const auto values = numbers(words);
    const backend::Allocation memory = allocate(values);

    EXPECT_TRUE(contents<std::uint32_t>(memory) == values) << words;
    device_->free(memory);
  }
}

// R6.3
TEST_F(OpenClStagingTest, AChunkIsOneCommand) {
  const long writes = equipment::opencl_counts().writes;

  const backend::Allocation memory = allocate(numbers(2 * kChunkWords + 1));

  EXPECT_EQ(equipment::opencl_counts().writes, writes + 3);
  device_->free(memory);
}

// R6.3
TEST_F(OpenClStagingTest, CopiesPartsAndLeavesTheRestAlone) {
  std::vector<std::uint32_t> expected(4 * kChunkWords, 7);
  const backend::Allocation memory = allocate(expected);
  const auto values = numbers(2 * kChunkWords);
  backend::Allocation part = memory;
  part.offset = 4 * 1000;
  part.bytes = values.size() * sizeof(std::uint32_t);

  ASSERT_TRUE(
      finish(device_->copy({.host_source = std::as_bytes(std::span(values)), .target = part}))
          .ok());

  std::copy(values.begin(), values.end(), expected.begin() + 1000);
  EXPECT_TRUE(contents<std::uint32_t>(memory) == expected);
  device_->free(memory);
}

// R6.4
TEST_F(OpenClStagingTest, LaunchesAndCopiesWaitForEachOther) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const std::vector<float> sent(kChunkWords + 5, 3.0F);
  std::vector<float> received(sent.size());
  const auto memory = device_->allocate({.bytes = sent.size() * sizeof(float)});
  ASSERT_TRUE(memory.ok());
  const ScaleCall call(*memory, *memory, 2);

  const auto in = device_->copy({.host_source = std::as_bytes(std::span(sent)), .target = *memory});
  ASSERT_TRUE(in.ok());
  backend::LaunchRequest request = call.request(*program, sent.size());
  request.after = std::span(&*in, 1);
  const auto launched = device_->launch(request);
  ASSERT_TRUE(launched.ok());
  ASSERT_TRUE(finish(device_->copy({.host_target = std::as_writable_bytes(std::span(received)),
                                    .source = *memory,
                                    .after = std::span(&*launched, 1)}))
                  .ok());

  EXPECT_TRUE(received == std::vector<float>(sent.size(), 6.0F));
  device_->free(*memory);
}

// R6.3
TEST_F(OpenClStagingTest, ADeviceThatGoesFinishesItsCopiesAndGivesAllBack) {
  const auto values = numbers(5 * kChunkWords);
  const auto memory = device_->allocate({.bytes = values.size() * sizeof(std::uint32_t)});
  ASSERT_TRUE(memory.ok());
  for (int copy = 0; copy < 3; ++copy) {
    ASSERT_TRUE(
        device_->copy({.host_source = std::as_bytes(std::span(values)), .target = *memory}).ok());
  }

  device_->free(*memory);
  device_.reset();

  EXPECT_EQ(equipment::opencl_counts().alive(), 0);
}

// R9.1
TEST_F(OpenClStagingTest, EveryDriverCallMayFailOnce) {
  const auto values = numbers(2 * kChunkWords);
  for (std::uint64_t skip = 0;; ++skip) {
    ASSERT_LT(skip, 200U) << "A copy makes more driver calls than it should.";
    const auto plan = std::make_shared<core::FaultPlan>();
    open_staged(plan);
    const auto memory = device_->allocate({.bytes = values.size() * sizeof(std::uint32_t)});
    ASSERT_TRUE(memory.ok());
    ASSERT_TRUE(
        plan->add({.fault = core::Fault{.code = ErrorCode::transient, .native = {}}, .skip = skip})
            .ok());

    const auto queued =
        device_->copy({.host_source = std::as_bytes(std::span(values)), .target = *memory});
    const Status status = finish(queued);
    if (queued.ok() && !status.ok()) {
      std::ignore = finish(queued);  // `values` is used until then
    }
    plan->clear();

    EXPECT_TRUE(status.ok() || status.error().code == ErrorCode::transient)
        << "call " << skip << ": " << status.error().message();
    ASSERT_TRUE(
        finish(device_->copy({.host_source = std::as_bytes(std::span(values)), .target = *memory}))
            .ok());
    ASSERT_TRUE(contents<std::uint32_t>(*memory) == values) << "after call " << skip;
    device_->free(*memory);
    if (plan->failures() == 0) {
      break;
    }
  }
  device_.reset();
  EXPECT_EQ(equipment::opencl_counts().alive(), 0);
}

}  // namespace
}  // namespace dotcompute::opencl
