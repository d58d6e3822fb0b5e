// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "base/try.hpp"
#include "platform/host_device_memory.hpp"
#include "program.hpp"

namespace dotcompute::interpreter {

Result<backend::Allocation> Device::allocate(const backend::AllocationRequest& request) noexcept {
  return core::host_device::allocate(request, info_.max_allocation_bytes);
}

void Device::free(backend::Allocation allocation) noexcept {
  core::host_device::release(allocation);
}

Result<std::unique_ptr<backend::Program>> Device::compile(
    const backend::KernelSource& source) noexcept {
  return interpreter::compile(source);
}

Result<backend::Completion> Device::copy(const backend::CopyRequest& request) noexcept {
  DC_TRY(core::host_device::copy(request));
  return backend::Completion{};
}

Result<backend::Completion> Device::launch(const backend::LaunchRequest& request) noexcept {
  if (request.program == nullptr) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A launch names no program."};
  }
  DC_TRY(static_cast<const Program*>(request.program)->run(request));
  return backend::Completion{};
}

Result<bool> Device::wait(backend::Completion /*completion*/,
                          std::chrono::nanoseconds /*timeout*/) noexcept {
  return true;
}

}  // namespace dotcompute::interpreter
