// SPDX-License-Identifier: Apache-2.0
// Whole warm calls of a kernel with one item: ours in all forms, and a plain call as the measure.
#include "measure.hpp"

#include <cstdint>
#include <functional>
#include <future>

namespace dotcompute::bench {
namespace {

void by_name(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute("saxpy", {{"a", arguments.a}, {"x", arguments.x}, {"y", arguments.y}});
  });
}

void handle(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute(kSaxpy, arguments.a, arguments.x, arguments.y);
  });
}

void direct_call(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    saxpy(items_between(0, 1), arguments.a, arguments.x, arguments.y);
  });
}

void std_function(benchmark::State& state) {
  std::function<void(const ItemRange&, float, in<float>, inout<float>)> function = &saxpy;
  benchmark::DoNotOptimize(function);
  measure_small(state, [&function](SmallArguments& arguments) {
    function(items_between(0, 1), arguments.a, arguments.x, arguments.y);
  });
}

/// The null back end runs no kernel: what is left is the way there.
template <class Call>
void measure_null(benchmark::State& state, const Call& call) {
  SmallArguments arguments;
  benchmark::DoNotOptimize(arguments);
  let_others_sleep();
  for (int count = 0; count < kWarmCalls; ++count) {
    call(arguments);
  }
  if (arguments.y[0] != 1) {
    state.SkipWithError("The null back end has run a kernel.");
    return;
  }
  for (auto _ : state) {
    call(arguments);
    benchmark::ClobberMemory();
  }
}

OrchestratorWithOptions on_null() {
  return orchestrator().with({.force_backend = AcceleratorType::null});
}

void by_name_null(benchmark::State& state) {
  measure_null(state, [null = on_null()](SmallArguments& arguments) {
    null.execute("saxpy", {{"a", arguments.a}, {"x", arguments.x}, {"y", arguments.y}});
  });
}

void handle_null(benchmark::State& state) {
  measure_null(state, [null = on_null()](SmallArguments& arguments) {
    null.execute(kSaxpy, arguments.a, arguments.x, arguments.y);
  });
}

void async_small(benchmark::State& state) {
  SmallArguments first;
  // Until it has been seen how long the kernel takes, a call may well go to a worker.
  for (int count = 0; count < kWarmCalls; ++count) {
    orchestrator().execute_async(kSaxpy, first.a, first.x, first.y).get();
  }
  if (!orchestrator().execute_async(kSaxpy, first.a, first.x, first.y).is_ready()) {
    state.SkipWithError("A small asynchronous call went to another thread.");
    return;
  }
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute_async(kSaxpy, arguments.a, arguments.x, arguments.y).get();
  });
}

void std_async(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    std::async(std::launch::async, [&arguments] {
      saxpy(items_between(0, 1), arguments.a, arguments.x, arguments.y);
    }).get();
  });
}

// Four arguments: what naming them costs.

void named_4(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute(
        "axpby", {{"y", arguments.y}, {"b", arguments.b}, {"a", arguments.a}, {"x", arguments.x}});
  });
}

void named_4_in_order(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute(
        "axpby", {{"a", arguments.a}, {"x", arguments.x}, {"b", arguments.b}, {"y", arguments.y}});
  });
}

void positional_4(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute("axpby", arguments.a, arguments.x, arguments.b, arguments.y);
  });
}

void handle_4(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    orchestrator().execute(kAxpby, arguments.a, arguments.x, arguments.b, arguments.y);
  });
}

BENCHMARK(by_name)->Name("by_name")->Apply(&nanoseconds_each);
BENCHMARK(handle)->Name("handle")->Apply(&nanoseconds_each);
BENCHMARK(by_name_null)->Name("by_name/null")->Apply(&nanoseconds_each);
BENCHMARK(handle_null)->Name("handle/null")->Apply(&nanoseconds_each);
BENCHMARK(direct_call)->Name("direct_call")->Apply(&nanoseconds_each);
BENCHMARK(std_function)->Name("std_function")->Apply(&nanoseconds_each);
BENCHMARK(async_small)->Name("async_small")->Apply(&nanoseconds_each);
BENCHMARK(std_async)->Name("std_async")->Apply(&microseconds_each);
BENCHMARK(named_4)->Name("named_4")->Apply(&nanoseconds_each);
BENCHMARK(named_4_in_order)->Name("named_4/in_order")->Apply(&nanoseconds_each);
BENCHMARK(positional_4)->Name("named_4/positional")->Apply(&nanoseconds_each);
BENCHMARK(handle_4)->Name("named_4/handle")->Apply(&nanoseconds_each);

}  // namespace
}  // namespace dotcompute::bench
