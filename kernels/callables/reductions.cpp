// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>

namespace dotcompute::kernels {
namespace {

constexpr std::uint64_t kBlock = 4096;  // elements of one partial result; see kPartialExtents
constexpr const char* kPartialExtents = "(n + 4095) / 4096";

// Eight chains of additions run side by side where one would wait for each sum.
constexpr std::size_t kLanes = 8;

/// The sum, kept in double: of floats below 2^29 elements it loses nothing a float could show.
template <class T>
double sum_of(std::span<const T> values) {
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += static_cast<double>(values[i + lane]);
    }
  }
  double sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
               ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (; i < values.size(); ++i) {
    sum += static_cast<double>(values[i]);
  }
  return sum;
}

constexpr auto kLess = [](float a, float b) { return a < b; };
constexpr auto kGreater = [](float a, float b) { return a > b; };

/// The value that comes before all others, or NaN if any is: a comparison alone would skip it.
template <class Before>
float extremum_of(std::span<const float> values, float start, Before before) {
  std::array<float, kLanes> lanes{};
  lanes.fill(start);
  const auto take = [before](float& kept, float value) {
    kept = before(value, kept) || value != value ? value : kept;  // a NaN kept is never replaced
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      take(lanes[lane], values[i + lane]);
    }
  }
  for (; i < values.size(); ++i) {
    take(lanes[0], values[i]);
  }
  float extremum = start;
  for (const float value : lanes) {
    take(extremum, value);
  }
  return extremum;
}

float min_of(std::span<const float> values) {
  return extremum_of(values, std::numeric_limits<float>::infinity(), kLess);
}
float max_of(std::span<const float> values) {
  return extremum_of(values, -std::numeric_limits<float>::infinity(), kGreater);
}

/// The elements of x that partial result `index` is made of.
std::span<const float> block_of(const in<float>& x, std::uint64_t index) {
  const std::uint64_t begin = std::min(index * kBlock, x.size());
  return {x.data() + begin, std::min(kBlock, x.size() - begin)};
}

// First passes: partial result i is that of elements 4096 i to 4096 i + 4095.

void partial_sums(const ItemRange& items, in<float> x, out<double> partials) {
  const ItemRange range = inside(items, partials);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    partials[i] = sum_of(block_of(x, i));
  }
}
void partial_minima(const ItemRange& items, in<float> x, out<float> partials) {
  const ItemRange range = inside(items, partials);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    partials[i] = min_of(block_of(x, i));
  }
}
void partial_maxima(const ItemRange& items, in<float> x, out<float> partials) {
  const ItemRange range = inside(items, partials);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    partials[i] = max_of(block_of(x, i));
  }
}

// Second passes, and the reductions in one pass: one item, one thread.

void sum(std::span<const float> x, out<double> result) {
  result[0] = sum_of(x);
}
void mean(std::span<const float> x, out<double> result) {
  result[0] = sum_of(x) / static_cast<double>(x.size());
}
void min(std::span<const float> x, out<float> result) {
  result[0] = min_of(x);
}
void max(std::span<const float> x, out<float> result) {
  result[0] = max_of(x);
}
void sum_partials(std::span<const double> partials, out<double> result) {
  result[0] = sum_of(partials);
}
void mean_partials(std::span<const double> partials, std::uint64_t count, out<double> result) {
  result[0] = sum_of(partials) / static_cast<double>(count);
}

/// A kernel that takes `taken` and gives one value of T, all in one call of its body.
template <class T>
KernelMetadata whole(const char* name, std::vector<Parameter> parameters, std::uint32_t line) {
  parameters.push_back(output<T>("result", "1"));
  return {.name = name,
          .parameters = std::move(parameters),
          .is_parallel = false,
          .file = "kernels/reductions.cpp",
          .line = line};
}

/// A first pass with partial results of T.
template <class T>
KernelMetadata first_pass(const char* name, std::uint32_t line) {
  return {.name = name,
          .parameters = {input<float>("x", "n"), output<T>("partials", kPartialExtents)},
          .file = "kernels/reductions.cpp",
          .line = line,
          .operations_per_item = kBlock,
          .bytes_per_item = kBlock * sizeof(float) + sizeof(T)};
}

}  // namespace

void add_reductions(KernelModule& module) {
  module.add(first_pass<double>("partial_sums", __LINE__), &partial_sums);
  module.add(first_pass<float>("partial_minima", __LINE__), &partial_minima);
  module.add(first_pass<float>("partial_maxima", __LINE__), &partial_maxima);
  module.add(whole<double>("sum", {input<float>("x", "n")}, __LINE__), &sum);
  module.add(whole<double>("mean", {input<float>("x", "n")}, __LINE__), &mean);
  module.add(whole<float>("min", {input<float>("x", "n")}, __LINE__), &min);
  module.add(whole<float>("max", {input<float>("x", "n")}, __LINE__), &max);
  module.add(whole<double>("sum_partials", {input<double>("partials", "m")}, __LINE__),
             &sum_partials);
  module.add(
      whole<double>("mean_partials",
                    {input<double>("partials", "m"), scalar<std::uint64_t>("count")}, __LINE__),
      &mean_partials);
  module.add(whole<float>("min_partials", {input<float>("partials", "m")}, __LINE__), &min);
  module.add(whole<float>("max_partials", {input<float>("partials", "m")}, __LINE__), &max);
}

}  // namespace dotcompute::kernels
