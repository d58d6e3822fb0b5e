// SPDX-License-Identifier: Apache-2.0
#include "support/code_of.hpp"
#include "support/interpreted.hpp"

#include "dotcompute/backend/backend.hpp"

#include <stop_token>

namespace dotcompute::interpreter {

backend::Backend& connect() noexcept;

namespace {

constexpr std::string_view kText = R"(kir 1;
file "scale.cpp";
kernel scale {
  buffer x: const float32 in rank 1 span;
  scalar factor: float32;
  buffer y: float32 out rank 1 span;
  let i: uint64 = $global_id(0);
  y[i] = (x[i] * factor) + ($local_id(0) as float32); @7:3 3 10
}
)";

class InterpreterDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto device = connect().open(0, {});
    ASSERT_TRUE(device.ok());
    device_ = std::move(*device);
  }

  [[nodiscard]] backend::KernelSource source() const {
    return {.metadata = &metadata_,
            .language = backend::SourceLanguage::kir,
            .text = kText,
            .entry = "scale"};
  }

  std::unique_ptr<backend::Device> device_;
  KernelMetadata metadata_{
      .name = "scale",
      .parameters = {input<float>("x"), scalar<float>("factor"), output<float>("y")}};
};

// R2.4
TEST_F(InterpreterDeviceTest, RunsAllItemsOfALaunchInItsGroups) {
  const auto program = device_->compile(source());
  ASSERT_TRUE(program.ok()) << program.error().message();
  std::vector<float> x{1, 2, 3, 4, 5};
  std::vector<float> y(5);
  float factor = 10;
  const interpret::Arguments arguments = interpret::Arguments().buffer(x).scalar(factor).buffer(y);

  const auto launched = device_->launch({.program = program->get(),
                                         .range = {{5, 1, 1}},
                                         .group_size = {2, 1, 1},
                                         .arguments = arguments.list()});

  ASSERT_TRUE(launched.ok()) << launched.error().message();
  EXPECT_EQ(y, (std::vector<float>{10, 21, 30, 41, 50}));
}

// R2.4
TEST_F(InterpreterDeviceTest, FailsWhereAKernelReachesBeyondABuffer) {
  const auto program = device_->compile(source());
  ASSERT_TRUE(program.ok());
  std::vector<float> x(2);
  std::vector<float> y(3);
  float factor = 1;
  const interpret::Arguments arguments = interpret::Arguments().buffer(x).scalar(factor).buffer(y);

  const auto launched = device_->launch(
      {.program = program->get(), .range = {{3, 1, 1}}, .arguments = arguments.list()});

  ASSERT_EQ(code_of(launched), ErrorCode::execution_failed);
  EXPECT_EQ(launched.error().context.parameter.view(), "x");
  EXPECT_EQ(launched.error().context.advice.view(), "At scale.cpp:7:10, item (2, 0, 0).");
}

// R1.6
TEST_F(InterpreterDeviceTest, StopsWhenTheCallerSaysSo) {
  const auto program = device_->compile(source());
  ASSERT_TRUE(program.ok());
  std::vector<float> x(2);
  float factor = 1;
  const interpret::Arguments arguments = interpret::Arguments().buffer(x).scalar(factor).buffer(x);
  std::stop_source stop;
  stop.request_stop();
  const backend::CallControl control{.stop = stop.get_token()};

  EXPECT_EQ(code_of(device_->launch({.program = program->get(),
                                     .range = {{2, 1, 1}},
                                     .arguments = arguments.list(),
                                     .control = &control})),
            ErrorCode::cancelled);
}

// R2.4
TEST_F(InterpreterDeviceTest, RefusesWhatIsNotTheKernelThatTheMetadataSays) {
  const auto refused = [&](const backend::KernelSource& source) {
    return code_of(device_->compile(source)) == ErrorCode::compilation_failed;
  };
  backend::KernelSource other = source();
  other.entry = "scald";
  EXPECT_TRUE(refused(other));
  other = source();
  other.text = "kir 1;\nkernel scale {";
  EXPECT_TRUE(refused(other));
  other = source();
  other.language = backend::SourceLanguage::opencl_c;
  EXPECT_TRUE(refused(other));

  const std::vector<Parameter> kGood = metadata_.parameters;
  metadata_.parameters.pop_back();
  EXPECT_TRUE(refused(source()));
  for (const Parameter& bad : {input<double>("x"), input<float, 2>("x"), scalar<float>("x")}) {
    metadata_.parameters = kGood;
    metadata_.parameters[0] = bad;
    EXPECT_TRUE(refused(source()));
  }
  metadata_.parameters = kGood;
  EXPECT_FALSE(refused(source()));
}

}  // namespace
}  // namespace dotcompute::interpreter
