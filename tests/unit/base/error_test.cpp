// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/error.hpp"

#include "dotcompute/exception.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace dotcompute {
namespace {

// R9.1
TEST(Errors, TellAllTheyKnowInOneMessage) {
  Error error{ErrorCode::invalid_argument, "The array is too small."};
  error.context.kernel = "saxpy";
  error.context.parameter = "x";
  error.context.expected = "4 elements";
  error.context.got = "3";
  error.context.attempt = 2;
  error.context.advice = "Give more.";
  error.native = -4;
  error.log = std::make_shared<const std::string>("line 1: wrong");

  EXPECT_EQ(error.message(),
            "The array is too small. [kernel: saxpy, parameter: x, expected: 4 elements, got: 3, "
            "attempt: 2, driver code: -4] Give more.\nline 1: wrong");
}

template <class Exception>
void expect_thrown(ErrorCode code) {
  try {
    throw_error(Error{code, "It fails."});
  } catch (const Exception& thrown) {
    EXPECT_EQ(thrown.code(), code);
    EXPECT_EQ(thrown.is_transient(), code == ErrorCode::transient);
    return;
  } catch (...) {
  }
  ADD_FAILURE() << to_string(code) << " throws another exception";
}

// R9.1
TEST(Errors, OfEachCodeThrowTheirException) {
  expect_thrown<BindingException>(ErrorCode::invalid_argument);
  expect_thrown<KernelNotFoundException>(ErrorCode::kernel_not_found);
  expect_thrown<CompilationException>(ErrorCode::compilation_failed);
  expect_thrown<OutOfMemoryException>(ErrorCode::out_of_memory);
  expect_thrown<MemoryException>(ErrorCode::host_memory);
  expect_thrown<DeviceNotAvailableException>(ErrorCode::device_unavailable);
  expect_thrown<DeviceException>(ErrorCode::transient);
  expect_thrown<ExecutionException>(ErrorCode::execution_failed);
  expect_thrown<ValidationException>(ErrorCode::validation_failed);
  expect_thrown<OperationCancelled>(ErrorCode::cancelled);
  expect_thrown<OperationCancelled>(ErrorCode::deadline_exceeded);
  expect_thrown<ExecutionException>(ErrorCode::internal);
}

// R9.1
TEST(Errors, OfDevicesAreDeviceExceptions) {
  EXPECT_THROW(throw_error(Error{ErrorCode::out_of_memory, "Full."}), DeviceException);
  EXPECT_THROW(throw_error(Error{ErrorCode::device_unavailable, "Lost."}), DeviceException);
  EXPECT_THROW(throw_error(Error{ErrorCode::out_of_memory, "Full."}), ComputeException);
}

template <class Thrown>
Error error_of(const Thrown& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return error_from_current_exception();
  }
}

// R9.1
TEST(Errors, MadeFromExceptionsKeepWhatTheyAre) {
  EXPECT_EQ(error_of(std::bad_alloc()).code, ErrorCode::host_memory);
  EXPECT_EQ(error_of(BindingException(Error{ErrorCode::invalid_argument, "Wrong."})).what,
            "Wrong.");
  const Error other = error_of(std::runtime_error("why"));
  EXPECT_EQ(other.code, ErrorCode::execution_failed);
  EXPECT_THROW(std::rethrow_exception(other.cause), std::runtime_error);
  EXPECT_NE(other.message().find("cause: why"), std::string::npos);
}

}  // namespace
}  // namespace dotcompute
