// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/math_coefficients.hpp"
#include "dotcompute/generated/math_common.hpp"
#include "dotcompute/generated/math_double.hpp"

#include <cstdint>

// Functions of float. exp and log, on which whole kernels wait, compute in float; the others in
// double, where what cancels leaves more than a float has, so that no case needs a path of its own.
// docs/math-accuracy.md has the errors, over all floats.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

DC_INLINE float exp(float x) {
  constexpr float kPerLog2 = 0x1.715476p0F;
  constexpr float kLog2First = 0x1.63p-1F;  // of 9 bits: exact times an exponent
  constexpr float kLog2Second = -0x1.bd0106p-13F;
  constexpr float kRounderOfFloat = 0x1.8p23F;
  const float clamped = clamp(x, -104.0F, 89.0F);
  const float k = (clamped * kPerLog2 + kRounderOfFloat) - kRounderOfFloat;
  const float high = clamped - k * kLog2First;
  const float r = high - k * kLog2Second;
  const float value = 1.0F + (r + r * r * polynomial(r, kExpFloat));
  // In two steps, as 2^128 is no float, nor is 2^-127 a normal one.
  const auto whole = static_cast<std::int32_t>(k);
  const std::int32_t half = whole >> 1;
  const float first = float_of(static_cast<std::uint32_t>(half + 127) << 23U);
  const float second = float_of(static_cast<std::uint32_t>(whole - half + 127) << 23U);
  return is_nan(x) ? x : value * first * second;
}

DC_INLINE float log(float x) {
  constexpr float kLeastNormal = 0x1p-126F;
  constexpr std::uint32_t kRootOfHalf = 0x3F3504F3U;
  constexpr float kLog2First = 0x1.63p-1F;
  constexpr float kLog2Second = -0x1.bd0106p-13F;
  const bool is_small = x < kLeastNormal;
  const std::uint32_t bits = bits_of(is_small ? x * 0x1p23F : x);
  const auto above = static_cast<std::int32_t>(bits - kRootOfHalf);
  const std::int32_t exponent = above >> 23;
  const float f = float_of(bits - (static_cast<std::uint32_t>(exponent) << 23U)) - 1.0F;
  const float k = static_cast<float>(exponent - (is_small ? 23 : 0));
  const float square = f * f;
  const float rest = f * square * polynomial(f, kLogFloat) + k * kLog2Second;
  const float value = (f - (0.5F * square - rest)) + k * kLog2First;
  const float upper = x < kInfinity<float> ? value : x;
  const float lower = x == 0 ? -kInfinity<float> : kNan<float>;
  return x <= 0 ? lower : upper;
}

DC_INLINE float exp2(float x) {
  return static_cast<float>(exp2(static_cast<double>(x)));
}
DC_INLINE float expm1(float x) {
  return static_cast<float>(expm1(static_cast<double>(x)));
}
DC_INLINE float log2(float x) {
  return static_cast<float>(log2(static_cast<double>(x)));
}
DC_INLINE float log10(float x) {
  return static_cast<float>(log10(static_cast<double>(x)));
}
DC_INLINE float log1p(float x) {
  return static_cast<float>(log1p(static_cast<double>(x)));
}

/// x = (quarter + y) quarter turns, y up to 1/2 from zero; only the last two bits of `quarter` count.
struct Turns {
  std::uint64_t quarter;
  double y;
};
/// For any float but infinity and NaN. x times 2 / pi needs hundreds of bits when x is large, but whole
/// turns may be dropped: those of 2^s 2 / pi, if x is a multiple of 2^s.
DC_INLINE Turns turns_of(float angle) {
  const double size = abs_of(static_cast<double>(angle));
  const bool past[4] = {size >= 0x1p47, size >= 0x1p71, size >= 0x1p95, size >= 0x1p119};
  double part[4];
  for (int i = 0; i < 4; ++i) {
    double chosen = kTwoOverPi[0][i];
    chosen = past[0] ? kTwoOverPi[1][i] : chosen;
    chosen = past[1] ? kTwoOverPi[2][i] : chosen;
    chosen = past[2] ? kTwoOverPi[3][i] : chosen;
    part[i] = past[3] ? kTwoOverPi[4][i] : chosen;
  }
  double scale = past[0] ? 0x1p-24 : 1.0;
  scale = past[1] ? 0x1p-48 : scale;
  scale = past[2] ? 0x1p-72 : scale;
  scale = past[3] ? 0x1p-96 : scale;
  const double x = static_cast<double>(angle) * scale;
  const double first = x * part[0];
  const double second = x * part[1];
  const double third = x * part[2] + x * part[3];
  const double whole_first = (first + kRounder) - kRounder;
  const double whole_second = (second + kRounder) - kRounder;
  const double rest = (first - whole_first) + (second - whole_second);
  const double whole_rest = (rest + kRounder) - kRounder;
  const double whole = whole_first + whole_second + whole_rest;
  return {bits_of(whole + kRounder), (rest - whole_rest) + third};
}

