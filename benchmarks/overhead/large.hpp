// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure.hpp"

#include <sys/types.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace dotcompute::bench {

/// What the large cases work on: as many items as one thread needs 4 ms for, so that two threads
/// need 2 ms.
struct LargeArguments {
  LargeArguments();
  std::vector<float> x;
  std::vector<float> y;
};

/// Another process that keeps one of this process's processors busy for as long as this lives.
class BusyNeighbour {
 public:
  BusyNeighbour();
  ~BusyNeighbour();
  BusyNeighbour(const BusyNeighbour&) = delete;
  BusyNeighbour& operator=(const BusyNeighbour&) = delete;

  /// False if the system let it not start.
  [[nodiscard]] bool is_running() const noexcept { return process_ > 0; }

 private:
  pid_t process_;
};

/// Measures `call(arguments)`, beside a busy neighbour if `state` has an argument other than 0.
template <class Call>
void measure_large(benchmark::State& state, const Call& call) {
  constexpr int kWarmLargeCalls = 10;
  LargeArguments arguments;
  let_others_sleep();
  for (int count = 0; count < kWarmLargeCalls; ++count) {
    call(arguments);
  }
  // The fixed point of the kernel's steps is 2, whatever they begin with.
  for (const float value : arguments.y) {
    if (std::abs(value - 2.0F) > 1e-4F) {
      state.SkipWithError("The result is wrong.");
      return;
    }
  }
  std::optional<BusyNeighbour> neighbour;
  if (state.range(0) != 0) {
    neighbour.emplace();
    if (!neighbour->is_running()) {
      state.SkipWithError("The busy process cannot be started.");
      return;
    }
  }
  for (auto _ : state) {
    call(arguments);
    benchmark::ClobberMemory();
  }
}

/// How a case of measure_large() is run: alone and beside a neighbour. A scheduler gives turns of a
/// few milliseconds, so that calls are averaged over many turns.
inline void alone_and_beside(benchmark::internal::Benchmark* cases) {
  constexpr int kCalls = 50;
  cases->ArgName("busy")->Arg(0)->Arg(1)->Iterations(kCalls)->UseRealTime();
}

}  // namespace dotcompute::bench
