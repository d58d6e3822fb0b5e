// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"
#include "kir/module.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// How the parts of KIR are called in its text form and in messages.
namespace dotcompute::kir {

/// "-", "~", "!".
[[nodiscard]] std::string_view spelling(UnaryOperator op) noexcept;
/// "+", "<<", "&&", ...
[[nodiscard]] std::string_view spelling(BinaryOperator op) noexcept;
/// "sqrt", "is_nan", ...: the enumerator.
[[nodiscard]] std::string_view spelling(Intrinsic intrinsic) noexcept;
/// "global_id", ...: the enumerator.
[[nodiscard]] std::string_view spelling(IdQuery query) noexcept;
/// "i32" of "7_i32", "f64"; empty for bool and structures.
[[nodiscard]] std::string_view literal_suffix(ElementType type) noexcept;

[[nodiscard]] std::optional<UnaryOperator> unary_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<BinaryOperator> binary_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<Intrinsic> intrinsic_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<IdQuery> query_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<ElementType> literal_type_of(std::string_view suffix) noexcept;
/// "bool", "int8", ... "float64"; not "struct".
[[nodiscard]] std::optional<ElementType> element_type_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<Direction> direction_of(std::string_view text) noexcept;

/// A letter or _, then letters, digits and _; and no keyword of C++.
[[nodiscard]] bool is_identifier(std::string_view text) noexcept;

/// Operands that an intrinsic takes: 1 to 3.
[[nodiscard]] std::uint32_t operand_count(Intrinsic intrinsic) noexcept;

}  // namespace dotcompute::kir
