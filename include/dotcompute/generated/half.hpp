// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/core.hpp"
#include "dotcompute/generated/math_float.hpp"

#include <cstdint>

// Numbers of 16 bits. Each operation is done in float and rounded once: a float has more than twice
// the digits, so sums, products, quotients and roots are what rounding the exact value gives.
// Without branches, as all here.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

/// The value of an IEEE 754 binary16. Exact.
DC_INLINE constexpr float float_of_half(std::uint16_t bits) {
  constexpr std::uint32_t kRebias = std::uint32_t{127 - 15} << 23U;
  constexpr std::uint32_t kLeastNormal = std::uint32_t{127 - 14} << 23U;
  const std::uint32_t size = static_cast<std::uint32_t>(bits & 0x7FFFU) << 13U;
  const std::uint32_t normal = size + kRebias;
  // NaN becomes a quiet one.
  const std::uint32_t quiet = (bits & 0x3FFU) != 0 ? 0x400000U : 0;
  const std::uint32_t small =
      __builtin_bit_cast(std::uint32_t, __builtin_bit_cast(float, size + kLeastNormal) -
                                            __builtin_bit_cast(float, kLeastNormal));
  const std::uint32_t large = (normal + kRebias) | quiet;
  const std::uint32_t finite = size < 0x800000U ? small : normal;
  const std::uint32_t chosen = size >= 0xF800000U ? large : finite;
  return __builtin_bit_cast(float, chosen | static_cast<std::uint32_t>(bits & 0x8000U) << 16U);
}

/// To nearest, ties to even; infinity beyond the range.
DC_INLINE constexpr std::uint16_t half_of_float(float value) {
  constexpr std::uint32_t kRebias = std::uint32_t{127 - 15} << 23U;
  constexpr std::uint32_t kLeastNormal = std::uint32_t{127 - 14} << 23U;
  constexpr std::uint32_t kBeyond = std::uint32_t{127 + 16} << 23U;
  constexpr std::uint32_t kInfinityBits = 0x7F800000U;
  const auto bits = __builtin_bit_cast(std::uint32_t, value);
  const std::uint32_t size = bits & 0x7FFFFFFFU;
  const std::uint32_t normal = (size - kRebias + 0xFFFU + (size >> 13U & 1U)) >> 13U;
  // The last bit of 1/2 is worth what the last bit of a small half is.
  const std::uint32_t small =
      __builtin_bit_cast(std::uint32_t, __builtin_bit_cast(float, size) + 0.5F) - 0x3F000000U;
  const std::uint32_t nan = 0x7E00U | (size >> 13U & 0x1FFU);
  const std::uint32_t large = size > kInfinityBits ? nan : 0x7C00U;
  const std::uint32_t finite = size < kLeastNormal ? small : normal;
  const std::uint32_t chosen = size >= kBeyond ? large : finite;
  return static_cast<std::uint16_t>(chosen | (bits >> 16U & 0x8000U));
}

/// A double as a float that rounds to the same half: inexact ones get an odd last digit.
DC_INLINE constexpr float odd_float_of(double value) {
  const auto nearest = static_cast<float>(value);
  const auto back = static_cast<double>(nearest);
  const auto bits = __builtin_bit_cast(std::uint32_t, nearest);
  const bool is_above = (back < 0 ? -back : back) > (value < 0 ? -value : value);
  const std::uint32_t odd = (bits - (is_above ? 1U : 0U)) | 1U;
  return __builtin_bit_cast(float, back == value ? bits : odd);
}

struct half {
  std::uint16_t bits;

  half() = default;
  template <class T>
  DC_INLINE constexpr explicit half(T value) : bits(half_of_float(static_cast<float>(value))) {}
  DC_INLINE constexpr explicit half(double value) : bits(half_of_float(odd_float_of(value))) {}

  template <class T>
  DC_INLINE constexpr explicit operator T() const {
    return static_cast<T>(float_of_half(bits));
  }
};

/// Of the same bits.
DC_INLINE constexpr half half_of_bits(std::uint16_t bits) {
  half value{};
  value.bits = bits;
  return value;
}
DC_INLINE float wide(half x) {
  return float_of_half(x.bits);
}

