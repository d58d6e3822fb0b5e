// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace dotcompute::null {

/// The calls of a device that can be told to fail.
enum class Operation : std::uint8_t { allocate, compile, copy, launch, wait };

inline constexpr std::array kOperations{Operation::allocate, Operation::compile, Operation::copy,
                                        Operation::launch, Operation::wait};

/// Which calls of a device are to fail, and with what.
///
/// Threads: every member may be called from any thread at the same time.
class FailurePlan {
 public:
  /// Of the calls of `operation` from now on, the first `skip` are left alone and the `times` after
  /// them fail with `code`. Replaces what was planned for the operation before.
  void fail(Operation operation, ErrorCode code, std::uint64_t skip, std::uint64_t times) noexcept;

  /// Counts one call of `operation`; the planned error if this one is to fail.
  Status check(Operation operation) noexcept {
    return has_plan_.load(std::memory_order_acquire) ? take(operation) : success();
  }

 private:
  struct Plan {
    ErrorCode code = ErrorCode::internal;
    std::uint64_t skip = 0;
    std::uint64_t times = 0;
  };

  Status take(Operation operation) noexcept;

  std::atomic<bool> has_plan_{false};  // false for ever where nobody plans: such a check is free
  std::mutex mutex_;
  std::array<Plan, kOperations.size()> plans_;  // guarded by mutex_
};

}  // namespace dotcompute::null
