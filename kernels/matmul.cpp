// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

/// result [m, n] = a [m, k] times b [k, n], summed over k in rising order.
DC_SHAPE(a, m, k)
DC_SHAPE(b, k, n)
DC_SHAPE(result, m, n)
DC_KERNEL void matmul(dc::in<float, 2> a, dc::in<float, 2> b, dc::out<float, 2> result) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  if (row >= result.extent(0) || col >= result.extent(1)) {
    return;
  }
  float sum = 0;
  for (std::size_t k = 0; k < a.extent(1); ++k) {
    sum += a(row, k) * b(k, col);
  }
  result(row, col) = sum;
}
