// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// How types and numbers are written in OpenCL C.
namespace dotcompute::emit::opencl {

/// What may hold a value of `type`: "int", "ulong", "float". A bool is a uchar, whose size and
/// place in memory are known, a float16 is "dc_half", its bits.
///
/// \param type no structure.
[[nodiscard]] std::string_view spell(ElementType type);

/// "3", "3u", "3l", "(char)3", "0.5f", "1e-3": a value of exactly that type.
[[nodiscard]] std::string spell_literal(ElementType type, std::uint64_t bits);

/// "sqrt", "fabs", ...: the function of OpenCL for floating values that does what `intrinsic` says.
/// Empty if there is none: min, max and clamp, which treat NaN otherwise.
[[nodiscard]] std::string_view spell(kir::Intrinsic intrinsic);

}  // namespace dotcompute::emit::opencl
