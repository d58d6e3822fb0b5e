// SPDX-License-Identifier: Apache-2.0
// The kernel pack through typed handles, beside what people write by hand. One case for each kernel,
// size and way: kernel/<name>/<size>/<way>.
#include "dotcompute/kernels.hpp"

#include "problem.hpp"

#include "dotcompute/dotcompute.hpp"

#include <benchmark/benchmark.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#if defined(DC_HAS_OPENBLAS)
#include <cblas.h>
#endif

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::bench {
namespace {

Runtime make_runtime(std::uint32_t threads) {
  RuntimeOptions options;
  options.cpu_threads = threads;
  return Runtime::create(
      RuntimeBuilder().options(std::move(options)).add_module(&register_kernel_pack));
}

// Set by the case that runs: on all threads, or on the caller's alone.
bool is_on_one_thread = false;

const Orchestrator& orchestrator() {
  static Runtime all_threads = make_runtime(0);
  static Runtime one_thread = make_runtime(1);
  return is_on_one_thread ? one_thread.orchestrator() : all_threads.orchestrator();
}

struct Kernel {
  std::string_view name;
  std::vector<std::size_t> sizes;
  std::size_t arrays;
  bool has_sides;
  std::size_t grain;  // items, rows or blocks that one task of TBB takes at least
  void (*run)(Problem& problem);
};

ArrayView<const float, 2> square_of(const Problem& p, std::size_t array) {
  return {p.arrays[array].data(), {p.side, p.side}};
}
ArrayView<float, 2> square_of(Problem& p, std::size_t array) {
  return {p.arrays[array].data(), {p.side, p.side}};
}

void run_vector_add(Problem& p) {
  orchestrator().execute(kernels::kVectorAdd, p.arrays[0], p.arrays[1], p.arrays[2]);
}
void run_saxpy(Problem& p) {
  orchestrator().execute(kernels::kSaxpy, 0.5F, p.arrays[0], p.arrays[1]);
}
void run_stencil(Problem& p) {
  orchestrator().execute(kernels::kStencil5, square_of(std::as_const(p), 0), kDiffusion,
                         square_of(p, 1));
}
void run_sum(Problem& p) {
  orchestrator().execute(kernels::kPartialSums, p.arrays[0], p.partials);
}
void run_black_scholes(Problem& p) {
  orchestrator().execute(kernels::kBlackScholes, p.arrays[0], p.arrays[1], p.arrays[2], kRate,
                         kVolatility, p.arrays[3], p.arrays[4]);
}
void run_nbody(Problem& p) {
  auto& a = p.arrays;
  orchestrator().execute(kernels::kNBodyStep, a[0], a[1], a[2], a[3], a[4], a[5], a[6], kTimeStep,
                         kSoftening, a[7], a[8], a[9], a[10], a[11], a[12]);
}
void run_matmul(Problem& p) {
  orchestrator().execute(kernels::kMatmul, square_of(std::as_const(p), 0),
                         square_of(std::as_const(p), 1), square_of(p, 2));
}
void run_mandelbrot(Problem& p) {
  const auto side = static_cast<std::int32_t>(p.side);
  orchestrator().execute(kernels::kMandelbrot, side, side, -2.0, 1.5,
                         3.0 / static_cast<double>(p.side), kMostIterations,
                         ArrayView<std::int32_t, 2>(p.counts.data(), {p.side, p.side}));
}

const std::vector<std::size_t> kUsualSizes{16'384, 1U << 20U, 1U << 24U};

const std::vector<Kernel>& all_kernels() {
  static const std::vector<Kernel> kernels{
      {"vector_add", kUsualSizes, 3, false, 4096, &run_vector_add},
      {"saxpy", kUsualSizes, 2, false, 4096, &run_saxpy},
      {"stencil", kUsualSizes, 2, true, 8, &run_stencil},
      {"sum", kUsualSizes, 1, false, 1, &run_sum},
      {"black_scholes", kUsualSizes, 5, false, 1024, &run_black_scholes},
      {"nbody", {1024, 8192}, 13, false, 16, &run_nbody},
      {"matmul", {512, 1024}, 3, true, 4, &run_matmul},
      {"mandelbrot", kUsualSizes, 0, true, 1, &run_mandelbrot}};
  return kernels;
}

Problem make_problem(const Kernel& kernel, std::size_t size) {
  Problem p;
  p.size = size;
  p.side = kernel.name == "matmul"
               ? size
               : static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(size))));
  const std::size_t elements = kernel.name == "matmul" ? size * size : size;
  constexpr std::size_t kPeriod = 65'536;
  p.arrays.resize(kernel.arrays);
  for (std::size_t array = 0; array < kernel.arrays; ++array) {
    auto& values = p.arrays[array];
    values.resize(elements);
    for (std::size_t i = 0; i < elements; ++i) {
      values[i] = i < kPeriod ? 0.25F + static_cast<float>((i * (7 + array) + array) % 101) * 0.1F
                              : values[i - kPeriod];
    }
  }
  if (kernel.name == "sum") {
    p.partials.resize(elements / kSumBlock);
  } else if (kernel.name == "mandelbrot") {
    p.counts.resize(elements);
  }
  return p;
}

