// SPDX-License-Identifier: Apache-2.0
#include "unit/emit_opencl/launcher.hpp"

#include "kir/layout.hpp"

#include <dlfcn.h>

#include <cstring>

namespace dotcompute {
namespace {

// Before element 0 of each buffer, so that nothing relies on an offset of 0.
constexpr std::size_t kPrefix = 64;
// So small that tails are not whole groups.
constexpr std::array<std::size_t, 3> kGroup{4, 2, 1};

struct Memory {
  cl_mem handle = nullptr;
  std::vector<std::byte> bytes;
  std::byte* elements = nullptr;
};

std::size_t count_of(const backend::KernelArgument& argument) {
  return argument.extents[0] * argument.extents[1] * argument.extents[2];
}

// Fields of the struct of arguments, each at a multiple of 8 bytes.
class Packer {
 public:
  void add(const void* value, std::size_t bytes) {
    const std::size_t at = packed_.size();
    packed_.resize(at + (bytes + 7) / 8 * 8);
    std::memcpy(packed_.data() + at, value, bytes);
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return packed_; }

 private:
  std::vector<std::byte> packed_;
};

}  // namespace

OpenClLauncher::OpenClLauncher() {
  if (load()) {
    open_device();
  }
}

OpenClLauncher::~OpenClLauncher() {
  if (program_ != nullptr) {
    cl_.release_program(program_);
  }
  if (queue_ != nullptr) {
    cl_.release_queue(queue_);
  }
  if (context_ != nullptr) {
    cl_.release_context(context_);
  }
}

bool OpenClLauncher::load() {
  void* const library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    problem_ = "there is no libOpenCL.so.1: apt-get install ocl-icd-libopencl1 pocl-opencl-icd";
    return false;
  }
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    if (function == nullptr) {
      problem_ = std::string("libOpenCL.so.1 lacks ") + name;
    }
  };
  find(cl_.get_platforms, "clGetPlatformIDs");
  find(cl_.get_devices, "clGetDeviceIDs");
  find(cl_.get_device_info, "clGetDeviceInfo");
  find(cl_.create_context, "clCreateContext");
  find(cl_.release_context, "clReleaseContext");
  find(cl_.create_queue, "clCreateCommandQueue");
  find(cl_.release_queue, "clReleaseCommandQueue");
  find(cl_.create_program, "clCreateProgramWithSource");
  find(cl_.build_program, "clBuildProgram");
  find(cl_.get_build_info, "clGetProgramBuildInfo");
  find(cl_.release_program, "clReleaseProgram");
  find(cl_.create_kernel, "clCreateKernel");
  find(cl_.release_kernel, "clReleaseKernel");
  find(cl_.set_argument, "clSetKernelArg");
  find(cl_.create_buffer, "clCreateBuffer");
  find(cl_.release_memory, "clReleaseMemObject");
  find(cl_.launch, "clEnqueueNDRangeKernel");
  find(cl_.read, "clEnqueueReadBuffer");
  find(cl_.finish, "clFinish");
  return problem_.empty();
}

bool OpenClLauncher::open_device() {
  std::array<cl_platform_id, 8> platforms{};
  cl_uint count = 0;
  cl_.get_platforms(platforms.size(), platforms.data(), &count);
  for (cl_uint i = 0; i < count && i < platforms.size() && device_ == nullptr; ++i) {
    cl_device_id device = nullptr;
    cl_device_fp_config doubles = 0;
    if (cl_.get_devices(platforms[i], CL_DEVICE_TYPE_ALL, 1, &device, nullptr) == CL_SUCCESS &&
        cl_.get_device_info(device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof(doubles), &doubles,
                            nullptr) == CL_SUCCESS &&
        doubles != 0) {
      device_ = device;
    }
  }
  if (device_ == nullptr) {
    problem_ = "no platform of OpenCL has a device with float64: apt-get install pocl-opencl-icd";
    return false;
  }
  cl_int code = CL_SUCCESS;
  context_ = cl_.create_context(nullptr, 1, &device_, nullptr, nullptr, &code);
  queue_ = code == CL_SUCCESS ? cl_.create_queue(context_, device_, 0, &code) : nullptr;
  if (code != CL_SUCCESS) {
    problem_ = "the device does not open: error " + std::to_string(code);
  }
  return code == CL_SUCCESS;
}

