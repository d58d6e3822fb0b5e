// SPDX-License-Identifier: Apache-2.0
#include "demo_scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace dotcompute::dotc {
namespace {

struct Colour {
  float r = 0;
  float g = 0;
  float b = 0;
};

Colour mix(Colour a, Colour b, float share) {
  return {a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share, a.b + (b.b - a.b) * share};
}
Colour scaled(Colour colour, float factor) {
  return {colour.r * factor, colour.g * factor, colour.b * factor};
}

/// 0 below `low`, 1 above `high`, smooth between.
float smooth_step(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0F, 1.0F);
  return t * t * (3.0F - 2.0F * t);
}

/// A number in [0, 1) that looks random and depends on the cell alone.
float noise_at_cell(std::int32_t x, std::int32_t y) {
  std::uint32_t hash =
      static_cast<std::uint32_t>(x) * 0x8DA6B343U ^ static_cast<std::uint32_t>(y) * 0xD8163841U;
  hash = (hash ^ hash >> 13U) * 0x5BD1E995U;
  return static_cast<float>((hash ^ hash >> 15U) >> 8U) / static_cast<float>(1U << 24U);
}

/// Smooth noise with features of size 1.
float noise(float x, float y) {
  const float left = std::floor(x);
  const float top = std::floor(y);
  const auto column = static_cast<std::int32_t>(left);
  const auto row = static_cast<std::int32_t>(top);
  const float u = smooth_step(0, 1, x - left);
  const float v = smooth_step(0, 1, y - top);
  const float above = std::lerp(noise_at_cell(column, row), noise_at_cell(column + 1, row), u);
  const float below =
      std::lerp(noise_at_cell(column, row + 1), noise_at_cell(column + 1, row + 1), u);
  return std::lerp(above, below, v);
}

/// Noise with finer and finer features.
float clouds(float x, float y) {
  float sum = 0;
  float weight = 0.5F;
  for (int octave = 0; octave < 5; ++octave) {
    sum += weight * noise(x, y);
    x *= 2.03F;
    y *= 2.01F;
    weight *= 0.5F;
  }
  return sum;
}

// Coordinates: x from 0 to width / height, y from 0 at the top to 1 at the bottom.

constexpr float kHorizon = 0.62F;

Colour sky(float x, float y) {
  const Colour zenith{0.16F, 0.34F, 0.66F};
  const Colour low{0.98F, 0.78F, 0.56F};
  Colour colour = mix(zenith, low, smooth_step(0.0F, kHorizon, y));
  const float distance = std::hypot(x - 1.08F, y - 0.27F);
  const float cover = smooth_step(0.45F, 0.75F, clouds(x * 3.0F, y * 7.0F));
  colour = mix(colour, {0.97F, 0.93F, 0.90F}, 0.75F * cover);
  colour = mix(colour, {1.0F, 0.93F, 0.72F}, 0.8F * std::exp(-distance * 7.0F));
  return mix({1.0F, 0.98F, 0.88F}, colour, smooth_step(0.060F, 0.063F, distance));
}

/// The y of a ridge above `x`: higher `layer`s are nearer.
float ridge(float x, int layer) {
  const auto depth = static_cast<float>(layer);
  const float rough = clouds(x * (2.2F + depth) + 17.0F * depth, 3.7F * depth);
  return kHorizon - 0.23F + 0.075F * depth - 0.24F * (rough - 0.45F);
}

Colour meadow(float x, float y) {
  const float depth = 1.0F / (y - kHorizon + 0.06F);
  const float blades = noise(x * 60.0F * depth * 0.1F, depth * 60.0F);
  const float patches = clouds(x * depth * 0.6F, depth * 1.5F);
  const Colour grass = mix({0.18F, 0.36F, 0.12F}, {0.52F, 0.62F, 0.22F}, patches);
  return scaled(grass, 0.82F + 0.3F * blades);
}

struct Ball {
  float x;
  float y;
  float radius;
  Colour colour;
};
constexpr std::array<Ball, 3> kBalls{{{0.42F, 0.70F, 0.085F, {0.82F, 0.20F, 0.16F}},
                                      {0.78F, 0.77F, 0.13F, {0.18F, 0.42F, 0.80F}},
                                      {1.16F, 0.73F, 0.10F, {0.93F, 0.72F, 0.18F}}}};

