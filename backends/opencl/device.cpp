// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "base/try.hpp"
#include "errors.hpp"
#include "program.hpp"

#include <exception>

namespace dotcompute::opencl {

Result<std::unique_ptr<Device>> Device::open(const Api& api,
                                             const DeviceFacts& facts,
                                             const backend::DeviceOptions& options) noexcept {
  DC_TRY_ASSIGN(auto context, Context::open(api, facts, options.faults));
  DC_TRY_ASSIGN(auto queues, Queues::open(context));
  try {
    return std::make_unique<Device>(std::move(context), std::move(queues));
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

Result<backend::Allocation> Device::allocate(const backend::AllocationRequest& request) noexcept {
  return memory_.allocate(request);
}

void Device::free(backend::Allocation allocation) noexcept {
  memory_.free(allocation);
}

Result<std::unique_ptr<backend::Program>> Device::compile(
    const backend::KernelSource& source) noexcept {
  return opencl::compile(source, context_);
}

Result<backend::Completion> Device::copy(const backend::CopyRequest& request) noexcept {
  return memory_.copy(request);
}

Result<backend::Completion> Device::launch(const backend::LaunchRequest& request) noexcept {
  const auto* program = static_cast<const Program*>(request.program);
  if (program == nullptr) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A launch names no program."};
  }
  if (request.control != nullptr) {
    DC_TRY(request.control->check());
  }
  if (request.range.items() == 0) [[unlikely]] {
    return backend::Completion{};
  }
  return program->launch(request, *queues_);
}

Result<bool> Device::wait(backend::Completion completion,
                          std::chrono::nanoseconds timeout) noexcept {
  return queues_->wait(completion, timeout);
}

}  // namespace dotcompute::opencl
