// SPDX-License-Identifier: Apache-2.0
// Every kernel of the pack, on the instruction set that DOTCOMPUTE_INSTRUCTION_SET names, against
// the interpreter.
#include "dotcompute/dotcompute.hpp"
#include "dotcompute/generated/bodies.hpp"
#include "dotcompute/kernels.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string_view>
#include <tuple>
#include <vector>

namespace dotcompute {
namespace {

using generated::InstructionSet;

constexpr std::array<std::size_t, 8> kSizes{0, 1, 7, 31, 32, 33, 1000, 1'000'001};
struct Size2 {
  std::size_t rows;
  std::size_t cols;
};
constexpr std::array<Size2, 9> kSizes2{
    {{0, 5}, {1, 1}, {1, 33}, {7, 1}, {2, 31}, {5, 32}, {33, 65}, {130, 257}, {101, 9901}}};

class PackDifferential : public testing::Test {
 protected:
  PackDifferential()
      : runtime_(Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack))),
        orchestrator_(runtime_.orchestrator()) {}

  void SetUp() override {
    constexpr std::array<std::string_view, 4> kNames{"baseline", "v3", "v4", "neon"};
    const char* wanted = std::getenv("DOTCOMPUTE_INSTRUCTION_SET");
    const auto set = static_cast<std::size_t>(generated::instruction_set());
    if (wanted != nullptr && kNames[set] != wanted) {
      GTEST_SKIP() << "this machine has no " << wanted << ", only " << kNames[set];
    }
  }

  static std::vector<float> values(std::size_t count, float low, float high) {
    std::mt19937 random(static_cast<std::uint32_t>(count * 7 + 1));
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> values(count);
    for (float& value : values) {
      value = distribution(random);
    }
    return values;
  }

  /// What `kernel` gives on the CPU and in the interpreter.
  template <class Output, class... Arguments>
  std::pair<Output, Output> both(const Arguments&... arguments) {
    return {orchestrator_.with({.force_backend = AcceleratorType::cpu})
                .template execute<Output>(arguments...),
            orchestrator_.with({.force_backend = AcceleratorType::interpreter})
                .template execute<Output>(arguments...)};
  }

  /// The distance in units in the last place of the larger one.
  template <class T>
  static double ulps(T a, T b, T scale) {
    if (a == b || (std::isnan(a) && std::isnan(b))) {
      return 0;
    }
    const T largest = std::max({std::fabs(a), std::fabs(b), std::fabs(scale)});
    return std::fabs(static_cast<double>(a) - static_cast<double>(b)) /
           (std::nextafter(largest, std::numeric_limits<T>::infinity()) - largest);
  }

  /// \param scale of what was added up: of sums that cancel out, less is left than was rounded.
  template <class Outputs>
  static void expect_close(const Outputs& pair, double limit, float scale = 0) {
    ASSERT_EQ(pair.first.size(), pair.second.size());
    double worst = 0;
    for (std::size_t i = 0; i < pair.first.size(); ++i) {
      worst =
          std::max(worst, ulps(pair.first.data()[i], pair.second.data()[i],
                               static_cast<std::decay_t<decltype(pair.first.data()[i])>>(scale)));
    }
    EXPECT_LE(worst, limit) << pair.first.size() << " elements";
  }
  template <class Outputs>
  static void expect_same(const Outputs& pair) {
    ASSERT_EQ(pair.first.size(), pair.second.size());
    EXPECT_TRUE(std::equal(pair.first.begin(), pair.first.end(), pair.second.begin()))
        << pair.first.size() << " elements";
  }

  Runtime runtime_;
  Orchestrator& orchestrator_;
};

// R2.4
TEST_F(PackDifferential, Arithmetic) {
  for (const std::size_t size : kSizes) {
    const auto a = values(size, -100, 100);
    const auto b = values(size, 1, 2);

    expect_same(both<std::vector<float>>(kernels::kVectorAdd, a, b));
    expect_same(both<std::vector<float>>(kernels::kVectorDouble, a));
    std::pair<std::vector<float>, std::vector<float>> y{b, b};
    orchestrator_.with({.force_backend = AcceleratorType::cpu})
        .execute(kernels::kSaxpy, 2.5F, a, y.first);
    orchestrator_.with({.force_backend = AcceleratorType::interpreter})
        .execute(kernels::kSaxpy, 2.5F, a, y.second);
    expect_close(y, 1, 250);
    std::vector<std::int32_t> numbers(size, std::numeric_limits<std::int32_t>::max() - 1);
    std::pair<std::vector<std::int32_t>, std::vector<std::int32_t>> counted{numbers, numbers};
    for (int round = 0; round < 2; ++round) {
      orchestrator_.with({.force_backend = AcceleratorType::cpu})
          .execute(kernels::kSimpleKernel, counted.first);
      orchestrator_.with({.force_backend = AcceleratorType::interpreter})
          .execute(kernels::kSimpleKernel, counted.second);
    }
    expect_same(counted);
  }
}

