// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"

#include <memory>
#include <utility>

namespace dotcompute::interpreter {

/// Runs KIR item by item, on the caller's thread, in the caller's memory. All work is done when a
/// call returns.
class Device final : public backend::Device {
 public:
  explicit Device(backend::DeviceInfo info) noexcept : info_(std::move(info)) {}

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(const backend::AllocationRequest& request) noexcept override;
  void free(backend::Allocation allocation) noexcept override;
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override;
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override;
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override;
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override;

 private:
  const backend::DeviceInfo info_;
};

}  // namespace dotcompute::interpreter
