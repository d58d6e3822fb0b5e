// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

namespace dotcompute::bench {

inline constexpr int kWarmCalls = 2000;

/// How often a repetition runs a case: some milliseconds, whatever the machine does meanwhile.
inline void nanoseconds_each(benchmark::internal::Benchmark* cases) {
  cases->Iterations(100'000)->UseRealTime();
}
inline void microseconds_each(benchmark::internal::Benchmark* cases) {
  cases->Iterations(500)->UseRealTime();
}

/// Lets the workers of the case that ran before, which look for work a while longer, fall asleep.
inline void let_others_sleep() {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

/// Whether `call(arguments)` computes y = 2 * 3 + 1.
template <class Call>
bool gives_right_result(const Call& call, SmallArguments& arguments) {
  arguments.y[0] = 1;
  call(arguments);
  return arguments.y[0] == 7;
}

/// Measures `call(arguments)` once it is warm and its result was seen to be right.
template <class Call>
void measure_small(benchmark::State& state, const Call& call) {
  SmallArguments arguments;
  benchmark::DoNotOptimize(arguments);
  let_others_sleep();
  for (int count = 0; count < kWarmCalls; ++count) {
    call(arguments);
  }
  if (!gives_right_result(call, arguments)) {
    state.SkipWithError("The result is wrong.");
    return;
  }
  for (auto _ : state) {
    call(arguments);
    benchmark::ClobberMemory();
  }
}

}  // namespace dotcompute::bench
