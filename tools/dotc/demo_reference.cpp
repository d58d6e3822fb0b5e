// SPDX-License-Identifier: Apache-2.0
#include "demo_reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace dotcompute::dotc {
namespace {

using Mask = std::array<std::array<int, 3>, 3>;

/// The sum of the mask times the pixels around (row, col).
int weigh(const Channel& image, std::int64_t row, std::int64_t col, const Mask& mask) {
  const auto last_row = static_cast<std::int64_t>(image.extent(0)) - 1;
  const auto last_col = static_cast<std::int64_t>(image.extent(1)) - 1;
  int sum = 0;
  for (std::int64_t down = -1; down <= 1; ++down) {
    for (std::int64_t across = -1; across <= 1; ++across) {
      const auto y = std::clamp<std::int64_t>(row + down, 0, last_row);
      const auto x = std::clamp<std::int64_t>(col + across, 0, last_col);
      const int weight =
          mask[static_cast<std::size_t>(down + 1)][static_cast<std::size_t>(across + 1)];
      sum += weight * image(y, x);
    }
  }
  return sum;
}

/// A channel whose every pixel is pixel(row, col).
template <class Pixel>
Channel channel_of(std::uint64_t rows, std::uint64_t cols, Pixel pixel) {
  Channel channel(rows, cols);
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::uint64_t col = 0; col < cols; ++col) {
      channel(row, col) = static_cast<std::uint8_t>(
          pixel(static_cast<std::int64_t>(row), static_cast<std::int64_t>(col)));
    }
  }
  return channel;
}

}  // namespace

Channel reference_grey(const Picture& picture) {
  constexpr std::array<int, 3> kWeights{77, 150, 29};  // 0.299, 0.587, 0.114 in 256ths
  return channel_of(picture.extent(0), picture.extent(1), [&](std::int64_t row, std::int64_t col) {
    int sum = 0;
    for (std::size_t colour = 0; colour < 3; ++colour) {
      sum += kWeights[colour] * picture(row, col, colour);
    }
    return (sum + 128) / 256;
  });
}

Channel reference_blur(const Channel& image) {
  constexpr Mask kBinomial{{{1, 2, 1}, {2, 4, 2}, {1, 2, 1}}};
  return channel_of(image.extent(0), image.extent(1), [&](std::int64_t row, std::int64_t col) {
    return (weigh(image, row, col, kBinomial) + 8) / 16;
  });
}

Channel reference_sobel(const Channel& image) {
  constexpr Mask kAcross{{{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}}};
  constexpr Mask kDown{{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}};
  return channel_of(image.extent(0), image.extent(1), [&](std::int64_t row, std::int64_t col) {
    const double length =
        std::hypot(weigh(image, row, col, kAcross), weigh(image, row, col, kDown));
    return std::min(std::lround(length), 255L);
  });
}

}  // namespace dotcompute::dotc