// What the range of a hand-written kernel counts.
std::size_t count_of(const Kernel& kernel, const Problem& p) {
  return kernel.name == "sum" ? p.partials.size() : kernel.has_sides ? p.side : p.size;
}

double sum_of_results(const Kernel& kernel, const Problem& p) {
  double sum = 0;
  const std::size_t first = kernel.name == "nbody"           ? 7
                            : kernel.name == "black_scholes" ? 3
                            : kernel.arrays > 0              ? kernel.arrays - 1
                                                             : 0;
  for (std::size_t array = first; array < p.arrays.size(); ++array) {
    for (const float value : p.arrays[array]) {
      sum += static_cast<double>(value);
    }
  }
  for (const double value : p.partials) {
    sum += value;
  }
  for (const std::int32_t value : p.counts) {
    sum += value;
  }
  return sum;
}

double right_sum(const Kernel& kernel, std::size_t size) {
  static std::map<std::pair<std::string_view, std::size_t>, double> known;
  const auto [entry, is_new] = known.try_emplace({kernel.name, size});
  if (is_new) {
    Problem p = make_problem(kernel, size);
    hand::find(kernel.name)(p, 0, count_of(kernel, p));
    entry->second = sum_of_results(kernel, p);
  }
  return entry->second;
}

using Way = std::function<void(Problem&)>;

// Each case has seen that its result is that of the plain loop.
void measure(benchmark::State& state, const Kernel& kernel, std::size_t size, const Way& way) {
  const double right = right_sum(kernel, size);
  Problem p = make_problem(kernel, size);
  way(p);
  if (std::fabs(sum_of_results(kernel, p) - right) > 1e-3 * std::fabs(right) + 1e-3) {
    state.SkipWithError("The result is wrong.");
    return;
  }
  way(p);
  for (auto _ : state) {
    way(p);
    benchmark::ClobberMemory();
  }
}

void add_case(const Kernel& kernel, std::size_t size, const char* name, const Way& way) {
  const std::string id =
      "kernel/" + std::string(kernel.name) + "/" + std::to_string(size) + "/" + name;
  benchmark::RegisterBenchmark(
      id.c_str(),
      [&kernel, size, way](benchmark::State& state) { measure(state, kernel, size, way); })
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond)
      ->MinTime(0.02);
}

void add_cases(const Kernel& kernel, std::size_t size) {
  const RangeFunction plain = hand::find(kernel.name);
  const RangeFunction fast = hand_fast_math::find(kernel.name);
  const auto whole = [&kernel](RangeFunction run) -> Way {
    return [&kernel, run](Problem& p) { run(p, 0, count_of(kernel, p)); };
  };
  add_case(kernel, size, "dotcompute", [&kernel](Problem& p) {
    is_on_one_thread = false;
    kernel.run(p);
  });
  add_case(kernel, size, "one_thread", [&kernel](Problem& p) {
    is_on_one_thread = true;
    kernel.run(p);
  });
  add_case(kernel, size, "hand", whole(plain));
  add_case(kernel, size, "hand_fast_math", whole(fast));
  // The same inner loop as the best of the two, on all threads.
  add_case(kernel, size, "tbb", [&kernel, fast](Problem& p) {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count_of(kernel, p), kernel.grain),
        [&](const tbb::blocked_range<std::size_t>& part) { fast(p, part.begin(), part.end()); });
  });
#if defined(DC_HAS_OPENMP)
  add_case(kernel, size, "openmp",
           [&kernel, fast](Problem& p) { openmp::run(p, count_of(kernel, p), fast); });
#endif
  if (const RangeFunction avx2 = hand_avx2::find(kernel.name)) {
    add_case(kernel, size, "hand_avx2", whole(avx2));
  }
#if defined(DC_HAS_OPENBLAS)
  if (kernel.name == "matmul") {
    add_case(kernel, size, "openblas", [](Problem& p) {
      const auto n = static_cast<int>(p.side);
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0F, p.arrays[0].data(), n,
                  p.arrays[1].data(), n, 0.0F, p.arrays[2].data(), n);
    });
  }
#endif
}

}  // namespace
}  // namespace dotcompute::bench

int main(int argc, char** argv) {
  for (const auto& kernel : dotcompute::bench::all_kernels()) {
    for (const std::size_t size : kernel.sizes) {
      dotcompute::bench::add_cases(kernel, size);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
