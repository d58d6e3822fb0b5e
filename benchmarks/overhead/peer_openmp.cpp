// SPDX-License-Identifier: Apache-2.0
// The only file that is compiled with OpenMP.
#include "large.hpp"

#include <algorithm>

namespace dotcompute::bench {
namespace {

void openmp(benchmark::State& state) {
  measure_small(state, [](SmallArguments& arguments) {
    const std::uint64_t items = arguments.y.size();
#pragma omp parallel for
    for (std::uint64_t i = 0; i < items; ++i) {
      saxpy(items_between(i, i + 1), arguments.a, arguments.x, arguments.y);
    }
  });
}

void openmp_large(benchmark::State& state) {
  measure_large(state, [](LargeArguments& arguments) {
    // In blocks, as one call for each item would cost more than the item.
    constexpr std::uint64_t kBlock = 64;
    const std::uint64_t items = arguments.y.size();
#pragma omp parallel for
    for (std::uint64_t begin = 0; begin < items; begin += kBlock) {
      relax(items_between(begin, std::min(begin + kBlock, items)), arguments.x, arguments.y);
    }
  });
}

BENCHMARK(openmp)->Name("openmp")->Apply(&microseconds_each);
BENCHMARK(openmp_large)->Name("large/openmp")->Apply(&alone_and_beside);

}  // namespace
}  // namespace dotcompute::bench
