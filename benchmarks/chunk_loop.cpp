// SPDX-License-Identifier: Apache-2.0
// Times ThreadPool::parallel_for against tbb::parallel_for for
// docs/decisions/0002-chunk-loop-over-tbb.md, which has the command.
#include "platform/clock.hpp"
#include "platform/thread_pool.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

using dotcompute::core::nanoseconds_since;
using dotcompute::core::ThreadPool;
using dotcompute::core::Ticks;
using dotcompute::core::ticks_now;

void work_for(double nanoseconds) {
  const Ticks begin = ticks_now();
  while (nanoseconds_since(begin) < nanoseconds) {
  }
}

template <class Body>
void plain_tbb(std::uint64_t chunks, const Body& body) {
  tbb::parallel_for(
      tbb::blocked_range<std::uint64_t>(0, chunks, 1),
      [&](const tbb::blocked_range<std::uint64_t>& part) {
        for (std::uint64_t chunk = part.begin(); chunk < part.end(); ++chunk) {
          body(chunk);
        }
      },
      tbb::simple_partitioner{});
}

struct Times {
  double median = 0;
  double worst_of_hundred = 0;
};

template <class Call>
Times time_of(int calls, std::chrono::microseconds rest, const Call& call) {
  std::vector<double> samples;
  for (int i = 0; i < calls; ++i) {
    if (rest.count() > 0) {
      std::this_thread::sleep_for(rest);
    }
    const Ticks begin = ticks_now();
    call();
    samples.push_back(nanoseconds_since(begin) / 1000);
  }
  std::ranges::sort(samples);
  return {samples[samples.size() / 2], samples[samples.size() * 99 / 100]};
}

struct Contenders {
  ThreadPool& pool;
  tbb::task_arena& arena;
};

template <class Body>
void compare(const char* title, const Contenders& in, std::uint64_t chunks, const Body& body) {
  using std::chrono::microseconds;
  for (const auto rest : {microseconds(0), microseconds(3000)}) {
    const int calls = rest.count() == 0 ? 4000 : 300;
    const auto ours = time_of(calls, rest, [&] { (void)in.pool.parallel_for(chunks, body); });
    const auto plain = time_of(calls, rest, [&] { plain_tbb(chunks, body); });
    const auto arena =
        time_of(calls, rest, [&] { in.arena.execute([&] { plain_tbb(chunks, body); }); });
    std::printf("| %s, %llu chunks, %s | %.2f / %.1f | %.2f / %.1f | %.2f / %.1f |\n", title,
                static_cast<unsigned long long>(chunks), rest.count() == 0 ? "busy" : "idle",
                ours.median, ours.worst_of_hundred, plain.median, plain.worst_of_hundred,
                arena.median, arena.worst_of_hundred);
  }
}

// Loops of other threads at the same time: more callers than the arena has places.
template <class Loop>
double time_of_crowd(const Loop& loop) {
  constexpr int kThreads = 8;
  constexpr int kLoops = 500;
  const Ticks begin = ticks_now();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kLoops; ++i) {
        loop();
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return nanoseconds_since(begin) / 1000 / (kThreads * kLoops);
}

constexpr double kLongNanoseconds = 50e6;

// A loop of two chunks, the second of which queues long work from a worker before it takes 2 ms: the
// caller, done with the first chunk, has to wait, and may take what was queued.
template <class Loop, class Enqueue>
double time_beside_queued_work(const Loop& loop, const Enqueue& enqueue) {
  std::atomic<int> arrived{0};
  const auto caller = std::this_thread::get_id();
  const Ticks begin = ticks_now();
  loop([&](std::uint64_t) {
    ++arrived;
    while (arrived < 2) {
      std::this_thread::yield();
    }
    if (std::this_thread::get_id() != caller) {
      for (int task = 0; task < 3; ++task) {
        enqueue();
      }
      work_for(2e6);
    }
  });
  const double microseconds = nanoseconds_since(begin) / 1000;
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the queue runs dry
  return microseconds;
}

// A short loop while four other threads are within long loops of the same pool.
template <class Loop>
double time_beside_loops(const Loop& loop) {
  std::atomic<int> inside{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      loop(1, [&](std::uint64_t) {
        ++inside;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      });
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Ticks begin = ticks_now();
  loop(64, [](std::uint64_t) {});
  const double microseconds = nanoseconds_since(begin) / 1000;
  for (std::thread& thread : threads) {
    thread.join();
  }
  return microseconds;
}

void compare_waits(const Contenders& in) {
  const auto arena_loop = [&](std::uint64_t chunks, const auto& body) {
    in.arena.execute([&] { plain_tbb(chunks, body); });
  };
  const auto our_loop = [&](std::uint64_t chunks, const auto& body) {
    (void)in.pool.parallel_for(chunks, body);
  };
  const double ours = time_beside_queued_work(
      [&](const auto& body) { our_loop(2, body); },
      [&] { (void)in.pool.enqueue([](void*) noexcept { work_for(kLongNanoseconds); }, nullptr); });
  const double arena =
      time_beside_queued_work([&](const auto& body) { arena_loop(2, body); },
                              [&] { in.arena.enqueue([] { work_for(kLongNanoseconds); }); });
  std::printf("| a chunk of 2 ms, tasks of 50 ms queued meanwhile | %.0f | - | %.0f |\n", ours,
              arena);
  std::printf("| 64 empty chunks, four callers within loops of 200 ms | %.0f | - | %.0f |\n",
              time_beside_loops(our_loop), time_beside_loops(arena_loop));
}

}  // namespace

int main() {
  const auto pool = ThreadPool::shared(0);
  if (!pool.ok()) {
    return 1;
  }
  tbb::task_arena arena(static_cast<int>((*pool)->threads()));
  const Contenders contenders{**pool, arena};
  std::printf("threads: %u, grain: %.1f us; times in us: median / 99th of 100\n\n",
              (*pool)->threads(), (*pool)->grain_nanoseconds() / 1000);
  std::printf(
      "| case | ours | tbb::parallel_for | the same in a task_arena |\n|---|---|---|---|\n");
  compare("empty", contenders, 2, [](std::uint64_t) {});
  compare("empty", contenders, 64, [](std::uint64_t) {});
  compare("50 us each", contenders, 8, [](std::uint64_t) { work_for(50'000); });

  const auto chunk = [](std::uint64_t) { work_for(2'000); };
  const double ours = time_of_crowd([&] { (void)(*pool)->parallel_for(8, chunk); });
  const double plain = time_of_crowd([&] { plain_tbb(8, chunk); });
  const double in_arena = time_of_crowd([&] { arena.execute([&] { plain_tbb(8, chunk); }); });
  std::printf("| 8 callers, 8 chunks of 2 us, a loop | %.1f | %.1f | %.1f |\n", ours, plain,
              in_arena);
  compare_waits(contenders);
  return 0;
}
