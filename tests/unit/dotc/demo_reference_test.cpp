// SPDX-License-Identifier: Apache-2.0
#include "demo_reference.hpp"

#include "demo_scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>

namespace dotcompute::dotc {
namespace {

Channel channel_of(std::uint64_t rows, std::uint64_t cols, std::initializer_list<int> values) {
  Channel channel(rows, cols);
  std::transform(values.begin(), values.end(), channel.begin(),
                 [](int value) { return static_cast<std::uint8_t>(value); });
  return channel;
}

TEST(DemoReference, GreyWeighsTheColours) {
  Picture picture(1, 4, 3);
  const std::initializer_list<int> colours{255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90};
  std::copy(colours.begin(), colours.end(), picture.begin());

  const Channel grey = reference_grey(picture);

  EXPECT_EQ(grey[0], 77);   // 255 * 77 / 256, rounded
  EXPECT_EQ(grey[1], 149);  // 255 * 150 / 256
  EXPECT_EQ(grey[2], 29);   // 255 * 29 / 256
  EXPECT_EQ(grey[3], 90);
}

TEST(DemoReference, BlurSpreadsAPoint) {
  const Channel point = channel_of(3, 3, {0, 0, 0, 0, 160, 0, 0, 0, 0});

  const Channel smooth = reference_blur(point);

  EXPECT_TRUE(std::ranges::equal(smooth, channel_of(3, 3, {10, 20, 10, 20, 40, 20, 10, 20, 10})));
}

TEST(DemoReference, SobelFindsAStepAndNothingInAPlane) {
  const Channel step = channel_of(3, 4, {0, 0, 10, 10, 0, 0, 10, 10, 0, 0, 10, 10});

  const Channel edges = reference_sobel(step);

  EXPECT_TRUE(
      std::ranges::equal(edges, channel_of(3, 4, {0, 40, 40, 0, 0, 40, 40, 0, 0, 40, 40, 0})));
}

TEST(DemoScene, IsTheSameEveryTimeAndHasDarkAndBrightParts) {
  const Picture first = draw_scene(64, 96);
  const Picture second = draw_scene(64, 96);

  EXPECT_TRUE(std::ranges::equal(first, second));
  const auto [darkest, brightest] = std::ranges::minmax_element(first);
  EXPECT_LT(*darkest, 60);
  EXPECT_GT(*brightest, 220);
}

}  // namespace
}  // namespace dotcompute::dotc
