// SPDX-License-Identifier: Apache-2.0
#include "large.hpp"
#include "throughput.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_group.h>

namespace dotcompute::bench {
namespace {

using Blocks = tbb::blocked_range<std::uint64_t>;

void small_loop(SmallArguments& arguments) {
  tbb::parallel_for(Blocks(0, arguments.y.size()), [&arguments](const Blocks& block) {
    saxpy(items_between(block.begin(), block.end()), arguments.a, arguments.x, arguments.y);
  });
}

void tbb_parallel_for(benchmark::State& state) {
  measure_small(state, &small_loop);
}

void tbb_task(benchmark::State& state) {
  tbb::task_group group;
  measure_small(state, [&group](SmallArguments& arguments) {
    group.run([&arguments] { saxpy(items_between(0, 1), arguments.a, arguments.x, arguments.y); });
    group.wait();
  });
}

void tbb_throughput(benchmark::State& state) {
  measure_throughput(state, &small_loop);
}

void tbb_large(benchmark::State& state) {
  measure_large(state, [](LargeArguments& arguments) {
    tbb::parallel_for(Blocks(0, arguments.y.size()), [&arguments](const Blocks& block) {
      relax(items_between(block.begin(), block.end()), arguments.x, arguments.y);
    });
  });
}

BENCHMARK(tbb_parallel_for)->Name("tbb_parallel_for")->Apply(&nanoseconds_each);
BENCHMARK(tbb_task)->Name("tbb_task")->Apply(&nanoseconds_each);
BENCHMARK(tbb_throughput)->Name("throughput/tbb_parallel_for")->Apply(&by_threads);
BENCHMARK(tbb_large)->Name("large/tbb_parallel_for")->Apply(&alone_and_beside);

}  // namespace
}  // namespace dotcompute::bench
