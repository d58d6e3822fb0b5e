// SPDX-License-Identifier: Apache-2.0
#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <gmock/gmock.h>

namespace dotcompute::opencl {
namespace {

using testing::HasSubstr;

class OpenClProgramTest : public OpenClTest {
 protected:
  Result<std::unique_ptr<backend::Program>> build(const KernelMetadata& metadata,
                                                  std::string_view text,
                                                  std::span<const std::byte> binary = {}) {
    return device_->compile({.metadata = &metadata,
                             .language = backend::SourceLanguage::opencl_c,
                             .text = text,
                             .entry = metadata.name,
                             .binary = binary});
  }
};

// R7.2
TEST_F(OpenClProgramTest, AMistakeInTheTextComesWithTheDriversLogAndTheNumberedText) {
  const auto program =
      build({.name = "broken"}, "kernel void broken(int a) {\n  int b = missing;\n}\n");

  ASSERT_EQ(code_of(program), ErrorCode::compilation_failed);
  EXPECT_EQ(program.error().native, CL_BUILD_PROGRAM_FAILURE);
  ASSERT_NE(program.error().log, nullptr);
  EXPECT_THAT(*program.error().log, HasSubstr("missing'"));
  EXPECT_THAT(*program.error().log, HasSubstr("    1 | kernel void broken(int a) {\n"
                                              "    2 |   int b = missing;\n"
                                              "    3 | }\n"));
}

// R7.2
TEST_F(OpenClProgramTest, RefusesATextWithoutTheEntry) {
  KernelMetadata metadata = Scale::metadata();
  metadata.name = "other";

  EXPECT_EQ(code_of(build(metadata, Scale::kText)), ErrorCode::compilation_failed);
}

// R5.2
TEST_F(OpenClProgramTest, RefusesATextWithOtherArgumentsThanItsMetadata) {
  KernelMetadata metadata = Scale::metadata();
  metadata.parameters.erase(metadata.parameters.begin());

  const auto program = build(metadata, Scale::kText);

  ASSERT_EQ(code_of(program), ErrorCode::compilation_failed);
  EXPECT_THAT(program.error().message(), HasSubstr("2 arguments"));
}

// R7.2
TEST_F(OpenClProgramTest, RefusesOtherLanguages) {
  const KernelMetadata metadata{.name = "kernel"};

  for (const auto language : {backend::SourceLanguage::cpp, backend::SourceLanguage::kir}) {
    EXPECT_EQ(
        code_of(device_->compile(
            {.metadata = &metadata, .language = language, .text = "text", .entry = "kernel"})),
        ErrorCode::compilation_failed);
  }
}

// R7.1
TEST_F(OpenClProgramTest, IsMadeAgainFromItsBinary) {
  const auto first = build(Scale::metadata(), Scale::kText);
  ASSERT_TRUE(first.ok());
  const auto binary = (*first)->binary();
  ASSERT_TRUE(binary.ok());
  ASSERT_FALSE(binary->empty());

  const auto again = build(Scale::metadata(), Scale::kText, *binary);

  ASSERT_TRUE(again.ok()) << again.error().message();
  const backend::Allocation memory = allocate(std::vector<float>{1, 2, 3});
  const ScaleCall call(memory, memory, 2);
  ASSERT_TRUE(finish(device_->launch(call.request(**again, 3))).ok());
  EXPECT_EQ(contents<float>(memory), (std::vector<float>{2, 4, 6}));
  device_->free(memory);
}

// R7.1
TEST_F(OpenClProgramTest, RefusesABinaryThatIsNone) {
  const std::vector<std::byte> garbage(1000, std::byte{0x5A});

  EXPECT_EQ(code_of(build(Scale::metadata(), Scale::kText, garbage)), ErrorCode::invalid_argument);
}

// R7.1
TEST_F(OpenClProgramTest, OutlivesItsDevice) {
  auto program = build(Scale::metadata(), Scale::kText);
  ASSERT_TRUE(program.ok());

  device_.reset();

  EXPECT_TRUE((*program)->binary().ok());
}

// R7.1
TEST_F(OpenClProgramTest, ALaunchLikeTheOneBeforeSetsNoArgument) {
  auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), *facts_, {});
  ASSERT_TRUE(device.ok());
  device_ = *std::move(device);
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>(8));
  const ScaleCall call(memory, memory, 2);
  ASSERT_TRUE(finish(device_->launch(call.request(*program, 8))).ok());
  const long before = equipment::opencl_counts().set_arguments;

  ASSERT_TRUE(finish(device_->launch(call.request(*program, 8))).ok());
  EXPECT_EQ(equipment::opencl_counts().set_arguments, before);
  ASSERT_TRUE(finish(device_->launch(call.request(*program, 7))).ok());
  EXPECT_EQ(equipment::opencl_counts().set_arguments, before + 1);
  device_->free(memory);
}

}  // namespace
}  // namespace dotcompute::opencl
