// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"
#include "support/code_of.hpp"

namespace dotcompute::conformance {
namespace {

class CompileConformance : public DeviceTest {};
DC_CONFORMANCE_SUITE(CompileConformance);

// R7.2
TEST_P(CompileConformance, RefusesAHostFunctionThatIsNull) {
  const KernelMetadata metadata{.name = "nothing"};

  EXPECT_EQ(code_of(device_->compile({.metadata = &metadata})), ErrorCode::compilation_failed);
}

// R7.2
TEST_P(CompileConformance, RefusesALanguageWithoutText) {
  const KernelMetadata metadata{.name = "nothing"};

  EXPECT_EQ(code_of(device_->compile(
                {.metadata = &metadata, .language = backend::SourceLanguage::opencl_c})),
            ErrorCode::compilation_failed);
}

// R3.1
TEST_P(CompileConformance, RefusesALaunchThatNamesNoProgram) {
  EXPECT_EQ(code_of(device_->launch({.range = {{8, 1, 1}}})), ErrorCode::invalid_argument);
}

// R3.1
TEST_P(CompileConformance, HasNothingToWaitForBeforeAnyWork) {
  const auto done = device_->wait(backend::Completion{}, std::chrono::nanoseconds(0));

  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(*done);
}

}  // namespace
}  // namespace dotcompute::conformance
