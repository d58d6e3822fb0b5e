// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace {

/// How many times z = z^2 + c is done, from z = 0, while |z| <= 2; at most `limit`.
DC_DEVICE std::int32_t iterations_at(double real, double imaginary, std::int32_t limit) {
  double x = 0;
  double y = 0;
  std::int32_t count = 0;
  while (count < limit && x * x + y * y <= 4.0) {
    const double next = x * x - y * y + real;
    y = 2.0 * x * y + imaginary;
    x = next;
    ++count;
  }
  return count;
}

}  // namespace

/// The escape times of the points left + col step + i (top - row step). `rows` and `cols` only tell
/// the shape of a returned result.
DC_SHAPE(iterations, rows, cols)
DC_KERNEL void mandelbrot([[maybe_unused]] std::int32_t rows,
                          [[maybe_unused]] std::int32_t cols,
                          double left,
                          double top,
                          double step,
                          std::int32_t max_iterations,
                          dc::out<std::int32_t, 2> iterations) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  if (row >= iterations.extent(0) || col >= iterations.extent(1)) {
    return;
  }
  iterations(row, col) = iterations_at(left + static_cast<double>(col) * step,
                                       top - static_cast<double>(row) * step, max_iterations);
}