/// A ball lit from the upper right, with a gloss.
Colour shaded(const Ball& ball, float x, float y) {
  const float nx = (x - ball.x) / ball.radius;
  const float ny = (y - ball.y) / ball.radius;
  const float nz = std::sqrt(std::max(0.0F, 1.0F - nx * nx - ny * ny));
  constexpr float kLightX = 0.52F;
  constexpr float kLightY = -0.62F;
  constexpr float kLightZ = 0.59F;
  const float light = nx * kLightX + ny * kLightY + nz * kLightZ;
  const float gloss = std::pow(std::max(0.0F, 2.0F * light * nz - kLightZ), 24.0F);
  const Colour body = scaled(ball.colour, 0.22F + 0.78F * std::max(0.0F, light));
  return mix(body, {1, 1, 1}, 0.8F * std::min(gloss, 1.0F));
}

Colour with_balls(Colour colour, float x, float y) {
  for (const Ball& ball : kBalls) {
    const float dx = (x - ball.x + 0.9F * ball.radius) / (1.5F * ball.radius);
    const float dy = (y - ball.y - 0.93F * ball.radius) / (0.28F * ball.radius);
    const float shadow = 1.0F - smooth_step(0.55F, 1.1F, std::hypot(dx, dy));
    colour = scaled(colour, 1.0F - 0.6F * shadow);
  }
  for (const Ball& ball : kBalls) {
    if (std::hypot(x - ball.x, y - ball.y) < ball.radius) {
      colour = shaded(ball, x, y);
    }
  }
  return colour;
}

// The letters of the sign, 5 by 7 dots each, a blank column between them.
constexpr std::array<std::string_view, 7> kSign{
    "####. .###. ##### .####", "#...# #...# ..#.. #....", "#...# #...# ..#.. #....",
    "#...# #...# ..#.. #....", "#...# #...# ..#.. #....", "#...# #...# ..#.. #....",
    "####. .###. ..#.. .####"};

Colour with_sign(Colour colour, float x, float y) {
  constexpr float kLeft = 0.10F;
  constexpr float kTop = 0.47F;
  constexpr float kDot = 0.0105F;
  constexpr float kMargin = 2.0F;  // in dots
  const float column = (x - kLeft) / kDot;
  const float row = (y - kTop) / kDot;
  const auto cols = static_cast<float>(kSign[0].size());
  const auto rows = static_cast<float>(kSign.size());
  if (std::fabs(column - cols / 2) < 1.2F && row > rows && row < rows + 22) {
    colour = {0.33F, 0.21F, 0.12F};  // the post
  }
  if (column < -kMargin || column > cols + kMargin || row < -kMargin || row > rows + kMargin) {
    return colour;
  }
  const bool inside = column >= 0 && column < cols && row >= 0 && row < rows;
  const bool dot =
      inside && kSign[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] == '#';
  return dot ? Colour{0.15F, 0.10F, 0.07F} : Colour{0.93F, 0.88F, 0.76F};
}

Colour scene(float x, float y) {
  Colour colour = sky(x, y);
  constexpr std::array<Colour, 3> kHills{
      {{0.52F, 0.56F, 0.68F}, {0.36F, 0.44F, 0.50F}, {0.22F, 0.33F, 0.27F}}};
  for (int layer = 0; layer < 3; ++layer) {
    const float below = y - ridge(x, layer);
    if (below > 0) {
      const float haze = 1.0F + 0.9F * below;  // paler towards the foot
      colour = scaled(kHills[static_cast<std::size_t>(layer)], haze);
    }
  }
  if (y > kHorizon) {
    colour = meadow(x, y);
  }
  return with_sign(with_balls(colour, x, y), x, y);
}

std::uint8_t channel(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F));
}

}  // namespace

Picture draw_scene(std::uint64_t rows, std::uint64_t cols) {
  Picture picture(rows, cols, 3);
  const float scale = 1.0F / static_cast<float>(rows);
  std::uint8_t* target = picture.data();
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::uint64_t col = 0; col < cols; ++col) {
      const Colour colour =
          scene((static_cast<float>(col) + 0.5F) * scale, (static_cast<float>(row) + 0.5F) * scale);
      *target++ = channel(colour.r);
      *target++ = channel(colour.g);
      *target++ = channel(colour.b);
    }
  }
  return picture;
}

}  // namespace dotcompute::dotc
