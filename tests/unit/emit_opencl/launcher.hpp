// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include "dotcompute/backend/requests.hpp"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute {

/// The functions of OpenCL that a launch needs.
struct OpenClFunctions {
  decltype(&clGetPlatformIDs) get_platforms = nullptr;
  decltype(&clGetDeviceIDs) get_devices = nullptr;
  decltype(&clGetDeviceInfo) get_device_info = nullptr;
  decltype(&clCreateContext) create_context = nullptr;
  decltype(&clReleaseContext) release_context = nullptr;
  decltype(&clCreateCommandQueue) create_queue = nullptr;
  decltype(&clReleaseCommandQueue) release_queue = nullptr;
  decltype(&clCreateProgramWithSource) create_program = nullptr;
  decltype(&clBuildProgram) build_program = nullptr;
  decltype(&clGetProgramBuildInfo) get_build_info = nullptr;
  decltype(&clReleaseProgram) release_program = nullptr;
  decltype(&clCreateKernel) create_kernel = nullptr;
  decltype(&clReleaseKernel) release_kernel = nullptr;
  decltype(&clSetKernelArg) set_argument = nullptr;
  decltype(&clCreateBuffer) create_buffer = nullptr;
  decltype(&clReleaseMemObject) release_memory = nullptr;
  decltype(&clEnqueueNDRangeKernel) launch = nullptr;
  decltype(&clEnqueueReadBuffer) read = nullptr;
  decltype(&clFinish) finish = nullptr;
};

/// A part of a launch: `items` from `first`.
struct OpenClLaunch {
  std::array<std::uint64_t, 3> first{0, 0, 0};
  std::array<std::uint64_t, 3> items{1, 1, 1};
  /// For each parameter: elements of its buffer, as the kernel counts them, that come before those in
  /// its argument. Empty: none.
  std::vector<std::int64_t> missing;
};

/// Runs emitted texts by plain calls of OpenCL, with the arguments that emit/opencl/emit.hpp
/// describes: on the first device with float64.
class OpenClLauncher {
 public:
  OpenClLauncher();
  ~OpenClLauncher();
  OpenClLauncher(const OpenClLauncher&) = delete;
  OpenClLauncher& operator=(const OpenClLauncher&) = delete;

  /// Why nothing can be launched here; empty if it can.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  /// Makes `text` the program. \return the compiler's words if it does not compile.
  [[nodiscard]] std::string build(const std::string& text, const char* options);

  /// Runs the function `entry` of the program, made of `kernel`, on copies of the arguments'
  /// elements, and brings back what it wrote. \return what went wrong, or nothing.
  [[nodiscard]] std::string run(const kir::Module& module,
                                const kir::Function& kernel,
                                const std::string& entry,
                                const std::vector<backend::KernelArgument>& arguments,
                                const OpenClLaunch& launch);

 private:
  bool load();
  bool open_device();

  OpenClFunctions cl_;
  std::string problem_;
  cl_device_id device_ = nullptr;
  cl_context context_ = nullptr;
  cl_command_queue queue_ = nullptr;
  cl_program program_ = nullptr;
};

}  // namespace dotcompute
