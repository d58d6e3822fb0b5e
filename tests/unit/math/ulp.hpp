// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "functions.hpp"

#include "dotcompute/generated/bodies.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace dotcompute::math_test {

#if defined(__x86_64__)
extern const Functions functions_baseline;
extern const Functions functions_v3;
extern const Functions functions_v4;
#else
extern const Functions functions_neon;
#endif

/// Those that this machine can run, with their names.
[[nodiscard]] inline std::vector<std::pair<const char*, const Functions*>> usable_functions() {
#if defined(__x86_64__)
  using generated::InstructionSet;
  const auto best = generated::detail::best_instruction_set();
  std::vector<std::pair<const char*, const Functions*>> usable{{"baseline", &functions_baseline}};
  if (best >= InstructionSet::v3) {
    usable.emplace_back("v3", &functions_v3);
  }
  if (best >= InstructionSet::v4) {
    usable.emplace_back("v4", &functions_v4);
  }
  return usable;
#else
  return {{"neon", &functions_neon}};
#endif
}

inline constexpr double kWrongKind = 1e9;  // NaN for a number, an infinity, a zero's sign

/// How far `got` is from `exact`, in units of the last place of T at `exact`.
template <class T, class Wide>
[[nodiscard]] double ulps_between(T got, Wide exact) {
  using Limits = std::numeric_limits<T>;
  const T rounded = static_cast<T>(exact);
  if (std::isnan(exact) || std::isnan(got)) {
    return std::isnan(exact) && std::isnan(got) ? 0 : kWrongKind;
  }
  if (std::isinf(exact) || (std::isinf(got) && std::isinf(rounded))) {
    return got == rounded ? 0 : kWrongKind;
  }
  if (got == 0 && rounded == 0) {
    return std::signbit(got) == std::signbit(rounded) ? 0 : kWrongKind;
  }
  // Beyond the largest number, infinity stands for the next one there would be.
  const Wide beyond = std::ldexp(Wide{1}, Limits::max_exponent);
  const Wide value = std::isinf(got) ? std::copysign(beyond, static_cast<Wide>(got)) : got;
  int exponent = 0;
  std::frexp(exact, &exponent);
  const int least = Limits::min_exponent - Limits::digits;
  const int place =
      std::min(std::max(exponent - Limits::digits, least), Limits::max_exponent - Limits::digits);
  return static_cast<double>(std::fabs(value - exact) / std::ldexp(Wide{1}, place));
}

}  // namespace dotcompute::math_test
