// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/math_coefficients.hpp"
#include "dotcompute/generated/math_common.hpp"

#include <cstdint>

// Exponentials and logarithms of double, and the parts of which math_float.hpp makes its functions.
// The other functions of double are those of the C library, one item at a time: docs/math-accuracy.md
// lists them.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

// Log(2) in two parts, the first of 32 bits, so that its product with an exponent is exact.
inline constexpr double kLog2High = 0x1.62e42feep-1;
inline constexpr double kLog2Low = 0x1.a39ef35793c76p-33;
// Adding it leaves a number rounded to nearest, whose whole part stands in the low bits.
inline constexpr double kRounder = 0x1.8p52;

/// 2^k of a whole k from -1022 to 1023.
DC_INLINE double power_of_two(double k) {
  return double_of((bits_of(k + kRounder) << 52U) + (std::uint64_t{1023} << 52U));
}

/// x 2^k for whole k of -2100 to 2100: in two steps, so that results below the normal numbers are
/// rounded once.
DC_INLINE double scaled(double x, double k) {
  const double half = (k * 0.5 + kRounder) - kRounder;
  return x * power_of_two(half) * power_of_two(k - half);
}

/// exp(x) = 2^k (1 + rest), |rest| < 0.42; `rest` is as exact, relatively, as a double is.
struct ExpParts {
  double k;
  double rest;
};
/// \param x up to 1500 from zero.
DC_INLINE ExpParts exp_parts(double x) {
  constexpr double kPerLog2 = 0x1.71547652b82fep0;
  const double k = (x * kPerLog2 + kRounder) - kRounder;
  const double high = x - k * kLog2High;
  const double r = high - k * kLog2Low;
  return {k, r + r * r * polynomial(r, kExp)};
}

/// x = 2^k (1 + f), with 1 + f from sqrt(1/2) to sqrt(2). Of positive normal numbers.
struct LogParts {
  double k;
  double f;
};
DC_INLINE LogParts log_parts(double x) {
  constexpr std::uint64_t kRootOfHalf = 0x3FE6A09E667F3BCDU;
  constexpr std::uint64_t kOne = 0x3FF0000000000000U;
  const std::uint64_t bits = bits_of(x);
  const std::uint64_t above = bits + (kOne - kRootOfHalf);
  const std::uint64_t exponent = above >> 52U;  // plus 1023
  const double m = double_of(bits - (exponent << 52U) + kOne);
  // An integer below 2^52 under the exponent of 2^52 is a double.
  const double k = double_of(exponent | 0x4330000000000000U) - (0x1p52 + 1023);
  return {k, m - 1};
}
/// log(1 + f) of log_parts.
DC_INLINE double log_of_part(double f) {
  const double s = f / (2 + f);
  const double z = s * s;
  // f - s f is 2 s, and leaves less to be rounded.
  const double half_square = 0.5 * f * f;
  return f - (half_square - s * (half_square + z * polynomial(z, kLog)));
}
/// The same for any x: log(0) is -infinity, that of less is NaN.
template <class Log>
DC_INLINE double log_where_defined(double x, const Log& log) {
  constexpr double kLeastNormal = 0x1p-1022;
  const bool is_small = x < kLeastNormal;
  LogParts parts = log_parts(is_small ? x * 0x1p54 : x);
  const double value = log(parts.k - (is_small ? 54 : 0), parts.f);
  const double upper = x < kInfinity<double> ? value : x;  // infinity and NaN as they are
  const double lower = x == 0 ? -kInfinity<double> : kNan<double>;
  return x <= 0 ? lower : upper;
}

DC_INLINE double exp(double x) {
  const double clamped = clamp(x, -750.0, 710.0);
  const ExpParts parts = exp_parts(clamped);
  const double value = scaled(1 + parts.rest, parts.k);
  return is_nan(x) ? x : value;
}

