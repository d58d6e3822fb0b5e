// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/core.hpp"

#include <cstdint>

// What is exact, of any type, or plain work with bits. Nothing here or in the other headers of
// mathematics has a branch, so that a loop around it becomes vector code.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

template <class T>
inline constexpr T kInfinity = static_cast<T>(__builtin_inf());
template <class T>
inline constexpr T kNan = static_cast<T>(__builtin_nan(""));

DC_INLINE std::uint32_t bits_of(float x) {
  return __builtin_bit_cast(std::uint32_t, x);
}
DC_INLINE std::uint64_t bits_of(double x) {
  return __builtin_bit_cast(std::uint64_t, x);
}
DC_INLINE float float_of(std::uint32_t bits) {
  return __builtin_bit_cast(float, bits);
}
DC_INLINE double double_of(std::uint64_t bits) {
  return __builtin_bit_cast(double, bits);
}

/// An id or a size of a launch, which are below 2^52, as a floating value.
template <class T>
DC_INLINE T floating(std::uint64_t id) {
#if defined(__AVX512DQ__)
  return static_cast<T>(id);
#else
  // Few vector units have an instruction for it. Under the exponent of 2^52 it is a double.
  return static_cast<T>(double_of(id | 0x4330000000000000U) - 0x1p52);
#endif
}

DC_INLINE float abs_of(float x) {
  return __builtin_fabsf(x);
}
DC_INLINE double abs_of(double x) {
  return __builtin_fabs(x);
}
DC_INLINE float copysign(float x, float sign) {
  return float_of((bits_of(x) & 0x7FFFFFFFU) | (bits_of(sign) & 0x80000000U));
}
DC_INLINE double copysign(double x, double sign) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  return double_of((bits_of(x) & ~kSign) | (bits_of(sign) & kSign));
}

template <class T>
DC_INLINE bool is_nan(T x) {
  return x != x;
}
template <class T>
DC_INLINE bool is_inf(T x) {
  return abs_of(x) == kInfinity<T>;
}
template <class T>
DC_INLINE bool is_finite(T x) {
  return abs_of(x) < kInfinity<T>;
}
DC_INLINE bool sign_bit(float x) {
  return static_cast<std::int32_t>(bits_of(x)) < 0;
}
DC_INLINE bool sign_bit(double x) {
  return static_cast<std::int64_t>(bits_of(x)) < 0;
}

template <class T>
DC_INLINE T abs(T x) {
  return x < T{} ? static_cast<T>(-x) : x;
}
template <>
DC_INLINE float abs<float>(float x) {
  return abs_of(x);
}
template <>
DC_INLINE double abs<double>(double x) {
  return abs_of(x);
}
template <class T>
DC_INLINE T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
DC_INLINE T max(T a, T b) {
  return a < b ? b : a;
}
template <class T>
DC_INLINE T clamp(T value, T low, T high) {
  return value < low ? low : high < value ? high : value;
}

template <class T>
DC_INLINE T fmin(T a, T b) {
  return b < a || a != a ? b : a;
}
template <class T>
DC_INLINE T fmax(T a, T b) {
  return a < b || a != a ? b : a;
}
template <class T>
DC_INLINE T fdim(T a, T b) {
  const T difference = a - b;
  return a <= b ? T{} : difference;
}

DC_INLINE float sqrt(float x) {
  return __builtin_sqrtf(x);
}
DC_INLINE double sqrt(double x) {
  return __builtin_sqrt(x);
}
DC_INLINE float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
DC_INLINE double fma(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}

/// Quotients and remainders that wrap where the processor would stop.
template <class T>
DC_INLINE T divide(T a, T b) {
  const T safe = b == T{-1} ? T{1} : b;
  const T quotient = static_cast<T>(a / safe);
  return b == T{-1} ? static_cast<T>(-quotient) : quotient;
}
template <class T>
DC_INLINE T remainder_of(T a, T b) {
  return static_cast<T>(a % (b == T{-1} ? T{1} : b));
}

// To whole numbers. Up to 2^23 (2^52 of double) adding and taking away that number rounds to
// nearest; above, all numbers are whole. Newer processors have one instruction for it.

#if defined(__SSE4_1__) || defined(__aarch64__)
DC_INLINE float rint(float x) {
  return __builtin_nearbyintf(x);
}
DC_INLINE double rint(double x) {
  return __builtin_nearbyint(x);
}
DC_INLINE float floor(float x) {
  return __builtin_floorf(x);
}
DC_INLINE double floor(double x) {
  return __builtin_floor(x);
}
DC_INLINE float ceil(float x) {
  return __builtin_ceilf(x);
}
DC_INLINE double ceil(double x) {
  return __builtin_ceil(x);
}
DC_INLINE float trunc(float x) {
  return __builtin_truncf(x);
}
DC_INLINE double trunc(double x) {
  return __builtin_trunc(x);
}
#else
template <class T>
inline constexpr T kWhole = sizeof(T) == 4 ? T{8388608} : T{4503599627370496};

template <class T>
DC_INLINE T rint_of(T x) {
  const T size = abs_of(x);
  const T rounded = (size + kWhole<T>)-kWhole<T>;
  return size < kWhole<T> ? copysign(rounded, x) : x;
}
DC_INLINE float rint(float x) {
  return rint_of(x);
}
DC_INLINE double rint(double x) {
  return rint_of(x);
}
template <class T>
DC_INLINE T floor(T x) {
  const T rounded = rint_of(x);
  return copysign(rounded > x ? rounded - T{1} : rounded, x);
}
template <class T>
DC_INLINE T ceil(T x) {
  const T rounded = rint_of(x);
  return copysign(rounded < x ? rounded + T{1} : rounded, x);
}
template <class T>
DC_INLINE T trunc(T x) {
  return copysign(floor(abs_of(x)), x);
}
#endif

/// Halves away from zero.
template <class T>
DC_INLINE T round(T x) {
  const T whole = trunc(x);
  const T rest = abs_of(x - whole);
  return rest >= T{0.5} ? whole + copysign(T{1}, x) : whole;
}

/// c[0] + c[1] x + c[2] x^2 + ...
template <int kFirst = 0, class T, int kCount>
DC_INLINE T polynomial(T x, const T (&c)[kCount]) {
  if constexpr (kFirst + 1 == kCount) {
    return c[kFirst];
  } else {
    return polynomial<kFirst + 1>(x, c) * x + c[kFirst];
  }
}

}  // namespace
}  // namespace dotcompute::generated