DC_INLINE half operator+(half a, half b) {
  return half(wide(a) + wide(b));
}
DC_INLINE half operator-(half a, half b) {
  return half(wide(a) - wide(b));
}
DC_INLINE half operator*(half a, half b) {
  return half(wide(a) * wide(b));
}
DC_INLINE half operator/(half a, half b) {
  return half(wide(a) / wide(b));
}
DC_INLINE half operator-(half a) {
  return half_of_bits(static_cast<std::uint16_t>(a.bits ^ 0x8000U));
}
DC_INLINE bool operator<(half a, half b) {
  return wide(a) < wide(b);
}
DC_INLINE bool operator<=(half a, half b) {
  return wide(a) <= wide(b);
}
DC_INLINE bool operator>(half a, half b) {
  return wide(a) > wide(b);
}
DC_INLINE bool operator>=(half a, half b) {
  return wide(a) >= wide(b);
}
DC_INLINE bool operator==(half a, half b) {
  return wide(a) == wide(b);
}
DC_INLINE bool operator!=(half a, half b) {
  return wide(a) != wide(b);
}

DC_INLINE half abs_of(half x) {
  return half_of_bits(static_cast<std::uint16_t>(x.bits & 0x7FFFU));
}
template <>
DC_INLINE half abs<half>(half x) {
  return abs_of(x);
}
DC_INLINE half copysign(half x, half sign) {
  return half_of_bits(static_cast<std::uint16_t>((x.bits & 0x7FFFU) | (sign.bits & 0x8000U)));
}
DC_INLINE bool sign_bit(half x) {
  return (x.bits & 0x8000U) != 0;
}
DC_INLINE half fma(half a, half b, half c) {
  return half(fma(static_cast<double>(a), static_cast<double>(b), static_cast<double>(c)));
}

// The others are those of float.
#define DC_HALF_FUNCTION(name)  \
  DC_INLINE half name(half x) { \
    return half(name(wide(x))); \
  }
#define DC_HALF_FUNCTION_OF_TWO(name)    \
  DC_INLINE half name(half x, half y) {  \
    return half(name(wide(x), wide(y))); \
  }
DC_HALF_FUNCTION(sqrt)
DC_HALF_FUNCTION(cbrt)
DC_HALF_FUNCTION(exp)
DC_HALF_FUNCTION(exp2)
DC_HALF_FUNCTION(expm1)
DC_HALF_FUNCTION(log)
DC_HALF_FUNCTION(log2)
DC_HALF_FUNCTION(log10)
DC_HALF_FUNCTION(log1p)
DC_HALF_FUNCTION(sin)
DC_HALF_FUNCTION(cos)
DC_HALF_FUNCTION(tan)
DC_HALF_FUNCTION(asin)
DC_HALF_FUNCTION(acos)
DC_HALF_FUNCTION(atan)
DC_HALF_FUNCTION(sinh)
DC_HALF_FUNCTION(cosh)
DC_HALF_FUNCTION(tanh)
DC_HALF_FUNCTION(asinh)
DC_HALF_FUNCTION(acosh)
DC_HALF_FUNCTION(atanh)
DC_HALF_FUNCTION(erf)
DC_HALF_FUNCTION(erfc)
DC_HALF_FUNCTION(tgamma)
DC_HALF_FUNCTION(lgamma)
DC_HALF_FUNCTION(floor)
DC_HALF_FUNCTION(ceil)
DC_HALF_FUNCTION(trunc)
DC_HALF_FUNCTION(round)
DC_HALF_FUNCTION(rint)
DC_HALF_FUNCTION_OF_TWO(atan2)
DC_HALF_FUNCTION_OF_TWO(pow)
DC_HALF_FUNCTION_OF_TWO(hypot)
DC_HALF_FUNCTION_OF_TWO(fmod)
DC_HALF_FUNCTION_OF_TWO(remainder)
#undef DC_HALF_FUNCTION
#undef DC_HALF_FUNCTION_OF_TWO

}  // namespace
}  // namespace dotcompute::generated
