// SPDX-License-Identifier: Apache-2.0
// Calls that are worth several threads: how soon an asynchronous one returns, and what happens when
// another process takes a processor.
#include "large.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <limits>

namespace dotcompute::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

std::size_t items_of_4_milliseconds() {
  constexpr double kWantedSeconds = 4e-3;
  constexpr std::size_t kTried = 1024;
  const std::vector<float> x(kTried, 1.0F);
  std::vector<float> y(kTried);
  double best = std::numeric_limits<double>::max();
  for (int trial = 0; trial < 200; ++trial) {
    const auto begin = Clock::now();
    relax(items_between(0, kTried), x, y);
    best = std::min(best, Seconds(Clock::now() - begin).count());
  }
  return static_cast<std::size_t>(kWantedSeconds / best * static_cast<double>(kTried));
}

// Only what is allowed between fork() and exec() in a process with threads.
[[noreturn]] void spin_on(const cpu_set_t& processor, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || sched_setaffinity(0, sizeof(processor), &processor) != 0) {
    _exit(1);
  }
  for (std::uint64_t turn = 0;; ++turn) {
    benchmark::DoNotOptimize(turn);
  }
}

void large_call(benchmark::State& state) {
  measure_large(state, [](LargeArguments& arguments) {
    orchestrator().execute(kRelax, arguments.x, arguments.y);
  });
}

/// Measures how long `submit(arguments)` takes, not how long get() of what it returns waits.
template <class Submit>
void measure_submit(benchmark::State& state, const Submit& submit) {
  constexpr int kWarmLargeCalls = 10;
  LargeArguments arguments;
  let_others_sleep();
  for (int count = 0; count < kWarmLargeCalls; ++count) {
    submit(arguments).get();
  }
  std::ranges::fill(arguments.y, 0.0F);
  for (auto _ : state) {
    const auto begin = Clock::now();
    auto task = submit(arguments);
    state.SetIterationTime(Seconds(Clock::now() - begin).count());
    task.get();
  }
  if (!std::ranges::all_of(arguments.y, [](float value) { return std::abs(value - 2) < 1e-4F; })) {
    state.SkipWithError("The result is wrong.");
  }
}

void big_submit(benchmark::State& state) {
  measure_submit(state, [](LargeArguments& arguments) {
    return orchestrator().execute_async(kRelax, arguments.x, arguments.y);
  });
}

void big_submit_std_async(benchmark::State& state) {
  measure_submit(state, [](LargeArguments& arguments) {
    return std::async(std::launch::async, [&arguments] {
      relax(items_between(0, arguments.y.size()), arguments.x, arguments.y);
    });
  });
}

constexpr int kSubmits = 50;
BENCHMARK(big_submit)->Name("big_submit")->Iterations(kSubmits)->UseManualTime();
BENCHMARK(big_submit_std_async)
    ->Name("big_submit/std_async")
    ->Iterations(kSubmits)
    ->UseManualTime();
BENCHMARK(large_call)->Name("large/dotcompute")->Apply(&alone_and_beside);

}  // namespace

LargeArguments::LargeArguments() {
  static const std::size_t items = items_of_4_milliseconds();
  x.assign(items, 1.0F);
  y.assign(items, 0.0F);
}

BusyNeighbour::BusyNeighbour() : process_(-1) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
    return;
  }
  int last = CPU_SETSIZE - 1;
  while (last > 0 && !CPU_ISSET(static_cast<std::size_t>(last), &allowed)) {
    --last;
  }
  cpu_set_t processor;
  CPU_ZERO(&processor);
  CPU_SET(static_cast<std::size_t>(last), &processor);
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    spin_on(processor, parent);
  }
}

BusyNeighbour::~BusyNeighbour() {
  if (is_running()) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
}

}  // namespace dotcompute::bench