/// Sine of a quarter turn times y and `quarter`, which is the cosine if `quarter` is one more.
DC_INLINE double sine(Turns turns) {
  constexpr double kHalfPi = 0x1.921fb54442d18p0;
  const double angle = turns.y * kHalfPi;
  const double z = angle * angle;
  const double sin = angle + angle * z * polynomial(z, kSin);
  const double cos = 1 - z * 0.5 + z * z * polynomial(z, kCos);
  // Chosen by bits: the first vector units compare no integers of 64 bits.
  const std::uint64_t is_odd = std::uint64_t{0} - (turns.quarter & 1U);
  const std::uint64_t value = (bits_of(cos) & is_odd) | (bits_of(sin) & ~is_odd);
  return double_of(value ^ ((turns.quarter & 2U) << 62U));
}

DC_INLINE float sin(float x) {
  const auto value = static_cast<float>(sine(turns_of(x)));
  const float where_finite = x == 0 ? x : value;
  return is_finite(x) ? where_finite : kNan<float>;
}
DC_INLINE float cos(float x) {
  Turns turns = turns_of(x);
  turns.quarter += 1;
  const auto value = static_cast<float>(sine(turns));
  return is_finite(x) ? value : kNan<float>;
}
DC_INLINE float tan(float x) {
  Turns turns = turns_of(x);
  const double sin = sine(turns);
  turns.quarter += 1;
  const auto value = static_cast<float>(sin / sine(turns));
  const float where_finite = x == 0 ? x : value;
  return is_finite(x) ? where_finite : kNan<float>;
}

/// The angle of the point (x, y), for what comes from floats.
DC_INLINE double angle_of(double y, double x) {
  constexpr double kPi = 0x1.921fb54442d18p1;
  constexpr double kTanOfEighth = 0x1.a827999fcef32p-2;
  constexpr double kLarge = 1e300;  // infinity, but its quotients are numbers
  const double across = abs_of(x) > kLarge ? kLarge : abs_of(x);
  const double up = abs_of(y) > kLarge ? kLarge : abs_of(y);
  const bool is_steep = up > across;
  const double larger = is_steep ? up : across;
  const double smaller = is_steep ? across : up;
  const bool is_far = smaller > kTanOfEighth * larger;
  const double above = is_far ? smaller - larger : smaller;
  const double below = is_far ? smaller + larger : larger;
  const double t = above / (below == 0 ? 1.0 : below);
  const double z = t * t;
  double angle = (t + t * z * polynomial(z, kAtan)) + (is_far ? kPi / 4 : 0.0);
  angle = is_steep ? kPi / 2 - angle : angle;
  angle = sign_bit(x) ? kPi - angle : angle;
  return copysign(angle, y);
}

DC_INLINE float atan2(float y, float x) {
  const auto value = static_cast<float>(angle_of(y, x));
  return is_nan(x) || is_nan(y) ? kNan<float> : value;
}
DC_INLINE float atan(float x) {
  return static_cast<float>(angle_of(x, 1.0));
}
DC_INLINE float asin(float x) {
  const double sin = x;
  return static_cast<float>(angle_of(sin, sqrt((1 - sin) * (1 + sin))));
}
DC_INLINE float acos(float x) {
  const double cos = x;
  return static_cast<float>(angle_of(sqrt((1 - cos) * (1 + cos)), cos));
}

