// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <array>
#include <cstdint>

namespace dotcompute::opencl {
namespace {

struct Known {
  cl_int code;
  ErrorCode meaning;
  std::string_view name;
  std::string_view what;
};

constexpr std::string_view kNoMemory = "The device has no memory left.";
constexpr std::string_view kNoDevice = "The device is not there or is lost.";
constexpr std::string_view kDefect = "The driver refuses a call that should be right.";
constexpr std::string_view kBuild = "The kernel's text does not build.";
constexpr std::string_view kFailed = "The kernel or the work it waits for has failed.";

// Source: The OpenCL Specification 3.0, section "Appendix F: error codes"; cl.h, cl_ext.h; -9999 is
// what NVIDIA's driver says of a kernel that reads or writes where it may not. Drivers do not agree
// on which of -4, -5 and -6 tells that memory ran out, and a queue that was valid becomes invalid
// when its device is reset.
using enum ErrorCode;
constexpr Known kKnown[] = {
    {-1, device_unavailable, "CL_DEVICE_NOT_FOUND", kNoDevice},
    {-2, device_unavailable, "CL_DEVICE_NOT_AVAILABLE", kNoDevice},
    {-3, device_unavailable, "CL_COMPILER_NOT_AVAILABLE", "The device has no compiler."},
    {-4, out_of_memory, "CL_MEM_OBJECT_ALLOCATION_FAILURE", kNoMemory},
    {-5, out_of_memory, "CL_OUT_OF_RESOURCES", kNoMemory},
    {-6, out_of_memory, "CL_OUT_OF_HOST_MEMORY", kNoMemory},
    {-7, internal, "CL_PROFILING_INFO_NOT_AVAILABLE", kDefect},
    {-8, internal, "CL_MEM_COPY_OVERLAP", kDefect},
    {-9, internal, "CL_IMAGE_FORMAT_MISMATCH", kDefect},
    {-10, internal, "CL_IMAGE_FORMAT_NOT_SUPPORTED", kDefect},
    {-11, compilation_failed, "CL_BUILD_PROGRAM_FAILURE", kBuild},
    {-12, transient, "CL_MAP_FAILURE", "Memory cannot be mapped now."},
    {-13, internal, "CL_MISALIGNED_SUB_BUFFER_OFFSET", kDefect},
    {-14, execution_failed, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST", kFailed},
    {-15, compilation_failed, "CL_COMPILE_PROGRAM_FAILURE", kBuild},
    {-16, device_unavailable, "CL_LINKER_NOT_AVAILABLE", "The device has no linker."},
    {-17, compilation_failed, "CL_LINK_PROGRAM_FAILURE", kBuild},
    {-18, internal, "CL_DEVICE_PARTITION_FAILED", kDefect},
    {-19, internal, "CL_KERNEL_ARG_INFO_NOT_AVAILABLE", kDefect},
    {-30, internal, "CL_INVALID_VALUE", kDefect},
    {-31, internal, "CL_INVALID_DEVICE_TYPE", kDefect},
    {-32, device_unavailable, "CL_INVALID_PLATFORM", kNoDevice},
    {-33, device_unavailable, "CL_INVALID_DEVICE", kNoDevice},
    {-34, internal, "CL_INVALID_CONTEXT", kDefect},
    {-35, internal, "CL_INVALID_QUEUE_PROPERTIES", kDefect},
    {-36, device_unavailable, "CL_INVALID_COMMAND_QUEUE", kNoDevice},
    {-37, invalid_argument, "CL_INVALID_HOST_PTR", "The device cannot work in that host memory."},
    {-38, internal, "CL_INVALID_MEM_OBJECT", kDefect},
    {-39, internal, "CL_INVALID_IMAGE_FORMAT_DESCRIPTOR", kDefect},
    {-40, internal, "CL_INVALID_IMAGE_SIZE", kDefect},
    {-41, internal, "CL_INVALID_SAMPLER", kDefect},
    {-42, invalid_argument, "CL_INVALID_BINARY", "The binary is not of this device and driver."},
    {-43, compilation_failed, "CL_INVALID_BUILD_OPTIONS", "The device knows not all options."},
    {-44, internal, "CL_INVALID_PROGRAM", kDefect},
    {-45, compilation_failed, "CL_INVALID_PROGRAM_EXECUTABLE", kBuild},
    {-46, compilation_failed, "CL_INVALID_KERNEL_NAME", "The text has no kernel of that name."},
    {-47, compilation_failed, "CL_INVALID_KERNEL_DEFINITION", kBuild},
    {-48, internal, "CL_INVALID_KERNEL", kDefect},
    {-49, internal, "CL_INVALID_ARG_INDEX", kDefect},
    {-50, internal, "CL_INVALID_ARG_VALUE", kDefect},
    {-51, internal, "CL_INVALID_ARG_SIZE", kDefect},
    {-52, internal, "CL_INVALID_KERNEL_ARGS", kDefect},
    {-53, invalid_argument, "CL_INVALID_WORK_DIMENSION", "The device has fewer axes."},
    {-54, invalid_argument, "CL_INVALID_WORK_GROUP_SIZE", "The groups do not fit the device."},
    {-55, invalid_argument, "CL_INVALID_WORK_ITEM_SIZE", "The groups do not fit the device."},
    {-56, invalid_argument, "CL_INVALID_GLOBAL_OFFSET", "The ids do not fit the device."},
    {-57, internal, "CL_INVALID_EVENT_WAIT_LIST", kDefect},
    {-58, internal, "CL_INVALID_EVENT", kDefect},
    {-59, internal, "CL_INVALID_OPERATION", kDefect},
    {-60, internal, "CL_INVALID_GL_OBJECT", kDefect},
    {-61, invalid_argument, "CL_INVALID_BUFFER_SIZE", "The size is not one this device takes."},
    {-62, internal, "CL_INVALID_MIP_LEVEL", kDefect},
    {-63, invalid_argument, "CL_INVALID_GLOBAL_WORK_SIZE", "The range does not fit the device."},
    {-64, internal, "CL_INVALID_PROPERTY", kDefect},
    {-65, internal, "CL_INVALID_IMAGE_DESCRIPTOR", kDefect},
    {-66, compilation_failed, "CL_INVALID_COMPILER_OPTIONS", "The device knows not all options."},
    {-67, compilation_failed, "CL_INVALID_LINKER_OPTIONS", "The device knows not all options."},
    {-68, internal, "CL_INVALID_DEVICE_PARTITION_COUNT", kDefect},
    {-69, internal, "CL_INVALID_PIPE_SIZE", kDefect},
    {-70, internal, "CL_INVALID_DEVICE_QUEUE", kDefect},
    {-71, internal, "CL_INVALID_SPEC_ID", kDefect},
    {-72, out_of_memory, "CL_MAX_SIZE_RESTRICTION_EXCEEDED", kNoMemory},
    {-1001, device_unavailable, "CL_PLATFORM_NOT_FOUND_KHR",
     "The OpenCL loader finds no platform."},
    {-9999, execution_failed, "NVIDIA: invalid access",
     "The kernel reads or writes where it may not."},
};

Error error_of(cl_int code, const Known& fallback) noexcept {
  const Known* found = &fallback;
  for (const Known& known : kKnown) {
    if (known.code == code) {
      found = &known;
    }
  }
  Error error{found->meaning, found->what};
  error.native = code;
  error.context.got = found->name;
  return error;
}

}  // namespace

Error error_of(cl_int code) noexcept {
  return error_of(code, {0, internal, "a code of the driver's own", "The driver fails."});
}

Error error_of_command(cl_int status) noexcept {
  // -1 is what PoCL gives commands whose predecessors failed: no device is looked for here.
  return error_of(
      status == CL_DEVICE_NOT_FOUND ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST : status,
      {0, execution_failed, "a code of the driver's own", kFailed});
}

cl_int native_code_of(ErrorCode code) noexcept {
  switch (code) {
    case out_of_memory:
    case host_memory:
      return -4;
    case device_unavailable:
      return -2;
    case compilation_failed:
      return -11;
    case transient:
      return -12;
    case execution_failed:
      return -14;
    case invalid_argument:
      return -61;
    default:
      return -30;
  }
}

}  // namespace dotcompute::opencl