std::string OpenClLauncher::build(const std::string& text, const char* options) {
  if (program_ != nullptr) {
    cl_.release_program(program_);
  }
  const char* source = text.c_str();
  cl_int code = CL_SUCCESS;
  program_ = cl_.create_program(context_, 1, &source, nullptr, &code);
  if (code == CL_SUCCESS) {
    code = cl_.build_program(program_, 1, &device_, options, nullptr, nullptr);
  }
  if (code == CL_SUCCESS) {
    return "";
  }
  std::string log(std::size_t{1} << 16U, '\0');
  std::size_t size = 0;
  cl_.get_build_info(program_, device_, CL_PROGRAM_BUILD_LOG, log.size(), log.data(), &size);
  return "error " + std::to_string(code) + ": " + log.c_str();
}

std::string OpenClLauncher::run(const kir::Module& module,
                                const kir::Function& kernel,
                                const std::string& entry,
                                const std::vector<backend::KernelArgument>& arguments,
                                const OpenClLaunch& launch) {
  cl_int code = CL_SUCCESS;
  const cl_kernel handle = cl_.create_kernel(program_, entry.c_str(), &code);
  const auto check = [&](cl_int result) { code = code == CL_SUCCESS ? result : code; };
  std::vector<Memory> memories;
  Packer packer;
  packer.add(launch.items.data(), sizeof(launch.items));
  cl_uint place = 0;
  for (std::size_t i = 0; i < arguments.size() && code == CL_SUCCESS; ++i) {
    const kir::Variable& parameter = *kernel.parameters[i];
    const std::size_t size = *kir::bytes_of(module.structures, parameter.type);
    const auto* data = static_cast<const std::byte*>(arguments[i].data);
    if (parameter.kind != kir::VariableKind::buffer) {
      packer.add(data, size);
      continue;
    }
    const std::int64_t missing = launch.missing.empty() ? 0 : launch.missing[i];
    const std::size_t bytes = (count_of(arguments[i]) - static_cast<std::size_t>(missing)) * size;
    Memory& memory = memories.emplace_back();
    memory.elements = static_cast<std::byte*>(arguments[i].data);
    memory.bytes.resize(kPrefix + bytes + 1);
    std::memcpy(memory.bytes.data() + kPrefix, data, bytes);
    memory.handle = cl_.create_buffer(context_, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                      memory.bytes.size(), memory.bytes.data(), &code);
    check(cl_.set_argument(handle, place++, sizeof(cl_mem), &memory.handle));
    packer.add(arguments[i].extents.data(), parameter.rank * sizeof(std::uint64_t));
    const std::int64_t offset =
        static_cast<std::int64_t>(kPrefix) - missing * static_cast<std::int64_t>(size);
    packer.add(&offset, sizeof(offset));
  }
  if (code == CL_SUCCESS) {
    check(cl_.set_argument(handle, place, packer.bytes().size(), packer.bytes().data()));
    std::array<std::size_t, 3> first{};
    std::array<std::size_t, 3> rounded{};
    std::size_t items = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      first[axis] = launch.first[axis];
      rounded[axis] = (launch.items[axis] + kGroup[axis] - 1) / kGroup[axis] * kGroup[axis];
      items *= rounded[axis];
    }
    if (items != 0) {
      const cl_uint axes = kernel.dimensions;
      check(cl_.launch(queue_, handle, axes, first.data(), rounded.data(), kGroup.data(), 0,
                       nullptr, nullptr));
    }
    check(cl_.finish(queue_));
  }
  for (Memory& memory : memories) {
    if (code == CL_SUCCESS) {
      check(cl_.read(queue_, memory.handle, CL_TRUE, 0, memory.bytes.size(), memory.bytes.data(), 0,
                     nullptr, nullptr));
      std::memcpy(memory.elements, memory.bytes.data() + kPrefix,
                  memory.bytes.size() - kPrefix - 1);
    }
    cl_.release_memory(memory.handle);
  }
  if (handle != nullptr) {
    cl_.release_kernel(handle);
  }
  return code == CL_SUCCESS ? "" : entry + ": error " + std::to_string(code);
}

}  // namespace dotcompute
