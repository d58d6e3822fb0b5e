// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "base/try.hpp"
#include "program.hpp"

#include <utility>

namespace dotcompute::null {

Device::Device(backend::DeviceInfo info, Options options) noexcept
    : info_(std::move(info)), options_(options), memory_(info_.host_memory) {}

Result<backend::Allocation> Device::allocate(const backend::AllocationRequest& request) noexcept {
  const std::size_t bytes = request.bytes;
  if (bytes == 0 || bytes > info_.max_allocation_bytes) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "The size is not one this device takes."};
  }
  if (request.host != nullptr) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "This device wraps no memory of the host."};
  }
  DC_TRY(failures_.check(Operation::allocate));
  return memory_.allocate(bytes, info_.alignment_bytes);
}

void Device::free(backend::Allocation allocation) noexcept {
  memory_.free(allocation);
}

Result<std::unique_ptr<backend::Program>> Device::compile(
    const backend::KernelSource& source) noexcept {
  DC_TRY(failures_.check(Operation::compile));
  return null::compile(source);
}

Result<backend::Completion> Device::copy(const backend::CopyRequest& request) noexcept {
  DC_TRY(failures_.check(Operation::copy));
  DC_TRY(null::copy(memory_, request));
  return backend::Completion{};
}

Result<backend::Completion> Device::launch(const backend::LaunchRequest& request) noexcept {
  if (request.program == nullptr) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A launch names no program."};
  }
  DC_TRY(failures_.check(Operation::launch));
  if (options_.keeps_records) {
    record(request);
  }
  if (options_.runs_kernels) {
    const auto& program = static_cast<const Program&>(*request.program);
    DC_TRY(program.run(request, info_.host_memory ? nullptr : &memory_));
  }
  return backend::Completion{};
}

Result<bool> Device::wait(backend::Completion /*completion*/,
                          std::chrono::nanoseconds /*timeout*/) noexcept {
  DC_TRY(failures_.check(Operation::wait));
  return true;
}

void Device::record(const backend::LaunchRequest& request) noexcept {
  const std::lock_guard lock(mutex_);
  ++launches_;
  last_launch_ = {
      .range = request.range, .group_size = request.group_size, .groups = request.groups};
}

std::uint64_t Device::launches() const noexcept {
  const std::lock_guard lock(mutex_);
  return launches_;
}

LaunchRecord Device::last_launch() const noexcept {
  const std::lock_guard lock(mutex_);
  return last_launch_;
}

}  // namespace dotcompute::null
