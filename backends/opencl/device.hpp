// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.hpp"
#include "memory.hpp"
#include "queues.hpp"

#include "dotcompute/backend/backend.hpp"
#include "dotcompute/backend/device.hpp"

#include <memory>
#include <utility>

namespace dotcompute::opencl {

/// One device of an OpenCL platform. Launches and copies are queued and run beside the caller.
class Device final : public backend::Device {
 public:
  /// \retval ErrorCode::out_of_memory, device_unavailable, host_memory as the driver has it.
  static Result<std::unique_ptr<Device>> open(const Api& api,
                                              const DeviceFacts& facts,
                                              const backend::DeviceOptions& options) noexcept;

  Device(std::shared_ptr<const Context> context, std::unique_ptr<Queues> queues) noexcept
      : context_(std::move(context)), queues_(std::move(queues)), memory_(context_, *queues_) {}

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override {
    return context_->facts().info;
  }
  Result<backend::Allocation> allocate(const backend::AllocationRequest& request) noexcept override;
  void free(backend::Allocation allocation) noexcept override;
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override;
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override;
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override;
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override;

  /// Events of commands that this device still holds.
  [[nodiscard]] std::size_t held_events() const noexcept { return queues_->timeline().held(); }

 private:
  const std::shared_ptr<const Context> context_;
  const std::unique_ptr<Queues> queues_;
  Memory memory_;
};

}  // namespace dotcompute::opencl
