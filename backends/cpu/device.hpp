// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunk_grid.hpp"
#include "platform/thread_pool.hpp"
#include "program.hpp"

#include "dotcompute/backend/device.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace dotcompute::cpu {

/// The threads of this host. Memory is the host's and bodies get the caller's own addresses; all
/// work is done when a call returns.
class Device final : public backend::Device {
 public:
  Device(backend::DeviceInfo info, std::shared_ptr<core::ThreadPool> pool) noexcept
      : info_(std::move(info)), pool_(std::move(pool)) {}

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
  Status launch_measured(const Program& program, const backend::LaunchRequest& request) noexcept;
  Status run_learning(const Program& program, const backend::LaunchRequest& request) noexcept;
  Status run_in_chunks(const Program& program,
                       const backend::LaunchRequest& request,
                       double expected_nanoseconds) noexcept;
  Result<double> run_boxes(const Program& program,
                           const backend::LaunchRequest& request,
                           const ChunkGrid& grid,
                           std::uint64_t first,
                           double box_nanoseconds) noexcept;
  [[nodiscard]] std::uint64_t least_chunks() const noexcept;

  const backend::DeviceInfo info_;
  const std::shared_ptr<core::ThreadPool> pool_;
};

}  // namespace dotcompute::cpu
