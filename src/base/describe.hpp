// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"
#include "dotcompute/base/fixed_text.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"

namespace dotcompute::core {

// How messages speak of types and arguments. Nothing allocates.

/// "float32", or "struct of 12 bytes".
void describe_type(TypeId type, FixedText<160>& text) noexcept;

/// "in array of float32, 2 axes", "int32 value".
void describe_parameter(const Parameter& parameter, FixedText<160>& text) noexcept;

/// "read-only array of float32, extents 3 x 4", "int64 value -1".
void describe_argument(const Argument& argument, FixedText<160>& text) noexcept;

/// "3 x 4".
void describe_extents(const Extents& extents, std::size_t rank, FixedText<160>& text) noexcept;

}  // namespace dotcompute::core
