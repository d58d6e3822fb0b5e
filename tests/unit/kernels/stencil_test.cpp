// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

namespace dotcompute {
namespace {

class StencilTest : public PackTest {};

TEST_F(StencilTest, MovesEachInnerCellTowardsItsNeighboursAndKeepsTheRim) {
  for (const auto& [rows, cols] : kSizes2) {
    const auto cells = values(rows * cols);
    const ArrayView<const float, 2> grid(cells.data(), {rows, cols});

    const auto next = orchestrator().execute<HostArray<float>>(kernels::kStencil5, grid, 0.2F);

    ASSERT_EQ(next.extents(), (Extents{rows, cols, 1}));
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t col = 0; col < cols; ++col) {
        const bool rim = row == 0 || col == 0 || row == rows - 1 || col == cols - 1;
        const float expected =
            rim ? grid(row, col)
                : grid(row, col) +
                      0.2F * (grid(row - 1, col) + grid(row + 1, col) + grid(row, col - 1) +
                              grid(row, col + 1) - 4 * grid(row, col));
        ASSERT_NEAR(next(row, col), expected, 1e-4F)
            << rows << 'x' << cols << ' ' << row << ',' << col;
      }
    }
  }
}

}  // namespace
}  // namespace dotcompute
