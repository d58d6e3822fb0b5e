// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <cstdint>

namespace dotcompute::kernels {
namespace {

/// One explicit step of the heat equation: the 5-point Laplacian times `factor`, which is
/// diffusivity x time step / cell width^2 and stable up to 1/4. The rim keeps its values.
/// Source: Press et al., Numerical Recipes, the FTCS scheme for diffusion.
void stencil5(const ItemRange& items, in<float, 2> grid, float factor, out<float, 2> result) {
  const ItemRange range = inside(items, result);
  const std::uint64_t rows = grid.extent(0);
  const std::uint64_t cols = grid.extent(1);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; ++row) {
    const float* middle = grid.data() + row * cols;
    float* target = result.data() + row * cols;
    const bool rim = row == 0 || row + 1 == rows;
    for (std::uint64_t col = range.begin[0]; col < range.end[0]; ++col) {
      if (rim || col == 0 || col + 1 == cols) {
        target[col] = middle[col];
        continue;
      }
      const float around =
          (middle - cols)[col] + (middle + cols)[col] + middle[col - 1] + middle[col + 1];
      target[col] = middle[col] + factor * (around - 4.0F * middle[col]);
    }
  }
}

}  // namespace

void add_stencil(KernelModule& module) {
  module.add(
      {.name = "stencil5",
       .parameters = {stencil(input<float, 2>("grid", "rows, cols"), 1), scalar<float>("factor"),
                      element_wise(output<float, 2>("result", "rows, cols"))},
       .dimensions = 2,
       .file = "kernels/stencil.cpp",
       .line = __LINE__,
       .operations_per_item = 6,
       .bytes_per_item = 24},
      &stencil5);
}

}  // namespace dotcompute::kernels
