// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <latch>
#include <thread>
#include <vector>

namespace dotcompute::bench {

/// Counts the calls of `call(arguments)` that state.range(0) threads, each with its own arguments,
/// complete in a fixed time.
template <class Call>
void measure_throughput(benchmark::State& state, const Call& call) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kWindow(100);
  struct alignas(128) Submitter {
    std::uint64_t calls = 0;
    bool is_right = false;
  };
  const auto count = static_cast<std::size_t>(state.range(0));
  let_others_sleep();
  for (auto _ : state) {
    std::vector<Submitter> submitters(count);
    std::atomic<bool> stop{false};
    std::latch warm(static_cast<std::ptrdiff_t>(count));
    std::latch go(1);
    const auto submit = [&](Submitter& submitter) {
      SmallArguments arguments;
      for (int calls = 0; calls < kWarmCalls; ++calls) {
        call(arguments);
      }
      submitter.is_right = gives_right_result(call, arguments);
      warm.count_down();
      go.wait();
      std::uint64_t calls = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        constexpr int kBatch = 64;
        for (int done = 0; done < kBatch; ++done) {
          call(arguments);
          benchmark::ClobberMemory();
        }
        calls += kBatch;
      }
      submitter.calls = calls;
    };
    std::vector<std::jthread> threads;
    threads.reserve(count);
    for (Submitter& submitter : submitters) {
      threads.emplace_back(submit, std::ref(submitter));
    }
    warm.wait();
    // The clock starts before the threads do: what waking them takes counts against us.
    const auto begin = Clock::now();
    go.count_down();
    std::this_thread::sleep_until(begin + kWindow);
    stop.store(true, std::memory_order_relaxed);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    threads.clear();  // joins

    double calls = 0;
    for (const Submitter& submitter : submitters) {
      calls += static_cast<double>(submitter.calls);
      if (!submitter.is_right) {
        state.SkipWithError("The result is wrong.");
      }
    }
    state.SetIterationTime(seconds);
    state.counters["calls_per_second"] = calls / seconds;
  }
}

/// How a case of measure_throughput() is run: once with 1, with 2 and with 8 threads.
inline void by_threads(benchmark::internal::Benchmark* cases) {
  cases->ArgName("threads")->Arg(1)->Arg(2)->Arg(8)->Iterations(1)->UseManualTime();
}

}  // namespace dotcompute::bench
