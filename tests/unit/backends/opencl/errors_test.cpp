// SPDX-License-Identifier: Apache-2.0
#include "opencl/errors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::opencl {
namespace {

struct Case {
  cl_int native;
  ErrorCode meaning;
};

class OpenClErrors : public testing::TestWithParam<Case> {};

// R9.1
TEST_P(OpenClErrors, ACodeMeansWhatTheCallerCanDoAndIsKept) {
  const Error error = error_of(GetParam().native);

  EXPECT_EQ(error.code, GetParam().meaning);
  EXPECT_EQ(error.native, GetParam().native);
  EXPECT_FALSE(error.what.empty());
  EXPECT_FALSE(error.context.got.empty());
}

using enum ErrorCode;
INSTANTIATE_TEST_SUITE_P(AllCodes,
                         OpenClErrors,
                         testing::Values(Case{-1, device_unavailable},
                                         Case{-2, device_unavailable},
                                         Case{-3, device_unavailable},
                                         Case{-4, out_of_memory},
                                         Case{-5, out_of_memory},
                                         Case{-6, out_of_memory},
                                         Case{-7, internal},
                                         Case{-8, internal},
                                         Case{-9, internal},
                                         Case{-10, internal},
                                         Case{-11, compilation_failed},
                                         Case{-12, transient},
                                         Case{-13, internal},
                                         Case{-14, execution_failed},
                                         Case{-15, compilation_failed},
                                         Case{-16, device_unavailable},
                                         Case{-17, compilation_failed},
                                         Case{-18, internal},
                                         Case{-19, internal},
                                         Case{-30, internal},
                                         Case{-31, internal},
                                         Case{-32, device_unavailable},
                                         Case{-33, device_unavailable},
                                         Case{-34, internal},
                                         Case{-35, internal},
                                         Case{-36, device_unavailable},
                                         Case{-37, invalid_argument},
                                         Case{-38, internal},
                                         Case{-39, internal},
                                         Case{-40, internal},
                                         Case{-41, internal},
                                         Case{-42, invalid_argument},
                                         Case{-43, compilation_failed},
                                         Case{-44, internal},
                                         Case{-45, compilation_failed},
                                         Case{-46, compilation_failed},
                                         Case{-47, compilation_failed},
                                         Case{-48, internal},
                                         Case{-49, internal},
                                         Case{-50, internal},
                                         Case{-51, internal},
                                         Case{-52, internal},
                                         Case{-53, invalid_argument},
                                         Case{-54, invalid_argument},
                                         Case{-55, invalid_argument},
                                         Case{-56, invalid_argument},
                                         Case{-57, internal},
                                         Case{-58, internal},
                                         Case{-59, internal},
                                         Case{-60, internal},
                                         Case{-61, invalid_argument},
                                         Case{-62, internal},
                                         Case{-63, invalid_argument},
                                         Case{-64, internal},
                                         Case{-65, internal},
                                         Case{-66, compilation_failed},
                                         Case{-67, compilation_failed},
                                         Case{-68, internal},
                                         Case{-69, internal},
                                         Case{-70, internal},
                                         Case{-71, internal},
                                         Case{-72, out_of_memory},
                                         Case{-1001, device_unavailable},
                                         Case{-9999, execution_failed},
                                         Case{-12345, internal}),
                         [](const auto& tested) {
                           return "Code" + std::to_string(-tested.param.native);
                         });

// R9.1
TEST(OpenClErrorCodes, ACodeOfTheDriversOwnFailsTheCommandThatEndedWithIt) {
  EXPECT_EQ(error_of_command(-12345).code, ErrorCode::execution_failed);
  EXPECT_EQ(error_of_command(-1).code, ErrorCode::execution_failed);
  EXPECT_EQ(error_of_command(-5).code, ErrorCode::out_of_memory);
}

// R9.1
TEST(OpenClErrorCodes, AllThreeCodesOfDriversForMemoryReadAlike) {
  EXPECT_EQ(error_of(-4).what, error_of(-5).what);
  EXPECT_EQ(error_of(-5).what, error_of(-6).what);
}

// R9.1
TEST(OpenClErrorCodes, AnErrorThatIsPlannedComesBackAsItself) {
  for (const ErrorCode code : {out_of_memory, device_unavailable, compilation_failed, transient,
                               execution_failed, invalid_argument, internal}) {
    EXPECT_EQ(error_of(native_code_of(code)).code, code);
  }
}

}  // namespace
}  // namespace dotcompute::opencl