DC_INLINE double exp2(double x) {
  constexpr double kLog2 = 0x1.62e42fefa39efp-1;
  constexpr double kLog2Rest = 0x1.abc9e3b39803fp-56;
  const double clamped = clamp(x, -1080.0, 1025.0);
  const double k = (clamped + kRounder) - kRounder;
  const double part = clamped - k;
  const double r = part * kLog2 + part * kLog2Rest;
  const double value = scaled(1 + (r + r * r * polynomial(r, kExp)), k);
  return is_nan(x) ? x : value;
}

DC_INLINE double expm1(double x) {
  const double clamped = clamp(x, -40.0, 710.0);
  const ExpParts parts = exp_parts(clamped);
  // In halves: 2^1024 is no number, but what it is a part of may be.
  const double half = power_of_two(parts.k - 1);
  const double value = (half * parts.rest + (half - 0.5)) * 2;
  return is_nan(x) || x == 0 ? x : value;
}

DC_INLINE double log(double x) {
  return log_where_defined(x, [](double k, double f) DC_INLINE_LAMBDA {
    return k * kLog2High + (log_of_part(f) + k * kLog2Low);
  });
}

DC_INLINE double log2(double x) {
  return log_where_defined(x, [](double k, double f) DC_INLINE_LAMBDA {
    constexpr double kPerLog2 = 0x1.71547652b82fep0;
    constexpr double kPerLog2Rest = 0x1.777d0ffda0d24p-56;
    const double log = log_of_part(f);
    return k + (log * kPerLog2 + log * kPerLog2Rest);
  });
}

DC_INLINE double log10(double x) {
  return log_where_defined(x, [](double k, double f) DC_INLINE_LAMBDA {
    constexpr double kPerLog10 = 0x1.bcb7b1526e50ep-2;
    constexpr double kLog10Of2High = 0x1.34413508p-2;
    constexpr double kLog10Of2Low = 0x1.f79fef311f12bp-34;
    return k * kLog10Of2High + (log_of_part(f) * kPerLog10 + k * kLog10Of2Low);
  });
}

DC_INLINE double log1p(double x) {
  const bool is_near = x > -0.29 && x < 0.41;  // 1 + x would lose what x has
  const LogParts parts = log_parts(is_near || x <= -1 ? 1.0 : 1 + x);
  const double value =
      parts.k * kLog2High + (log_of_part(is_near ? x : parts.f) + parts.k * kLog2Low);
  const double upper = x < kInfinity<double> ? value : x;
  const double lower = x == -1 ? -kInfinity<double> : kNan<double>;
  return x <= -1 ? lower : x == 0 ? x : upper;
}

#define DC_FROM_LIBRARY(name)       \
  DC_INLINE double name(double x) { \
    return __builtin_##name(x);     \
  }
DC_FROM_LIBRARY(cbrt)
DC_FROM_LIBRARY(sin)
DC_FROM_LIBRARY(cos)
DC_FROM_LIBRARY(tan)
DC_FROM_LIBRARY(asin)
DC_FROM_LIBRARY(acos)
DC_FROM_LIBRARY(atan)
DC_FROM_LIBRARY(sinh)
DC_FROM_LIBRARY(cosh)
DC_FROM_LIBRARY(tanh)
DC_FROM_LIBRARY(asinh)
DC_FROM_LIBRARY(acosh)
DC_FROM_LIBRARY(atanh)
DC_FROM_LIBRARY(erf)
DC_FROM_LIBRARY(erfc)
DC_FROM_LIBRARY(tgamma)
DC_FROM_LIBRARY(lgamma)
#undef DC_FROM_LIBRARY
DC_INLINE double atan2(double y, double x) {
  return __builtin_atan2(y, x);
}
DC_INLINE double pow(double x, double y) {
  return __builtin_pow(x, y);
}
DC_INLINE double hypot(double x, double y) {
  return __builtin_hypot(x, y);
}
DC_INLINE double fmod(double x, double y) {
  return __builtin_fmod(x, y);
}
DC_INLINE double remainder(double x, double y) {
  return __builtin_remainder(x, y);
}

}  // namespace
}  // namespace dotcompute::generated
