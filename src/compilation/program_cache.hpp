// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/disk_cache.hpp"
#include "platform/device_set.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

namespace dotcompute::core {

/// The programs of one kernel, one for each device. It lives with the kernel, so that what is
/// removed or replaced takes its programs along.
///
/// Threads: any, at the same time. Threads that ask for a program which is being built wait for it:
/// each is built once. A failure to compile is kept, and not tried again.
/// Lifetime: the devices outlive it.
class ProgramCache {
 public:
  /// \param source made into a program if the device has none yet.
  /// \param disk where compiled programs are kept beyond the process; null keeps none.
  /// \retval ErrorCode::compilation_failed as the device said the first time.
  Result<const backend::Program*> get(std::size_t device_index,
                                      backend::Device& device,
                                      const backend::KernelSource& source,
                                      DiskCache* disk = nullptr) noexcept;

 private:
  struct Entry {
    bool building = false;
    std::unique_ptr<backend::Program> program;
    std::optional<Error> failure;
  };

  std::mutex mutex_;
  std::condition_variable built_;
  std::array<Entry, kMaxDevices> entries_;  // guarded by mutex_
};

}  // namespace dotcompute::core
