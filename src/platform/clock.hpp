// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace dotcompute::core {

/// A point in time in units of the cheapest counter this machine has; only differences mean
/// something. For estimates of durations, never for deadlines: on x86-64 it is the time stamp
/// counter, a third of the price of steady_clock.
using Ticks = std::uint64_t;

[[nodiscard]] inline Ticks ticks_now() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<Ticks>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

namespace detail {

[[nodiscard]] inline double measure_nanoseconds_per_tick() noexcept {
#if defined(__x86_64__)
  using Clock = std::chrono::steady_clock;
  // A reading of the clock takes about 30 ns, so 200 us keep the error near one in ten thousand.
  constexpr std::chrono::microseconds kSpan{200};
  const auto begin = Clock::now();
  const Ticks first = ticks_now();
  auto end = begin;
  Ticks last = first;
  while (end - begin < kSpan || last <= first) {
    end = Clock::now();
    last = ticks_now();
  }
  return std::chrono::duration<double, std::nano>(end - begin).count() /
         static_cast<double>(last - first);
#else
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::duration(1)).count();
#endif
}

}  // namespace detail

/// Measured when first asked, which takes 200 us on x86-64.
[[nodiscard]] inline double nanoseconds_per_tick() noexcept {
  static const double measured = detail::measure_nanoseconds_per_tick();
  return measured;
}

/// Nanoseconds from `begin` to now; 0 if the counter went backwards between two processors.
[[nodiscard]] inline double nanoseconds_since(Ticks begin) noexcept {
  const Ticks now = ticks_now();
  return now > begin ? static_cast<double>(now - begin) * nanoseconds_per_tick() : 0.0;
}

}  // namespace dotcompute::core
