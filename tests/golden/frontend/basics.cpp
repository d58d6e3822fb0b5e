// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace golden {

constexpr float kWeights[3] = {0.25F, 0.5F, 0.25F};
constexpr double kScale = 1.5;
constexpr int kRadius = 1;

DC_KERNEL void vector_add(std::span<const float> a, std::span<const float> b, std::span<float> r) {
  const std::size_t i = dc::global_id();
  if (i >= r.size()) {
    return;
  }
  r[i] = a[i] + b[i];
}

DC_KERNEL DC_SHAPE(x, n)
DC_SHAPE(y, n)
DC_GROUP(64)
void smooth(dc::in<float> x, dc::out<float> y) {
  const int i = static_cast<int>(dc::global_id());
  const int n = static_cast<int>(y.size());
  if (i >= n) {
    return;
  }
  float sum = 0;
  for (int k = -kRadius; k <= kRadius; ++k) {
    sum += kWeights[k + kRadius] * x[std::clamp(i + k, 0, n - 1)];
  }
  y[i] = static_cast<float>(sum * kScale);
}

DC_KERNEL_NAMED("Product")
void product(dc::in<double, 2> a, dc::in<double, 2> b, dc::out<double, 2> r) {
  const std::size_t col = dc::global_id(0);
  const std::size_t row = dc::global_id(1);
  if (row >= r.extent(0) || col >= r.extent(1)) {
    return;
  }
  double sum = 0;
  for (std::size_t k = 0; k < a.extent(1); ++k) {
    sum = std::fma(a(row, k), b(k, col), sum);
  }
  r(row, col) = sum;
}

}  // namespace golden
