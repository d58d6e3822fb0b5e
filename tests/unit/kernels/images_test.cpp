// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace dotcompute {
namespace {

using Image = HostArray<std::uint8_t>;

class ImagesTest : public PackTest {
 protected:
  template <class... Extents>
  static Image random_image(Extents... extents) {
    Image image(extents...);
    std::mt19937 random(static_cast<std::uint32_t>(image.size()));
    std::ranges::generate(image, [&] { return static_cast<std::uint8_t>(random() % 256); });
    return image;
  }

  /// The pixel, or the nearest one where there is none.
  static int at(const Image& image, std::ptrdiff_t row, std::ptrdiff_t col) {
    const auto nearest = [](std::ptrdiff_t index, std::uint64_t extent) {
      return std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(extent) - 1);
    };
    return image(nearest(row, image.extent(0)), nearest(col, image.extent(1)));
  }

  template <class Pixel>
  static void expect_pixels(const Image& image, Pixel pixel) {
    for (std::uint64_t row = 0; row < image.extent(0); ++row) {
      for (std::uint64_t col = 0; col < image.extent(1); ++col) {
        ASSERT_EQ(image(row, col),
                  pixel(static_cast<std::ptrdiff_t>(row), static_cast<std::ptrdiff_t>(col)))
            << image.extent(0) << 'x' << image.extent(1) << ' ' << row << ',' << col;
      }
    }
  }
};

TEST_F(ImagesTest, GreyIsLumaWithinOneStepOfTheExactWeights) {
  for (const auto& [rows, cols] : kSizes2) {
    const Image rgb = random_image(rows, cols, 3);

    const auto grey = orchestrator().execute<Image>(kernels::kGrey, rgb);

    ASSERT_EQ(grey.extents(), (Extents{rows, cols, 1}));
    for (std::size_t i = 0; i < grey.size(); ++i) {
      const double luma = 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2];
      ASSERT_NEAR(grey[i], luma, 1.0);
    }
  }
}

TEST_F(ImagesTest, GreyKeepsWhatIsGrey) {
  Image rgb(1, 256, 3);
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    rgb[i] = static_cast<std::uint8_t>(i / 3);
  }

  const auto grey = orchestrator().execute<Image>(kernels::kGrey, rgb);

  for (std::size_t i = 0; i < grey.size(); ++i) {
    EXPECT_EQ(grey[i], i);
  }
}

TEST_F(ImagesTest, BlurIsTheRoundedBinomialMean) {
  for (const auto& [rows, cols] : kSizes2) {
    const Image image = random_image(rows, cols);

    const auto smooth = orchestrator().execute<Image>(kernels::kBlur3, image);

    expect_pixels(smooth, [&](std::ptrdiff_t row, std::ptrdiff_t col) {
      int sum = 0;
      for (int down = -1; down <= 1; ++down) {
        for (int across = -1; across <= 1; ++across) {
          sum +=
              (2 - std::abs(down)) * (2 - std::abs(across)) * at(image, row + down, col + across);
        }
      }
      return static_cast<int>(std::floor(sum / 16.0 + 0.5));
    });
  }
}

TEST_F(ImagesTest, SobelIsTheRoundedLengthOfTheGradient) {
  for (const auto& [rows, cols] : kSizes2) {
    const Image image = random_image(rows, cols);

    const auto edges = orchestrator().execute<Image>(kernels::kSobel, image);

    expect_pixels(edges, [&](std::ptrdiff_t row, std::ptrdiff_t col) {
      int across = 0;
      int down = 0;
      for (int step = -1; step <= 1; ++step) {
        const int weight = 2 - std::abs(step);
        across += weight * (at(image, row + step, col + 1) - at(image, row + step, col - 1));
        down += weight * (at(image, row + 1, col + step) - at(image, row - 1, col + step));
      }
      return static_cast<int>(std::min(std::round(std::hypot(across, down)), 255.0));
    });
  }
}

}  // namespace
}  // namespace dotcompute
