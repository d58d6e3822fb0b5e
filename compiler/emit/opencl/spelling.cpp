// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/spelling.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace dotcompute::emit::opencl {
namespace {

template <class Float>
std::string spell_floating(Float value, std::string_view suffix) {
  if (std::isnan(value)) {
    // Not as bits: what as_float() gives is no constant.
    return suffix.empty() ? "((double)INFINITY - (double)INFINITY)" : "(INFINITY - INFINITY)";
  }
  if (std::isinf(value)) {
    const std::string infinity = suffix.empty() ? "(double)INFINITY" : "INFINITY";
    return std::signbit(value) ? "-" + infinity : infinity;
  }
  std::array<char, 64> text{};
  auto* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  std::string spelled(text.data(), end);
  if (spelled.find_first_of(".e") == std::string::npos) {
    spelled += ".0";
  }
  return spelled.append(suffix);
}

std::string spell_signed(std::int64_t value, std::int64_t least, const char* suffix) {
  // The least number is the negative of one that does not fit.
  return value == least ? "(" + std::to_string(value + 1) + suffix + " - 1)"
                        : std::to_string(value) + suffix;
}

}  // namespace

std::string_view spell(ElementType type) {
  constexpr std::array<std::string_view, 12> kNames{"uchar",  "char",    "uchar", "short",
                                                    "ushort", "int",     "uint",  "long",
                                                    "ulong",  "dc_half", "float", "double"};
  return kNames.at(static_cast<std::size_t>(type));
}

std::string spell_literal(ElementType type, std::uint64_t bits) {
  const auto value = static_cast<std::int64_t>(bits);
  switch (type) {
    case ElementType::boolean:
      return bits != 0 ? "true" : "false";
    case ElementType::int32:
      return spell_signed(value, INT32_MIN, "");
    case ElementType::int64:
      return spell_signed(value, INT64_MIN, "l");
    case ElementType::uint32:
      return std::to_string(bits) + "u";
    case ElementType::uint64:
      return std::to_string(bits) + "ul";
    case ElementType::float32:
      return spell_floating(std::bit_cast<float>(static_cast<std::uint32_t>(bits)), "f");
    case ElementType::float64:
      return spell_floating(std::bit_cast<double>(bits), "");
    default:
      return "(" + std::string(spell(type)) + ")" + std::to_string(value);
  }
}

std::string_view spell(kir::Intrinsic intrinsic) {
  constexpr std::array<std::string_view, 45> kNames{
      "sqrt",     "cbrt",  "exp",   "exp2",      "expm1", "log",   "log2",     "log10",   "log1p",
      "sin",      "cos",   "tan",   "asin",      "acos",  "atan",  "atan2",    "sinh",    "cosh",
      "tanh",     "asinh", "acosh", "atanh",     "pow",   "hypot", "erf",      "erfc",    "tgamma",
      "lgamma",   "fma",   "fmod",  "remainder", "floor", "ceil",  "trunc",    "round",   "rint",
      "copysign", "fdim",  "fmin",  "fmax",      "isnan", "isinf", "isfinite", "signbit", "fabs"};
  const auto place = static_cast<std::size_t>(intrinsic);
  return place < kNames.size() ? kNames.at(place) : std::string_view();
}

}  // namespace dotcompute::emit::opencl
