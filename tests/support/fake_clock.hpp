// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

namespace dotcompute {

/// The time that fake_clock() tells; one for the process.
inline std::atomic<std::chrono::nanoseconds> fake_time{std::chrono::nanoseconds(0)};

/// A clock for pools, which moves only when a test says so.
inline std::chrono::nanoseconds fake_clock() noexcept {
  return fake_time;
}

inline void pass(std::chrono::nanoseconds time) {
  fake_time = fake_time.load() + time;
}

}  // namespace dotcompute
