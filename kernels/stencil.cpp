// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

/// One explicit step of the heat equation: the 5-point Laplacian times `factor`, which is
/// diffusivity x time step / cell width^2 and stable up to 1/4. The rim keeps its values.
/// Source: Press et al., Numerical Recipes, the FTCS scheme for diffusion.
DC_SHAPE(grid, rows, cols)
DC_SHAPE(result, rows, cols)
DC_KERNEL void stencil5(dc::in<float, 2> grid, float factor, dc::out<float, 2> result) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  const std::size_t rows = result.extent(0);
  const std::size_t cols = result.extent(1);
  if (row >= rows || col >= cols) {
    return;
  }
  if (row == 0 || row + 1 == rows || col == 0 || col + 1 == cols) {
    result(row, col) = grid(row, col);
    return;
  }
  const float around =
      grid(row - 1, col) + grid(row + 1, col) + grid(row, col - 1) + grid(row, col + 1);
  result(row, col) = grid(row, col) + factor * (around - 4.0F * grid(row, col));
}
