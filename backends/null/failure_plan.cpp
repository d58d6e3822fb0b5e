// SPDX-License-Identifier: Apache-2.0
#include "failure_plan.hpp"

namespace dotcompute::null {

void FailurePlan::fail(Operation operation,
                       ErrorCode code,
                       std::uint64_t skip,
                       std::uint64_t times) noexcept {
  const std::lock_guard lock(mutex_);
  plans_[static_cast<std::size_t>(operation)] = {.code = code, .skip = skip, .times = times};
  has_plan_.store(true, std::memory_order_release);
}

Status FailurePlan::take(Operation operation) noexcept {
  const std::lock_guard lock(mutex_);
  Plan& plan = plans_[static_cast<std::size_t>(operation)];
  if (plan.times == 0) {
    return success();
  }
  if (plan.skip > 0) {
    --plan.skip;
    return success();
  }
  --plan.times;
  return Error{plan.code, "The device was told to fail."};
}

}  // namespace dotcompute::null