/// exp(x) - 1 for x from -700 to 700.
DC_INLINE double expm1_of(double x) {
  const ExpParts parts = exp_parts(x);
  const double scale = power_of_two(parts.k);
  return scale * parts.rest + (scale - 1);
}

DC_INLINE float sinh(float x) {
  const double e = expm1_of(min(static_cast<double>(abs_of(x)), 100.0));
  return copysign(static_cast<float>(0.5 * (e + e / (e + 1))), x);
}
DC_INLINE float cosh(float x) {
  const double e = expm1_of(min(static_cast<double>(abs_of(x)), 100.0)) + 1;
  return static_cast<float>(0.5 * (e + 1 / e));
}
DC_INLINE float tanh(float x) {
  const double e = expm1_of(min(2 * static_cast<double>(abs_of(x)), 50.0));
  return copysign(static_cast<float>(e / (e + 2)), x);
}
DC_INLINE float asinh(float x) {
  const double size = abs_of(x);
  const double square = size * size;
  const auto value = static_cast<float>(log1p(size + square / (1 + sqrt(square + 1))));
  return is_inf(x) ? x : copysign(value, x);
}
DC_INLINE float acosh(float x) {
  const double above = static_cast<double>(x) - 1;
  const auto value = static_cast<float>(log1p(above + sqrt(above * (above + 2))));
  return x < 1 ? kNan<float> : value;
}
DC_INLINE float atanh(float x) {
  const double size = abs_of(x);
  return copysign(static_cast<float>(0.5 * log1p(2 * size / (1 - size))), x);
}

DC_INLINE float cbrt(float x) {
  const double size = abs_of(x);
  return copysign(static_cast<float>(exp2(log2(size) * (1.0 / 3))), x);
}
DC_INLINE float hypot(float x, float y) {
  const double dx = x;
  const double dy = y;
  const auto value = static_cast<float>(sqrt(dx * dx + dy * dy));
  return is_inf(x) || is_inf(y) ? kInfinity<float> : value;
}

DC_INLINE float pow(float x, float y) {
  const float size = abs_of(x);
  const auto value =
      static_cast<float>(exp2(static_cast<double>(y) * log2(static_cast<double>(size))));
  const float half = y * 0.5F;
  const bool is_whole = trunc(y) == y;
  const bool is_odd = is_whole && trunc(half) != half;
  const float with_sign = is_odd ? copysign(value, x) : value;
  const bool is_undefined = x < 0 && x > -kInfinity<float> && !is_whole && y == y;
  const float defined = is_undefined ? kNan<float> : with_sign;
  return y == 0 || x == 1 || (size == 1 && is_inf(y)) ? 1.0F : defined;
}

/// erfc(x) for x from 1/2 up.
DC_INLINE double erfc_of(double x) {
  const double near = min(x, 10.5);
  const double t = (near - 2) / (near + 2);
  const ExpParts parts = exp_parts(-near * near);
  return power_of_two(parts.k) * (1 + parts.rest) * polynomial(t, kErfcx);
}
DC_INLINE float erf(float x) {
  const double size = abs_of(x);
  const double z = min(size * size, 1.0);
  const double inner = size * polynomial(z, kErf);
  const double value = size < 1 ? inner : 1 - erfc_of(size);
  return is_nan(x) ? x : copysign(static_cast<float>(value), x);
}
DC_INLINE float erfc(float x) {
  const double size = abs_of(x);
  const double z = min(size * size, 1.0);
  const double inner = 1 - static_cast<double>(x) * polynomial(z, kErf);
  const double outer = erfc_of(size);
  const double value = size < 1 ? inner : x < 0 ? 2 - outer : outer;
  return is_nan(x) ? x : static_cast<float>(value);
}

// One item at a time.
DC_INLINE float fmod(float x, float y) {
  return __builtin_fmodf(x, y);
}
DC_INLINE float remainder(float x, float y) {
  return __builtin_remainderf(x, y);
}
DC_INLINE float tgamma(float x) {
  return __builtin_tgammaf(x);
}
DC_INLINE float lgamma(float x) {
  return __builtin_lgammaf(x);
}

}  // namespace
}  // namespace dotcompute::generated
