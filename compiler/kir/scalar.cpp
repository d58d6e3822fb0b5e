// SPDX-License-Identifier: Apache-2.0
#include "kir/scalar.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace dotcompute::kir {
namespace {

// Source: IEEE 754-2019, table 3.5: binary16 has 10 bits of fraction and a bias of 15.
constexpr int kHalfFractionBits = 10;
constexpr int kHalfMinExponent = -14;
constexpr int kHalfMaxExponent = 15;
constexpr std::uint16_t kHalfInfinity = 0x7C00;

constexpr std::uint64_t kDoubleFraction = (std::uint64_t{1} << 52U) - 1;

}  // namespace

std::uint16_t half_from(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 48U & 0x8000U);
  if (std::isnan(value)) {
    // The upper bits of the fraction stay, and the value stays a quiet NaN.
    return static_cast<std::uint16_t>(sign | 0x7E00U | (bits >> 42U & 0x1FFU));
  }
  const double size = std::fabs(value);
  if (std::isinf(size)) {
    return sign | kHalfInfinity;
  }
  if (size == 0) {
    return sign;
  }
  int exponent = std::ilogb(size);
  if (exponent > kHalfMaxExponent) {
    return sign | kHalfInfinity;
  }
  exponent = exponent < kHalfMinExponent ? kHalfMinExponent : exponent;
  // In units of the last place; exact but for the rounding of rint, which may carry upwards.
  const double units = std::rint(std::ldexp(size, kHalfFractionBits - exponent));
  const auto fraction = static_cast<std::uint32_t>(units);
  const auto biased = static_cast<std::uint32_t>(exponent - kHalfMinExponent);
  // A normal number's leading bit, and a carry, count the exponent up by one.
  return static_cast<std::uint16_t>(sign | ((biased << 10U) + fraction));
}

double half_value(std::uint16_t bits) noexcept {
  const std::uint32_t fraction = bits & 0x3FFU;
  const int exponent = bits >> 10U & 0x1F;
  double size = 0;
  if (exponent == 0x1F) {
    const std::uint64_t quiet = fraction == 0 ? 0 : std::uint64_t{1} << 51U;
    size = std::bit_cast<double>(std::uint64_t{0x7FF} << 52U | quiet |
                                 (std::uint64_t{fraction} << 42U & kDoubleFraction));
  } else if (exponent == 0) {
    size = std::ldexp(static_cast<double>(fraction), kHalfMinExponent - kHalfFractionBits);
  } else {
    size = std::ldexp(static_cast<double>(fraction | 0x400U),
                      exponent - 1 + kHalfMinExponent - kHalfFractionBits);
  }
  return (bits & 0x8000U) != 0 ? -size : size;
}

std::uint64_t canonical_bits(ElementType type, std::uint64_t bits) noexcept {
  switch (type) {
    case ElementType::boolean:
      return bits & 1U;
    case ElementType::int8:
      return static_cast<std::uint64_t>(static_cast<std::int8_t>(bits));
    case ElementType::uint8:
      return static_cast<std::uint8_t>(bits);
    case ElementType::int16:
      return static_cast<std::uint64_t>(static_cast<std::int16_t>(bits));
    case ElementType::uint16:
    case ElementType::float16:
      return static_cast<std::uint16_t>(bits);
    case ElementType::int32:
      return static_cast<std::uint64_t>(static_cast<std::int32_t>(bits));
    case ElementType::uint32:
    case ElementType::float32:
      return static_cast<std::uint32_t>(bits);
    case ElementType::int64:
    case ElementType::uint64:
    case ElementType::float64:
    case ElementType::structure:
      return bits;
  }
  return bits;
}

std::uint64_t bits_of(ElementType type, double value) noexcept {
  switch (type) {
    case ElementType::float16:
      return half_from(value);
    case ElementType::float32:
      return std::bit_cast<std::uint32_t>(static_cast<float>(value));
    default:
      return std::bit_cast<std::uint64_t>(value);
  }
}

double floating_value(ElementType type, std::uint64_t bits) noexcept {
  switch (type) {
    case ElementType::float16:
      return half_value(static_cast<std::uint16_t>(bits));
    case ElementType::float32:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    default:
      return std::bit_cast<double>(bits);
  }
}

}  // namespace dotcompute::kir
