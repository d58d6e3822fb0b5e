// SPDX-License-Identifier: Apache-2.0
#include "scalar_text.hpp"

#include "element_visitor.hpp"
#include "usage_error.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>

namespace dotcompute::dotc {
namespace {

template <class T>
std::string expected_of() {
  if constexpr (std::same_as<T, bool>) {
    return "true or false";
  } else if constexpr (std::integral<T>) {
    return "an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
  } else if constexpr (std::same_as<T, half>) {
    return "a number that float16 can hold";
  } else {
    return "a number that " + std::string(to_string(ElementType(type_id_of<T>.element()))) +
           " can hold";
  }
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) {
    text.remove_prefix(1);  // from_chars takes no plus
  }
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

bool parse_as(std::string_view text, bool& value) {
  value = text == "true" || text == "True" || text == "1";
  return value || text == "false" || text == "False" || text == "0";
}
bool parse_as(std::string_view text, half& value) {
  double exact = 0;
  if (!parse_number(text, exact)) {
    return false;
  }
  value = to_half(exact);
  constexpr std::uint16_t kInfinity = 0x7C00;
  return (value.bits & 0x7FFFU) != kInfinity || std::isinf(exact);
}
template <class T>
bool parse_as(std::string_view text, T& value) {
  return parse_number(text, value);
}

}  // namespace

ScalarValue parse_scalar(std::string_view text, ElementType type) {
  ScalarValue scalar{.type = type};
  with_element_type(type, [&]<class T>(std::type_identity<T>) {
    T value{};
    if (!parse_as(text, value)) {
      refuse("", expected_of<T>(), "'" + std::string(text) + "'");
    }
    std::memcpy(scalar.bytes.data(), &value, sizeof(T));
  });
  return scalar;
}

half to_half(double value) noexcept {
  // Source: IEEE 754-2019, binary16: 5 bits of exponent with bias 15, 10 bits of fraction.
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) {
    return {static_cast<std::uint16_t>(sign | 0x7E00U)};
  }
  constexpr double kBeyond = 65520;  // halfway from the largest value to the next power of two
  if (magnitude >= kBeyond) {
    return {static_cast<std::uint16_t>(sign | 0x7C00U)};
  }
  // Below 2^-14 all values are multiples of 2^-24; above, of 2^(exponent - 10).
  const int exponent = magnitude < 0x1p-14 ? -14 : std::ilogb(magnitude);
  const auto units =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  // The implicit bit, and a carry out of the fraction, add to the exponent by themselves.
  const std::uint32_t bits = (static_cast<std::uint32_t>(exponent + 14) << 10U) + units;
  return {static_cast<std::uint16_t>(sign | bits)};
}

}  // namespace dotcompute::dotc
