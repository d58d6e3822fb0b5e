// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dotcompute::kernels {
namespace {

// A tile's sums stay in the registers or the first-level cache while k goes by, and each row of b
// that is fetched serves all rows of the tile.
constexpr std::uint64_t kTileRows = 4;
constexpr std::uint64_t kTileCols = 64;

using Tile = std::array<std::array<float, kTileCols>, kTileRows>;

/// The elements [row, row + rows) x [col, col + cols) of the product, all inside it.
void multiply_tile(const in<float, 2>& a,
                   const in<float, 2>& b,
                   const out<float, 2>& result,
                   std::array<std::uint64_t, 2> corner,
                   std::array<std::uint64_t, 2> size) {
  Tile sums{};
  const auto [row, col] = corner;
  const std::uint64_t inner = a.extent(1);
  for (std::uint64_t k = 0; k < inner; ++k) {
    const float* b_row = b.data() + k * b.extent(1) + col;
    for (std::uint64_t r = 0; r < size[0]; ++r) {
      const float factor = a(row + r, k);
      for (std::uint64_t c = 0; c < size[1]; ++c) {
        sums[r][c] += factor * b_row[c];
      }
    }
  }
  for (std::uint64_t r = 0; r < size[0]; ++r) {
    std::copy_n(sums[r].data(), size[1], &result(row + r, col));
  }
}

/// result [m, n] = a [m, k] times b [k, n], summed over k in rising order.
void matmul(const ItemRange& items, in<float, 2> a, in<float, 2> b, out<float, 2> result) {
  const ItemRange range = inside(items, result);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; row += kTileRows) {
    for (std::uint64_t col = range.begin[0]; col < range.end[0]; col += kTileCols) {
      multiply_tile(
          a, b, result, {row, col},
          {std::min(kTileRows, range.end[1] - row), std::min(kTileCols, range.end[0] - col)});
    }
  }
}

}  // namespace

void add_matmul(KernelModule& module) {
  // What one item costs grows with k, so nothing is claimed of it.
  module.add({.name = "matmul",
              .parameters = {input<float, 2>("a", "m, k"), input<float, 2>("b", "k, n"),
                             element_wise(output<float, 2>("result", "m, n"))},
              .dimensions = 2,
              .file = "kernels/matmul.cpp",
              .line = __LINE__},
             &matmul);
}

}  // namespace dotcompute::kernels
