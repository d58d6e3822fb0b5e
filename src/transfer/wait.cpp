// SPDX-License-Identifier: Apache-2.0
#include "transfer/wait.hpp"

#include "base/try.hpp"

#include <chrono>

namespace dotcompute::core {

Status wait_or_give_up(backend::Device& device,
                       backend::Completion completion,
                       const backend::CallControl* control) noexcept {
  const bool may_end_early =
      control != nullptr && (control->stop.stop_possible() ||
                             control->deadline != std::chrono::steady_clock::time_point::max());
  const std::chrono::nanoseconds slice =
      may_end_early ? std::chrono::milliseconds(1) : std::chrono::nanoseconds::max();
  while (true) {
    DC_TRY_ASSIGN(const bool done, device.wait(completion, slice));
    if (done) {
      return success();
    }
    if (control != nullptr) {
      DC_TRY(control->check());
    }
  }
}

}  // namespace dotcompute::core
