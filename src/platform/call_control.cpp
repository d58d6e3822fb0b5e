// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/backend/requests.hpp"

namespace dotcompute::backend {

Status CallControl::check() const noexcept {
  if (stop.stop_requested()) [[unlikely]] {
    return Error{ErrorCode::cancelled, "The caller stops the call."};
  }
  // The clock costs more than the rest: it is read only if there is a deadline.
  if (deadline != std::chrono::steady_clock::time_point::max() &&
      std::chrono::steady_clock::now() >= deadline) [[unlikely]] {
    return Error{ErrorCode::deadline_exceeded, "The deadline of the call has passed."};
  }
  return success();
}

}  // namespace dotcompute::backend
