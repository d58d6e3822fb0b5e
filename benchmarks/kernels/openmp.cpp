// SPDX-License-Identifier: Apache-2.0
#include "problem.hpp"

#include <omp.h>

namespace dotcompute::bench::openmp {

void run(Problem& problem, std::size_t count, RangeFunction run) {
#pragma omp parallel
  {
    const auto threads = static_cast<std::size_t>(omp_get_num_threads());
    const auto thread = static_cast<std::size_t>(omp_get_thread_num());
    run(problem, count * thread / threads, count * (thread + 1) / threads);
  }
}

}  // namespace dotcompute::bench::openmp
