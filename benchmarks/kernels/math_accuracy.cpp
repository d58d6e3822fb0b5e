// SPDX-License-Identifier: Apache-2.0
// Prints docs/math-accuracy.md: `math_accuracy > docs/math-accuracy.md` takes some minutes, as each
// function of one float is asked for all 2^32 of them; `math_accuracy 61` asks for every 61st.
#include "unit/math/ulp.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::math_test {
namespace {

constexpr std::size_t kBlock = 4096;

struct Worst {
  double ulps = 0;
  double at = 0;

  void add(const Worst& other) {
    if (other.ulps > ulps) {
      ulps = other.ulps;
      at = other.at;
    }
  }
};

template <class T, class Wide>
Worst measure(const Function<T, Wide>& function, const std::vector<T>& x) {
  std::vector<T> result(x.size());
  Worst worst;
  function.run(x.data(), result.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double ulps = ulps_between(result[i], function.exact(x[i]));
    if (ulps > worst.ulps) {
      worst.ulps = ulps;
      worst.at = static_cast<double>(x[i]);
    }
  }
  return worst;
}

Worst over_floats(const Function<float, double>& function,
                  std::uint64_t begin,
                  std::uint64_t end,
                  std::uint64_t step) {
  Worst worst;
  std::vector<float> x(kBlock);
  for (std::uint64_t bits = begin; bits < end; bits += step * kBlock) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      x[i] = std::bit_cast<float>(static_cast<std::uint32_t>(std::min(bits + i * step, end - 1)));
    }
    worst.add(measure(function, x));
  }
  return worst;
}

Worst over_floats(const Function<float, double>& function, std::uint64_t step) {
  constexpr std::uint64_t kAll = std::uint64_t{1} << 32U;
  Worst lower;
  std::thread other([&] { lower = over_floats(function, 0, kAll / 2, step); });
  Worst worst = over_floats(function, kAll / 2, kAll, step);
  other.join();
  worst.add(lower);
  return worst;
}

Worst over_doubles(const Function<double, long double>& function) {
  Worst worst;
  std::vector<double> x(kBlock);
  std::uint64_t bits = 0;
  for (int block = 0; block < 500; ++block) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      bits += 0x9E37'79B9'7F4A'7C15U;
      const double near = static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-63;
      x[i] = i % 2 == 0 ? std::bit_cast<double>(bits) : near * (block % 3 == 0 ? 1 : 700);
    }
    worst.add(measure(function, x));
  }
  return worst;
}

void print_row(const char* name, const Worst& worst) {
  std::printf("| %s | %.3f | %.9g |\n", name, worst.ulps, worst.at);
}

void print(std::uint64_t step) {
  const auto [set, functions] = usable_functions().back();
  std::printf(
      "# Accuracy of the mathematics in generated CPU code\n\n"
      "Written by `benchmarks/kernels/math_accuracy`; `tests/unit/math` checks a sample of it, "
      "the\n"
      "special values and the other instruction sets. The unit is the distance of neighbouring\n"
      "floats (ULP) at the exact result, which here is that of the C library in a wider type. The\n"
      "limit is 4. NaN, infinities, the signs of zeros and denormal numbers are as in C.\n\n"
      "The coefficients are those of `scripts/fit_math.py`. Instruction set of this run: %s.\n\n"
      "## float: every %llu. of all 2^32 values\n\n"
      "| function | largest error (ULP) | at |\n|---|---|---|\n",
      set, static_cast<unsigned long long>(step));
  for (std::size_t i = 0; i < functions->of_float_count; ++i) {
    print_row(functions->of_float[i].name, over_floats(functions->of_float[i], step));
    std::fflush(stdout);
  }
  std::printf(
      "\n`pow`, `atan2` and `hypot` go the same way through double and are held to the same limit\n"
      "over 200,000 pairs in the tests. `fma`, `copysign`, `fdim`, `fmin`, `fmax`, `abs`, `min`, "
      "`max` and\n"
      "`clamp` are exact. `fmod`, `remainder`, `tgamma` and `lgamma` are the C library's, one item "
      "at a\n"
      "time.\n\n"
      "## double: two million values\n\n"
      "| function | largest error (ULP) | at |\n|---|---|---|\n");
  for (std::size_t i = 0; i < functions->of_double_count; ++i) {
    print_row(functions->of_double[i].name, over_doubles(functions->of_double[i]));
  }
  std::printf(
      "\nThe other functions of double, `sin`, `cos` and `tan` among them, are the C library's, "
      "one\n"
      "item at a time. On processors without an instruction for fused multiply-add, `fma` is the "
      "C\n"
      "library's too.\n");
}

}  // namespace
}  // namespace dotcompute::math_test

int main(int argc, char** argv) {
  dotcompute::math_test::print(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1);
}
