// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"
#include "dotcompute/base/element_type.hpp"

#include <cstdint>

namespace dotcompute::core {

/// Writes the value of a scalar argument as a value of `wanted` to `storage`, if nothing is lost by
/// it: integers to integers and floating point of at least their width that hold the value, float
/// to double. A fraction never becomes an integer, a double no float, and bool stands alone.
/// \return false if the argument is no scalar or would lose something.
bool convert_scalar(const Argument& argument, TypeId wanted, std::uint64_t& storage) noexcept;

}  // namespace dotcompute::core
