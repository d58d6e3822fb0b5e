// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

namespace dotcompute::backend {

/// What a device is and can do. Read once when it is opened; never changes afterwards.
struct DeviceInfo {
  std::string id;  ///< Stable and the same everywhere: "cpu:0", "opencl:0:1".
  AcceleratorType type = AcceleratorType::null;
  std::string name;  ///< As its driver tells it, e.g. "AMD EPYC 7763".
  std::string vendor;
  std::string driver_version;
  std::uint32_t compute_units = 1;       ///< Cores, multiprocessors; on the CPU: threads used.
  std::size_t memory_bytes = 0;          ///< All of its memory; 0 is unknown.
  std::size_t max_allocation_bytes = 0;  ///< Largest single allocation.
  std::size_t alignment_bytes = 64;      ///< Every allocation starts on a multiple of this.
  std::uint32_t max_group_size = 1024;   ///< Work items in one group.
  /// Work items of one launch along an axis.
  std::uint64_t max_items = std::numeric_limits<std::uint64_t>::max();
  std::string features;      ///< Instruction sets or extensions, parted by spaces.
  bool host_memory = false;  ///< It reads and writes the host's memory in place, also the caller's.
  bool wraps_host_memory = false;       ///< AllocationRequest::host may be set.
  bool copies_beside_launches = false;  ///< Copies and launches run at the same time.
  bool has_float64 = true;
  bool has_float16 = false;
  bool has_int64_atomics = false;
  bool is_software = false;  ///< A processor behind a GPU's interface.
};

/// One open device. The core reaches hardware through these calls and no others.
///
/// Threads: any call may be made from any thread. Work is ordered only by the completions that a
/// request names in `after`.
/// Errors: nothing throws. A back end maps each driver code to an ErrorCode in its errors.cpp and
/// keeps the original in Error::native.
class Device {
 public:
  virtual ~Device() = default;

  [[nodiscard]] virtual const DeviceInfo& info() const noexcept = 0;

  /// \param request with 1 to info().max_allocation_bytes bytes.
  /// \retval ErrorCode::invalid_argument for another size, or host memory that it cannot work in.
  /// \retval ErrorCode::out_of_memory if the device has no room now.
  virtual Result<Allocation> allocate(const AllocationRequest& request) noexcept = 0;
  virtual void free(Allocation allocation) noexcept = 0;

  /// Builds `source` for this device. Blocks, possibly for seconds.
  /// \retval ErrorCode::compilation_failed with the build log in Error::log, or because the device
  ///         does not take the language.
  /// \retval ErrorCode::invalid_argument if `source.binary` is not of this device and driver.
  virtual Result<std::unique_ptr<Program>> compile(const KernelSource& source) noexcept = 0;

  /// Queues a copy and returns at once. What the request names must live until the completion.
  /// \retval ErrorCode::invalid_argument if it reaches beyond an allocation.
  virtual Result<Completion> copy(const CopyRequest& request) noexcept = 0;

  /// Starts the items of `request`. A device on the host runs them before it returns, with the
  /// caller's thread taking part; others queue them. The work uses what the request names until the
  /// completion.
  /// \retval ErrorCode::execution_failed with the exception of a host body in Error::cause.
  /// \retval ErrorCode::cancelled / deadline_exceeded: some items have run, no more will.
  virtual Result<Completion> launch(const LaunchRequest& request) noexcept = 0;

  /// Waits for queued work; a timeout of 0 asks without waiting.
  /// \return false if `timeout` passes first: the work goes on and must not be queued again.
  virtual Result<bool> wait(Completion completion, std::chrono::nanoseconds timeout) noexcept = 0;
};

}  // namespace dotcompute::backend
