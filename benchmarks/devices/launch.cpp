// SPDX-License-Identifier: Apache-2.0
// What the orchestrator adds to a launch on an OpenCL device: a call on buffers that are there
// already, beside the three functions of OpenCL that it comes down to.
#include "dotcompute/dotcompute.hpp"
#include "dotcompute/kernels.hpp"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace dotcompute::bench {
namespace {

constexpr std::size_t kItems = 1024;
constexpr int kCalls = 20'000;

constexpr const char* kText =
    "kernel void saxpy(global const float* x, global float* y, float a) {\n"
    "  size_t i = get_global_id(0);\n"
    "  y[i] = a * x[i] + y[i];\n"
    "}\n";

void check(cl_int code, const char* what) {
  if (code != CL_SUCCESS) {
    throw std::runtime_error(std::string(what) + " gives " + std::to_string(code));
  }
}

/// The first device of the first platform, as "opencl:0:0" is.
class RawLaunch {
 public:
  RawLaunch() {
    cl_platform_id platform = nullptr;
    check(clGetPlatformIDs(1, &platform, nullptr), "clGetPlatformIDs");
    cl_device_id device = nullptr;
    check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, nullptr), "clGetDeviceIDs");
    cl_int code = CL_SUCCESS;
    context_ = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    check(code, "clCreateContext");
    queue_ = clCreateCommandQueue(context_, device, 0, &code);
    check(code, "clCreateCommandQueue");
    const char* text = kText;
    program_ = clCreateProgramWithSource(context_, 1, &text, nullptr, &code);
    check(code, "clCreateProgramWithSource");
    check(clBuildProgram(program_, 1, &device, "-cl-std=CL1.2", nullptr, nullptr),
          "clBuildProgram");
    kernel_ = clCreateKernel(program_, "saxpy", &code);
    check(code, "clCreateKernel");
    x_ = clCreateBuffer(context_, CL_MEM_READ_WRITE, kItems * sizeof(float), nullptr, &code);
    check(code, "clCreateBuffer");
    y_ = clCreateBuffer(context_, CL_MEM_READ_WRITE, kItems * sizeof(float), nullptr, &code);
    check(code, "clCreateBuffer");
    const float zero = 0;
    for (cl_mem memory : {x_, y_}) {
      check(clEnqueueFillBuffer(queue_, memory, &zero, sizeof(zero), 0, kItems * sizeof(float), 0,
                                nullptr, nullptr),
            "clEnqueueFillBuffer");
    }
    check(clFinish(queue_), "clFinish");
  }
  RawLaunch(const RawLaunch&) = delete;
  RawLaunch& operator=(const RawLaunch&) = delete;
  ~RawLaunch() {
    clReleaseMemObject(x_);
    clReleaseMemObject(y_);
    clReleaseKernel(kernel_);
    clReleaseProgram(program_);
    clReleaseCommandQueue(queue_);
    clReleaseContext(context_);
  }

  void operator()() const {
    const float a = 1;
    const std::size_t items = kItems;
    const std::size_t group = 256;
    cl_event done = nullptr;
    clSetKernelArg(kernel_, 0, sizeof(x_), &x_);
    clSetKernelArg(kernel_, 1, sizeof(y_), &y_);
    clSetKernelArg(kernel_, 2, sizeof(a), &a);
    check(clEnqueueNDRangeKernel(queue_, kernel_, 1, nullptr, &items, &group, 0, nullptr, &done),
          "clEnqueueNDRangeKernel");
    check(clWaitForEvents(1, &done), "clWaitForEvents");
    clReleaseEvent(done);
  }

 private:
  cl_context context_ = nullptr;
  cl_command_queue queue_ = nullptr;
  cl_program program_ = nullptr;
  cl_kernel kernel_ = nullptr;
  cl_mem x_ = nullptr;
  cl_mem y_ = nullptr;
};

class OwnLaunch {
 public:
  OwnLaunch()
      : runtime_(Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack))),
        x_(runtime_.memory().unified_from(std::vector<float>(kItems))),
        y_(runtime_.memory().unified_from(std::vector<float>(kItems))),
        orchestrator_(runtime_.orchestrator().with({.device = "opencl:0:0"})) {}

  void operator()() { orchestrator_.execute(kernels::kSaxpy, 1.0F, x_, y_); }

 private:
  Runtime runtime_;
  UnifiedBuffer<float> x_;
  UnifiedBuffer<float> y_;
  OrchestratorWithOptions orchestrator_;
};

/// Least times of both in seconds, taken in turns, so that what disturbs one disturbs the other.
struct Times {
  double raw = std::numeric_limits<double>::infinity();
  double own = std::numeric_limits<double>::infinity();
};

template <class Launch>
double time_of(Launch& launch) {
  const auto begin = std::chrono::steady_clock::now();
  launch();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Times measure() {
  RawLaunch raw;
  OwnLaunch own;
  Times times;
  for (int call = 0; call < kCalls; ++call) {
    times.raw = std::min(times.raw, time_of(raw));
    times.own = std::min(times.own, time_of(own));
  }
  return times;
}

void launch(benchmark::State& state, double Times::*which) {
  static const Times times = measure();
  for (auto _ : state) {
    state.SetIterationTime(times.*which);
  }
}
BENCHMARK_CAPTURE(launch, own, &Times::own)->Name("opencl/launch")->UseManualTime()->Iterations(1);
BENCHMARK_CAPTURE(launch, raw, &Times::raw)
    ->Name("opencl/launch/raw_opencl")
    ->UseManualTime()
    ->Iterations(1);

}  // namespace
}  // namespace dotcompute::bench
