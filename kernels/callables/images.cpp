// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dotcompute::kernels {
namespace {

using Byte = std::uint8_t;

/// Luma in 8-bit integer arithmetic. Source: Recommendation ITU-R BT.601: 0.299 R + 0.587 G +
/// 0.114 B, the weights as 256ths, which sum to 256, so that grey stays as it is.
void grey(const ItemRange& items, in<Byte, 3> rgb, out<Byte, 2> grey) {
  const ItemRange range = inside(items, grey);
  const std::uint64_t cols = grey.extent(1);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; ++row) {
    const Byte* source = rgb.data() + row * cols * 3;
    Byte* target = grey.data() + row * cols;
    for (std::uint64_t col = range.begin[0]; col < range.end[0]; ++col) {
      const Byte* pixel = source + col * 3;
      target[col] = static_cast<Byte>((77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2] + 128) >> 8);
    }
  }
}

/// Three rows of an image around one row; at the rim a row stands in for the missing one.
struct Rows {
  const Byte* above;
  const Byte* middle;
  const Byte* below;
};

Rows rows_around(const in<Byte, 2>& image, std::uint64_t row) {
  const std::uint64_t cols = image.extent(1);
  const std::uint64_t above = row == 0 ? 0 : row - 1;
  const std::uint64_t below = std::min(row + 1, image.extent(0) - 1);
  return {image.data() + above * cols, image.data() + row * cols, image.data() + below * cols};
}

/// Calls pixel(left, column, right) for the columns [begin, end); at the rim a column stands in for
/// the missing one. The loop between the rims has no condition, so that it becomes vector code.
template <class Pixel>
void for_columns(std::uint64_t begin, std::uint64_t end, std::uint64_t cols, Pixel pixel) {
  std::uint64_t col = begin;
  if (col == 0 && col < end) {
    pixel(std::uint64_t{0}, std::uint64_t{0}, std::min<std::uint64_t>(1, cols - 1));
    ++col;
  }
  for (const std::uint64_t last = std::min(end, cols - 1); col < last; ++col) {
    pixel(col - 1, col, col + 1);
  }
  if (col < end) {
    pixel(col - 1, col, col);
  }
}

/// The binomial mask 1 2 1 / 2 4 2 / 1 2 1, over 16, rounded.
void blur3(const ItemRange& items, in<Byte, 2> image, out<Byte, 2> result) {
  const ItemRange range = inside(items, result);
  const std::uint64_t cols = image.extent(1);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; ++row) {
    const Rows rows = rows_around(image, row);
    Byte* target = result.data() + row * cols;
    for_columns(range.begin[0], range.end[0], cols,
                [=](std::uint64_t left, std::uint64_t col, std::uint64_t right) {
                  const auto down = [&](std::uint64_t at) {
                    return rows.above[at] + 2 * rows.middle[at] + rows.below[at];
                  };
                  const int sum = down(left) + 2 * down(col) + down(right);
                  target[col] = static_cast<Byte>((sum + 8) >> 4);
                });
  }
}

/// The length of the gradient, rounded, at most 255. Source: Sobel and Feldman's operator, as in
/// Gonzalez and Woods, Digital Image Processing.
void sobel(const ItemRange& items, in<Byte, 2> image, out<Byte, 2> result) {
  const ItemRange range = inside(items, result);
  const std::uint64_t cols = image.extent(1);
  for (std::uint64_t row = range.begin[1]; row < range.end[1]; ++row) {
    const Rows rows = rows_around(image, row);
    Byte* target = result.data() + row * cols;
    for_columns(range.begin[0], range.end[0], cols,
                [=](std::uint64_t left, std::uint64_t col, std::uint64_t right) {
                  const int across =
                      (rows.above[right] + 2 * rows.middle[right] + rows.below[right]) -
                      (rows.above[left] + 2 * rows.middle[left] + rows.below[left]);
                  const int down = (rows.below[left] + 2 * rows.below[col] + rows.below[right]) -
                                   (rows.above[left] + 2 * rows.above[col] + rows.above[right]);
                  // Below 2^24, so the float is exact, and so is the root's rounding.
                  const auto square = static_cast<float>(across * across + down * down);
                  const float length = std::min(std::sqrt(square) + 0.5F, 255.0F);
                  target[col] = static_cast<Byte>(length);
                });
  }
}

}  // namespace

void add_images(KernelModule& module) {
  module.add({.name = "grey",
              .parameters = {input<Byte, 3>("rgb", "rows, cols, 3"),
                             element_wise(output<Byte, 2>("grey", "rows, cols"))},
              .dimensions = 2,
              .file = "kernels/images.cpp",
              .line = __LINE__,
              .operations_per_item = 6,
              .bytes_per_item = 4},
             &grey);
  module.add({.name = "blur3",
              .parameters = {stencil(input<Byte, 2>("image", "rows, cols"), 1),
                             element_wise(output<Byte, 2>("result", "rows, cols"))},
              .dimensions = 2,
              .file = "kernels/images.cpp",
              .line = __LINE__,
              .operations_per_item = 13,
              .bytes_per_item = 10},
             &blur3);
  module.add({.name = "sobel",
              .parameters = {stencil(input<Byte, 2>("image", "rows, cols"), 1),
                             element_wise(output<Byte, 2>("result", "rows, cols"))},
              .dimensions = 2,
              .file = "kernels/images.cpp",
              .line = __LINE__,
              .operations_per_item = 20,
              .bytes_per_item = 9},
             &sobel);
}

}  // namespace dotcompute::kernels
