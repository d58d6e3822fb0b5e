// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstdint>

namespace dotcompute::extension {

/// A failed attempt.
struct RecoveryRequest {
  const Error& error;
  std::uint32_t attempt = 1;  ///< How many have failed, this one included.
  AcceleratorType device = AcceleratorType::automatic;
  bool may_leave_device = true;          ///< False if the call forces its device.
  std::chrono::nanoseconds time_left{};  ///< Until the call's deadline.
};

enum class RecoveryAction : std::uint8_t {
  fail,              ///< Report the error.
  retry,             ///< The same device again after `delay`.
  fall_back_to_cpu,  ///< The CPU next.
};

struct RecoveryDecision {
  RecoveryAction action = RecoveryAction::fail;
  std::chrono::nanoseconds delay{};
};

/// Says what follows a failure; a pure function of its request.
///
/// Threads: called from any thread, several at once.
class RecoveryPolicy {
 public:
  virtual ~RecoveryPolicy() = default;
  virtual RecoveryDecision decide(const RecoveryRequest& request) noexcept = 0;
};

}  // namespace dotcompute::extension
