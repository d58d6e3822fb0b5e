// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/type.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dotcompute::kir {

/// Most bytes of one value, an array above all.
inline constexpr std::uint64_t kMaxValueBytes = std::uint64_t{1} << 24U;

/// Most levels of nesting of statements and expressions together: all who walk KIR recurse.
inline constexpr std::uint32_t kMaxDepth = 400;

/// Bytes of a value of `type` as it lies in memory; nothing if there is no such value: it is too
/// large, has no elements, or names a structure that `structures` does not have.
[[nodiscard]] std::optional<std::uint64_t> bytes_of(const std::vector<Structure>& structures,
                                                    const Type& type) noexcept;

/// "float32", "int32[4][4]", "physics::Body"; "none".
[[nodiscard]] std::string describe(const std::vector<Structure>& structures, const Type& type);

}  // namespace dotcompute::kir
