// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace {

using Byte = std::uint8_t;

/// The places of a pixel and its neighbours on one axis; beyond the rim, the pixel at the rim
/// stands in for the missing one.
struct Around {
  std::size_t before;
  std::size_t here;
  std::size_t after;
};

DC_DEVICE Around around(std::size_t place, std::size_t extent) {
  return {place == 0 ? 0 : place - 1, place, place + 1 < extent ? place + 1 : place};
}

}  // namespace

/// Luma in 8-bit integer arithmetic. Source: Recommendation ITU-R BT.601: 0.299 R + 0.587 G +
/// 0.114 B, the weights as 256ths, which sum to 256, so that grey stays as it is.
DC_SHAPE(rgb, rows, cols, 3)
DC_SHAPE(grey, rows, cols)
DC_KERNEL void grey(dc::in<Byte, 3> rgb, dc::out<Byte, 2> grey) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  if (row >= grey.extent(0) || col >= grey.extent(1)) {
    return;
  }
  const int luma = 77 * rgb(row, col, 0) + 150 * rgb(row, col, 1) + 29 * rgb(row, col, 2);
  grey(row, col) = static_cast<Byte>((luma + 128) >> 8);
}

/// The binomial mask 1 2 1 / 2 4 2 / 1 2 1, over 16, rounded.
DC_SHAPE(image, rows, cols)
DC_SHAPE(result, rows, cols)
DC_KERNEL void blur3(dc::in<Byte, 2> image, dc::out<Byte, 2> result) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  if (row >= result.extent(0) || col >= result.extent(1)) {
    return;
  }
  const Around y = around(row, image.extent(0));
  const Around x = around(col, image.extent(1));
  const int left =
      image(y.before, x.before) + 2 * image(y.here, x.before) + image(y.after, x.before);
  const int middle = image(y.before, x.here) + 2 * image(y.here, x.here) + image(y.after, x.here);
  const int right = image(y.before, x.after) + 2 * image(y.here, x.after) + image(y.after, x.after);
  result(row, col) = static_cast<Byte>((left + 2 * middle + right + 8) >> 4);
}

/// The length of the gradient, rounded, at most 255. Source: Sobel and Feldman's operator, as in
/// Gonzalez and Woods, Digital Image Processing.
DC_SHAPE(image, rows, cols)
DC_SHAPE(result, rows, cols)
DC_KERNEL void sobel(dc::in<Byte, 2> image, dc::out<Byte, 2> result) {
  const std::size_t row = dc::global_id(1);
  const std::size_t col = dc::global_id(0);
  if (row >= result.extent(0) || col >= result.extent(1)) {
    return;
  }
  const Around y = around(row, image.extent(0));
  const Around x = around(col, image.extent(1));
  const int across =
      (image(y.before, x.after) + 2 * image(y.here, x.after) + image(y.after, x.after)) -
      (image(y.before, x.before) + 2 * image(y.here, x.before) + image(y.after, x.before));
  const int down =
      (image(y.after, x.before) + 2 * image(y.after, x.here) + image(y.after, x.after)) -
      (image(y.before, x.before) + 2 * image(y.before, x.here) + image(y.before, x.after));
  // Below 2^24, so the float is exact, and so is the root's rounding.
  const auto square = static_cast<float>(across * across + down * down);
  result(row, col) = static_cast<Byte>(std::min(std::sqrt(square) + 0.5F, 255.0F));
}
