// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/driver_call.hpp"

#include "dotcompute/base/error.hpp"

// Every device has the functions of 1.2, so that no others are needed.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <string_view>
#include <tuple>
#include <type_traits>

namespace dotcompute::opencl {

/// How calls of OpenCL fail when a fault plan says so: they return a cl_int, or null and the cl_int
/// through their last argument.
struct Driver {
  static constexpr std::string_view kName = "opencl";

  [[nodiscard]] static cl_int code_of(const core::Fault& fault) noexcept;

  template <class Returned, class... Arguments>
  static Returned fail(const core::Fault& fault, Arguments... arguments) noexcept {
    const cl_int code = code_of(fault);
    if constexpr (std::is_same_v<Returned, cl_int>) {
      return code;
    } else {
      cl_int* const out = std::get<sizeof...(Arguments) - 1>(std::tuple(arguments...));
      *out = code;
      return nullptr;
    }
  }
};

template <class Function>
using Call = core::DriverCall<Function, Driver>;

/// The functions of libOpenCL.so.1. Nothing links it.
///
/// Every call that gives its error through a pointer is made with that pointer set.
struct Api {
  using Group = core::CallGroup;

  Call<decltype(clGetPlatformIDs)> get_platform_ids{"clGetPlatformIDs", Group::discover};
  Call<decltype(clGetPlatformInfo)> get_platform_info{"clGetPlatformInfo", Group::discover};
  Call<decltype(clGetDeviceIDs)> get_device_ids{"clGetDeviceIDs", Group::discover};
  Call<decltype(clGetDeviceInfo)> get_device_info{"clGetDeviceInfo", Group::discover};
  Call<decltype(clCreateContext)> create_context{"clCreateContext", Group::discover};
  Call<decltype(clReleaseContext)> release_context{"clReleaseContext", Group::release};
  Call<decltype(clCreateCommandQueue)> create_queue{"clCreateCommandQueue", Group::discover};
  Call<decltype(clReleaseCommandQueue)> release_queue{"clReleaseCommandQueue", Group::release};
  Call<decltype(clFlush)> flush{"clFlush", Group::launch};
  Call<decltype(clFinish)> finish{"clFinish", Group::release};

  Call<decltype(clCreateBuffer)> create_buffer{"clCreateBuffer", Group::allocate};
  Call<decltype(clRetainMemObject)> retain_memory{"clRetainMemObject", Group::release};
  Call<decltype(clReleaseMemObject)> release_memory{"clReleaseMemObject", Group::release};
  Call<decltype(clEnqueueReadBuffer)> enqueue_read{"clEnqueueReadBuffer", Group::copy};
  Call<decltype(clEnqueueWriteBuffer)> enqueue_write{"clEnqueueWriteBuffer", Group::copy};
  Call<decltype(clEnqueueCopyBuffer)> enqueue_copy{"clEnqueueCopyBuffer", Group::copy};
  Call<decltype(clEnqueueMapBuffer)> enqueue_map{"clEnqueueMapBuffer", Group::copy};
  Call<decltype(clEnqueueUnmapMemObject)> enqueue_unmap{"clEnqueueUnmapMemObject", Group::release};

  Call<decltype(clCreateProgramWithSource)> create_program{"clCreateProgramWithSource",
                                                           Group::compile};
  Call<decltype(clCreateProgramWithBinary)> create_program_from_binary{"clCreateProgramWithBinary",
                                                                       Group::compile};
  Call<decltype(clBuildProgram)> build_program{"clBuildProgram", Group::compile};
  Call<decltype(clGetProgramInfo)> get_program_info{"clGetProgramInfo", Group::compile};
  Call<decltype(clGetProgramBuildInfo)> get_build_info{"clGetProgramBuildInfo", Group::compile};
  Call<decltype(clReleaseProgram)> release_program{"clReleaseProgram", Group::release};
  Call<decltype(clCreateKernel)> create_kernel{"clCreateKernel", Group::compile};
  Call<decltype(clGetKernelInfo)> get_kernel_info{"clGetKernelInfo", Group::compile};
  Call<decltype(clGetKernelWorkGroupInfo)> get_group_info{"clGetKernelWorkGroupInfo",
                                                          Group::compile};
  Call<decltype(clReleaseKernel)> release_kernel{"clReleaseKernel", Group::release};

  Call<decltype(clSetKernelArg)> set_kernel_argument{"clSetKernelArg", Group::launch};
  Call<decltype(clEnqueueNDRangeKernel)> enqueue_kernel{"clEnqueueNDRangeKernel", Group::launch};

  Call<decltype(clCreateUserEvent)> create_user_event{"clCreateUserEvent", Group::copy};
  Call<decltype(clSetUserEventStatus)> set_user_event{"clSetUserEventStatus", Group::release};
  Call<decltype(clWaitForEvents)> wait_for_events{"clWaitForEvents", Group::wait};
  Call<decltype(clGetEventInfo)> get_event_info{"clGetEventInfo", Group::wait};
  Call<decltype(clSetEventCallback)> set_event_callback{"clSetEventCallback", Group::wait};
  Call<decltype(clRetainEvent)> retain_event{"clRetainEvent", Group::release};
  Call<decltype(clReleaseEvent)> release_event{"clReleaseEvent", Group::release};

  /// Calls `visit(call)` with each function above.
  template <class Visitor>
  void for_each(Visitor&& visit) {
    const auto visit_all = [&](auto&... calls) {
      static_assert(sizeof...(calls) * sizeof(Call<decltype(clFlush)>) == sizeof(Api));
      (visit(calls), ...);
    };
    visit_all(get_platform_ids, get_platform_info, get_device_ids, get_device_info, create_context,
              release_context, create_queue, release_queue, flush, finish, create_buffer,
              retain_memory, release_memory, enqueue_read, enqueue_write, enqueue_copy, enqueue_map,
              enqueue_unmap, create_program, create_program_from_binary, build_program,
              get_program_info, get_build_info, release_program, create_kernel, get_kernel_info,
              get_group_info, release_kernel, set_kernel_argument, enqueue_kernel,
              create_user_event, set_user_event, wait_for_events, get_event_info,
              set_event_callback, retain_event, release_event);
  }
};

/// Loads the functions from a library.
/// \retval ErrorCode::device_unavailable if it is missing or lacks one, with the reason.
Result<Api> load(const char* library) noexcept;

}  // namespace dotcompute::opencl
