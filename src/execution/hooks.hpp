// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/extension/execution_observer.hpp"
#include "dotcompute/extension/recovery_policy.hpp"
#include "dotcompute/extension/result_validator.hpp"

#include <memory>
#include <vector>

namespace dotcompute::core {

/// The attached optional services. Immutable once the executor is made.
struct Hooks {
  std::vector<std::shared_ptr<extension::ExecutionObserver>> observers;
  std::shared_ptr<extension::ResultValidator> validator;
  bool validates_by_default = false;                    ///< Else only calls that ask for it.
  std::shared_ptr<extension::RecoveryPolicy> recovery;  ///< Null also if recovery is off.

  /// Whether a call has to take the long way, on which the services are asked. A recovery policy
  /// only matters before a call if in-out arguments must be kept for a second attempt.
  [[nodiscard]] bool watch(bool has_inouts) const noexcept {
    return !observers.empty() || (validator != nullptr && validates_by_default) ||
           (recovery != nullptr && has_inouts);
  }
};

}  // namespace dotcompute::core
