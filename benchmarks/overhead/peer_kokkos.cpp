// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

#include <Kokkos_Core.hpp>

#include <cstdlib>

namespace dotcompute::bench {
namespace {

void kokkos_serial_fence(benchmark::State& state) {
  // Kokkos can be started once only.
  static const bool started = [] {
    Kokkos::initialize();
    return std::atexit([] { Kokkos::finalize(); }) == 0;
  }();
  if (!started) {
    state.SkipWithError("Kokkos cannot be started.");
    return;
  }
  measure_small(state, [](SmallArguments& arguments) {
    Kokkos::parallel_for(Kokkos::RangePolicy<Kokkos::Serial, Kokkos::IndexType<std::uint64_t>>(
                             0, arguments.y.size()),
                         [&arguments](std::uint64_t i) {
                           saxpy(items_between(i, i + 1), arguments.a, arguments.x, arguments.y);
                         });
    Kokkos::fence();
  });
}

BENCHMARK(kokkos_serial_fence)->Name("kokkos_serial_fence")->Apply(&nanoseconds_each);

}  // namespace
}  // namespace dotcompute::bench