// R2.4
TEST_F(PackDifferential, Reductions) {
  for (const std::size_t size : kSizes) {
    auto x = values(size, -10, 10);
    if (size > 40) {
      x[size / 2] = -std::numeric_limits<float>::infinity();
    }

    expect_same(both<std::vector<double>>(kernels::kPartialSums, x));
    expect_same(both<std::vector<float>>(kernels::kPartialMinima, x));
    expect_same(both<std::vector<float>>(kernels::kPartialMaxima, x));
    expect_same(both<std::vector<double>>(kernels::kSum, x));
    expect_same(both<std::vector<float>>(kernels::kMin, x));
    expect_same(both<std::vector<float>>(kernels::kMax, x));
    expect_same(both<std::vector<float>>(kernels::kMinPartials, x));
    expect_same(both<std::vector<float>>(kernels::kMaxPartials, x));
    if (size > 0) {
      const std::vector<double> partials(x.begin(), x.end());
      expect_same(both<std::vector<double>>(kernels::kMean, x));
      expect_same(both<std::vector<double>>(kernels::kSumPartials, partials));
      expect_same(both<std::vector<double>>(kernels::kMeanPartials, partials, std::uint64_t{size}));
    }
  }
}

// R2.4
TEST_F(PackDifferential, BlackScholes) {
  for (const std::size_t size : kSizes) {
    const auto spot = values(size, 5, 30);
    const auto strike = values(size, 1, 100);
    const auto years = values(size, 0.25F, 10);

    using Prices = std::tuple<std::vector<float>, std::vector<float>>;
    const auto [cpu, reference] =
        both<Prices>(kernels::kBlackScholes, spot, strike, years, 0.02F, 0.3F);

    // Prices are differences of amounts of up to 130; 4 units for each of exp and log.
    expect_close(std::pair(std::get<0>(cpu), std::get<0>(reference)), 8, 130);
    expect_close(std::pair(std::get<1>(cpu), std::get<1>(reference)), 8, 130);
  }
}

// R2.4
TEST_F(PackDifferential, NBody) {
  for (const std::size_t size : {0, 1, 7, 31, 32, 33, 1000}) {
    const auto place = values(static_cast<std::size_t>(size), -1, 1);
    const auto speed = values(static_cast<std::size_t>(size) + 1, -1, 1);
    const std::vector<float> v(speed.begin() + 1, speed.end());
    const auto mass = values(static_cast<std::size_t>(size), 0.5F, 1);
    using Floats = std::vector<float>;
    using Step = std::tuple<Floats, Floats, Floats, Floats, Floats, Floats>;

    const auto [cpu, reference] =
        both<Step>(kernels::kNBodyStep, place, v, mass, v, place, mass, mass, 0.001F, 0.1F);

    // Each of n forces is rounded some times; a step is a thousandth of their sum.
    const double limit = 4.0 + 0.01 * static_cast<double>(size);
    expect_close(std::pair(std::get<0>(cpu), std::get<0>(reference)), limit, 1);
    expect_close(std::pair(std::get<3>(cpu), std::get<3>(reference)), limit, 1);
    expect_close(std::pair(std::get<5>(cpu), std::get<5>(reference)), limit, 1);
  }
}

// R2.4
TEST_F(PackDifferential, KernelsOfRowsAndColumns) {
  for (const auto& [rows, cols] : kSizes2) {
    const auto cells = values(rows * cols, -1, 1);
    const ArrayView<const float, 2> grid(cells.data(), {rows, cols});
    std::vector<std::uint8_t> bytes(rows * cols * 3);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(i * 37 + i / 11);
    }
    const ArrayView<const std::uint8_t, 3> rgb(bytes.data(), {rows, cols, 3});
    const ArrayView<const std::uint8_t, 2> image(bytes.data(), {rows, cols});

    expect_close(both<HostArray<float>>(kernels::kStencil5, grid, 0.2F), 2, 2);
    expect_same(both<HostArray<std::uint8_t>>(kernels::kGrey, rgb));
    expect_same(both<HostArray<std::uint8_t>>(kernels::kBlur3, image));
    expect_same(both<HostArray<std::uint8_t>>(kernels::kSobel, image));
  }
}

// R2.4
TEST_F(PackDifferential, Matmul) {
  for (const auto& [rows, cols] : kSizes2) {
    for (const std::size_t inner : {0, 1, 33}) {
      const auto left = values(rows * inner, -1, 1);
      const auto right = values(inner * cols, -1, 1);
      const ArrayView<const float, 2> a(left.data(), {rows, inner});
      const ArrayView<const float, 2> b(right.data(), {inner, cols});

      expect_close(both<HostArray<float>>(kernels::kMatmul, a, b), 33, 1);
    }
  }
}

// R2.4
TEST_F(PackDifferential, Mandelbrot) {
  for (const auto& [rows, cols] : kSizes2) {
    // So few iterations that a rounding has not yet grown into another count.
    expect_same(both<HostArray<std::int32_t>>(kernels::kMandelbrot, static_cast<std::int32_t>(rows),
                                              static_cast<std::int32_t>(cols), -2.0, 1.2, 0.0113,
                                              std::int32_t{24}));
  }
}

}  // namespace
}  // namespace dotcompute
