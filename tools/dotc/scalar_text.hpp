// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace dotcompute::dotc {

/// A single value of a type known at run time.
struct ScalarValue {
  ElementType type = ElementType::float32;
  alignas(8) std::array<std::byte, 8> bytes{};  ///< The value is in the first size_of(type).
};

/// Reads "2.5", "-3", "true", "inf" as a value of `type`: decimal; bool also as 1 and 0. The nearest
/// float is taken; an integer is exact.
///
/// \pre `type` is not ElementType::structure.
/// \throws UsageError saying what was expected and got, without the parameter's name.
[[nodiscard]] ScalarValue parse_scalar(std::string_view text, ElementType type);

/// The nearest binary16 value, ties to even; infinity beyond 65519.
[[nodiscard]] half to_half(double value) noexcept;

}  // namespace dotcompute::dotc
