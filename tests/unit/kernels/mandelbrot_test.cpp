// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <complex>
#include <cstdint>

namespace dotcompute {
namespace {

class MandelbrotTest : public PackTest {};

TEST_F(MandelbrotTest, CountsAsComplexNumbersDo) {
  for (const auto& [rows, cols] : kSizes2) {
    const double step = 3.0 / static_cast<double>(cols);

    const auto counts = orchestrator().execute<HostArray<std::int32_t>>(
        kernels::kMandelbrot, static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols),
        -2.1, 1.2, step, 50);

    ASSERT_EQ(counts.extents(), (Extents{rows, cols, 1}));
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t col = 0; col < cols; ++col) {
        const std::complex<double> c(-2.1 + static_cast<double>(col) * step,
                                     1.2 - static_cast<double>(row) * step);
        std::complex<double> z;
        std::int32_t expected = 0;
        for (; expected < 50 && std::norm(z) <= 4.0; ++expected) {
          z = z * z + c;
        }
        ASSERT_EQ(counts(row, col), expected) << row << ',' << col;
      }
    }
  }
}

}  // namespace
}  // namespace dotcompute
