// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure_plan.hpp"
#include "memory.hpp"

#include "dotcompute/backend/device.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace dotcompute::null {

/// What a device does beyond keeping bytes.
struct Options {
  /// False: a launch runs nothing. True: it runs bodies on the host, on the caller's thread; without
  /// DeviceInfo::host_memory on the device's own memory, so that a missing copy shows.
  bool runs_kernels = false;
  /// Launches are counted and the last one is kept, under a lock that launches then share.
  bool keeps_records = true;
};

/// What a launch asked for.
struct LaunchRecord {
  LaunchRange range{{0, 0, 0}};
  std::array<std::uint32_t, 3> group_size{};
  std::array<std::uint32_t, 3> groups{};
};

/// A device that keeps bytes in host memory, by itself runs nothing, and fails when told to.
///
/// Three uses: tests of the core, benchmarks of the core's own overhead, and the folder to copy when
/// writing a new back end.
class Device final : public backend::Device {
 public:
  explicit Device(backend::DeviceInfo info, Options options = {}) noexcept;

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(const backend::AllocationRequest& request) noexcept override;
  void free(backend::Allocation allocation) noexcept override;
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override;
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override;
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override;
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override;

  /// Of the calls of `operation` from now on, the first `skip` are left alone and the `times` after
  /// them fail with `code`. Replaces what was planned for the operation before.
  void fail(Operation operation,
            ErrorCode code,
            std::uint64_t skip = 0,
            std::uint64_t times = 1) noexcept {
    failures_.fail(operation, code, skip, times);
  }

  /// Allocations not yet freed.
  [[nodiscard]] std::size_t live_allocations() const noexcept { return memory_.live(); }

  /// Launches that were not told to fail, since construction. 0 without Options::keeps_records.
  [[nodiscard]] std::uint64_t launches() const noexcept;

  /// What the last of them asked for; zero items before the first.
  [[nodiscard]] LaunchRecord last_launch() const noexcept;

 private:
  void record(const backend::LaunchRequest& request) noexcept;

  const backend::DeviceInfo info_;
  const Options options_;
  FailurePlan failures_;
  Memory memory_;
  mutable std::mutex mutex_;
  std::uint64_t launches_ = 0;  // guarded by mutex_
  LaunchRecord last_launch_;    // guarded by mutex_
};

}  // namespace dotcompute::null
