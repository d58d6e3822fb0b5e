// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace {

constexpr std::size_t kBlock = 4096;  // elements of one partial result

// Eight chains of operations run side by side where one would wait for each result.
constexpr std::size_t kLanes = 8;

/// The sum of the elements from `begin` to `end`, kept in double: of floats below 2^29 elements it
/// loses nothing a float could show.
template <class T>
DC_DEVICE double sum_of(std::span<const T> values, std::size_t begin, std::size_t end) {
  double lanes[kLanes] = {};
  std::size_t i = begin;
  for (; i + kLanes <= end; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += static_cast<double>(values[i + lane]);
    }
  }
  double sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
               ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (; i < end; ++i) {
    sum += static_cast<double>(values[i]);
  }
  return sum;
}

/// The lesser value or, if not `kLeast`, the greater one; NaN if one is: a comparison alone would
/// skip it.
template <bool kLeast>
DC_DEVICE float either(float kept, float value) {
  const bool is_before = kLeast ? value < kept : value > kept;
  return is_before || value != value ? value : kept;  // a NaN kept is never replaced
}

/// The least or the greatest of the elements from `begin` to `end`; infinity of none.
template <bool kLeast>
DC_DEVICE float extremum_of(std::span<const float> values, std::size_t begin, std::size_t end) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kStart = kLeast ? kInfinity : -kInfinity;
  float lanes[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    lanes[lane] = kStart;
  }
  std::size_t i = begin;
  for (; i + kLanes <= end; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = either<kLeast>(lanes[lane], values[i + lane]);
    }
  }
  float extremum = kStart;
  for (; i < end; ++i) {
    extremum = either<kLeast>(extremum, values[i]);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    extremum = either<kLeast>(extremum, lanes[lane]);
  }
  return extremum;
}

}  // namespace

// First passes: partial result i is that of elements 4096 i to 4096 i + 4095.

DC_SHAPE(x, n)
DC_SHAPE(partials, (n + 4095) / 4096)
DC_KERNEL void partial_sums(std::span<const float> x, std::span<double> partials) {
  const std::size_t i = dc::global_id();
  if (i >= partials.size()) {
    return;
  }
  partials[i] = sum_of(x, i * kBlock, std::min(i * kBlock + kBlock, x.size()));
}

DC_SHAPE(x, n)
DC_SHAPE(partials, (n + 4095) / 4096)
DC_KERNEL void partial_minima(std::span<const float> x, std::span<float> partials) {
  const std::size_t i = dc::global_id();
  if (i >= partials.size()) {
    return;
  }
  partials[i] = extremum_of<true>(x, i * kBlock, std::min(i * kBlock + kBlock, x.size()));
}

DC_SHAPE(x, n)
DC_SHAPE(partials, (n + 4095) / 4096)
DC_KERNEL void partial_maxima(std::span<const float> x, std::span<float> partials) {
  const std::size_t i = dc::global_id();
  if (i >= partials.size()) {
    return;
  }
  partials[i] = extremum_of<false>(x, i * kBlock, std::min(i * kBlock + kBlock, x.size()));
}

// Second passes, and the reductions in one pass: one item, one thread.

DC_SHAPE(x, n)
DC_SHAPE(result, 1)
DC_KERNEL void sum(std::span<const float> x, std::span<double> result) {
  result[0] = sum_of(x, 0, x.size());
}

DC_SHAPE(x, n)
DC_SHAPE(result, 1)
DC_KERNEL void mean(std::span<const float> x, std::span<double> result) {
  result[0] = sum_of(x, 0, x.size()) / static_cast<double>(x.size());
}

DC_SHAPE(x, n)
DC_SHAPE(result, 1)
DC_KERNEL void min(std::span<const float> x, std::span<float> result) {
  result[0] = extremum_of<true>(x, 0, x.size());
}

DC_SHAPE(x, n)
DC_SHAPE(result, 1)
DC_KERNEL void max(std::span<const float> x, std::span<float> result) {
  result[0] = extremum_of<false>(x, 0, x.size());
}

DC_SHAPE(partials, m)
DC_SHAPE(result, 1)
DC_KERNEL void sum_partials(std::span<const double> partials, std::span<double> result) {
  result[0] = sum_of(partials, 0, partials.size());
}

DC_SHAPE(partials, m)
DC_SHAPE(result, 1)
DC_KERNEL void mean_partials(std::span<const double> partials,
                             std::uint64_t count,
                             std::span<double> result) {
  result[0] = sum_of(partials, 0, partials.size()) / static_cast<double>(count);
}

DC_SHAPE(partials, m)
DC_SHAPE(result, 1)
DC_KERNEL void min_partials(std::span<const float> partials, std::span<float> result) {
  result[0] = extremum_of<true>(partials, 0, partials.size());
}

DC_SHAPE(partials, m)
DC_SHAPE(result, 1)
DC_KERNEL void max_partials(std::span<const float> partials, std::span<float> result) {
  result[0] = extremum_of<false>(partials, 0, partials.size());
}
