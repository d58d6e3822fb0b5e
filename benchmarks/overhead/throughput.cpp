// SPDX-License-Identifier: Apache-2.0
#include "throughput.hpp"

namespace dotcompute::bench {
namespace {

void handle_throughput(benchmark::State& state) {
  measure_throughput(state, [](SmallArguments& arguments) {
    orchestrator().execute(kSaxpy, arguments.a, arguments.x, arguments.y);
  });
}

// Shows what the machine can do: two processors need not be two cores.
void direct_throughput(benchmark::State& state) {
  measure_throughput(state, [](SmallArguments& arguments) {
    saxpy(items_between(0, 1), arguments.a, arguments.x, arguments.y);
  });
}

BENCHMARK(handle_throughput)->Name("throughput/handle")->Apply(&by_threads);
BENCHMARK(direct_throughput)->Name("throughput/direct_call")->Apply(&by_threads);

}  // namespace
}  // namespace dotcompute::bench
