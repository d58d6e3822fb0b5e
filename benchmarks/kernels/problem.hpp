// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dotcompute::bench {

/// What one case works on. Which arrays mean what is said by the kernels in hand.cpp.
struct Problem {
  std::size_t size = 0;  ///< Elements; bodies of nbody; rows and columns of matmul.
  std::size_t side = 0;  ///< Rows and columns of what has two axes.
  std::vector<std::vector<float>> arrays;
  std::vector<double> partials;
  std::vector<std::int32_t> counts;
};

/// Runs the items, rows or blocks from `begin` to before `end`.
using RangeFunction = void (*)(Problem& problem, std::size_t begin, std::size_t end);

/// One kernel as people write it by hand.
struct HandKernel {
  std::string_view name;
  RangeFunction run;
};

inline constexpr std::size_t kSumBlock = 4096;  ///< Elements of one partial sum.
inline constexpr float kRate = 0.02F;
inline constexpr float kVolatility = 0.3F;
inline constexpr float kSoftening = 0.1F;
inline constexpr float kTimeStep = 0.01F;
inline constexpr float kDiffusion = 0.1F;
inline constexpr std::int32_t kMostIterations = 100;

}  // namespace dotcompute::bench

/// The same file compiled with -O3 -march=native, and with -ffast-math too.
namespace dotcompute::bench::hand {
[[nodiscard]] RangeFunction find(std::string_view kernel);
}
namespace dotcompute::bench::hand_fast_math {
[[nodiscard]] RangeFunction find(std::string_view kernel);
}
/// With AVX2 intrinsics; null for kernels that compilers do as well.
namespace dotcompute::bench::hand_avx2 {
[[nodiscard]] RangeFunction find(std::string_view kernel);
}
/// `run` over all `count` items on all threads.
namespace dotcompute::bench::openmp {
void run(Problem& problem, std::size_t count, RangeFunction run);
}
