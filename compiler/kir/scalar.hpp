// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <cstdint>

namespace dotcompute::kir {

/// `value` rounded to binary16, to nearest, ties to even; beyond its range infinity.
[[nodiscard]] std::uint16_t half_from(double value) noexcept;
/// Exact: each binary16 value is a double.
[[nodiscard]] double half_value(std::uint16_t bits) noexcept;

/// `bits` as Expression::bits has a value of `type`: cut to its width, and an integer extended by
/// its own sign.
[[nodiscard]] std::uint64_t canonical_bits(ElementType type, std::uint64_t bits) noexcept;
/// `value` rounded to a floating `type`, as Expression::bits.
[[nodiscard]] std::uint64_t bits_of(ElementType type, double value) noexcept;
/// A floating value of Expression::bits.
[[nodiscard]] double floating_value(ElementType type, std::uint64_t bits) noexcept;

}  // namespace dotcompute::kir
