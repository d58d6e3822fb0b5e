// SPDX-License-Identifier: Apache-2.0
// Kernels of a module that dotc loads.
#include "geometry.hpp"

#include <dotcompute/kernel.hpp>

namespace test {

DC_DEVICE float length_of(Point point) {
  return std::sqrt(point.x * point.x + point.y * point.y);
}

DC_KERNEL void lengths(std::span<const float> x,
                       std::span<const float> y,
                       std::span<float> length) {
  const std::size_t i = dc::global_id();
  if (i >= length.size()) {
    return;
  }
  length[i] = length_of({x[i], y[i]});
}

DC_KERNEL void norms(std::span<const Point> points, std::span<float> norm) {
  const std::size_t i = dc::global_id();
  if (i >= norm.size()) {
    return;
  }
  norm[i] = length_of(points[i]);
}

}  // namespace test
