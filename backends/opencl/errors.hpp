// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

// Every device has the functions of 1.2, so that no others are needed.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <string_view>

namespace dotcompute::opencl {

/// What a code of OpenCL means to the caller, with the code in Error::native and its name in
/// `context.got`. Codes that nobody has told of are execution_failed if a running command gave them,
/// else internal. \pre code is not CL_SUCCESS
[[nodiscard]] Error error_of(cl_int code) noexcept;

/// The same, for what a command ended with. \pre status < 0
[[nodiscard]] Error error_of_command(cl_int status) noexcept;

/// A code that error_of() takes for `code`, for failures that are planned.
[[nodiscard]] cl_int native_code_of(ErrorCode code) noexcept;

/// The host has no memory for what the back end itself keeps.
[[nodiscard]] inline Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace dotcompute::opencl
