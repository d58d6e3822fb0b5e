// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <cstdint>

namespace dotcompute::kernels {
namespace {

/// How many times z = z^2 + c is done, from z = 0, while |z| <= 2; at most `limit`.
std::int32_t iterations_at(double real, double imaginary, std::int32_t limit) {
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

/// The escape times of the points left + col step + i (top - row step). `rows` and `cols` only tell
/// the shape of a returned result.
void mandelbrot(const ItemRange& items,
                std::int32_t /*rows*/,
                std::int32_t /*cols*/,
                double left,
                double top,
                double step,
                std::int32_t max_iterations,
                out<std::int32_t, 2> iterations) {
  const ItemRange range = inside(items, iterations);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; ++row) {
    for (std::uint64_t col = range.begin[0]; col < range.end[0]; ++col) {
      iterations(row, col) = iterations_at(left + static_cast<double>(col) * step,
                                           top - static_cast<double>(row) * step, max_iterations);
    }
  }
}

}  // namespace

void add_mandelbrot(KernelModule& module) {
  // What one item costs depends on the point, so nothing is claimed of it.
  module.add({.name = "mandelbrot",
              .parameters = {scalar<std::int32_t>("rows"), scalar<std::int32_t>("cols"),
                             scalar<double>("left"), scalar<double>("top"), scalar<double>("step"),
                             scalar<std::int32_t>("max_iterations"),
                             element_wise(output<std::int32_t, 2>("iterations", "rows, cols"))},
              .dimensions = 2,
              .file = "kernels/mandelbrot.cpp",
              .line = __LINE__},
             &mandelbrot);
}

}  // namespace dotcompute::kernels
