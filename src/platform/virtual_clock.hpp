// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace dotcompute::core {

/// Time that passes only where somebody says so: what waits for it need not sleep.
///
/// Threads: every member may be called from any thread at the same time.
class VirtualClock {
 public:
  using Duration = std::chrono::nanoseconds;

  /// Since the clock was made.
  [[nodiscard]] Duration now() const noexcept {
    return Duration(now_.load(std::memory_order_acquire));
  }

  /// Lets time pass until `time`; nothing happens if that has passed already.
  void advance_to(Duration time) noexcept {
    std::int64_t now = now_.load(std::memory_order_relaxed);
    while (now < time.count() &&
           !now_.compare_exchange_weak(now, time.count(), std::memory_order_acq_rel)) {
    }
  }

  void advance(Duration duration) noexcept {
    now_.fetch_add(duration.count(), std::memory_order_acq_rel);
  }

 private:
  std::atomic<std::int64_t> now_{0};
};

}  // namespace dotcompute::core
