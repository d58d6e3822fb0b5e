// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <string>
#include <string_view>

namespace dotcompute::emit {

/// The name a kernel is registered under, without its namespace.
[[nodiscard]] std::string name_of(const kir::Function& kernel);
/// The same with its namespace.
[[nodiscard]] std::string qualified_name_of(const kir::Function& kernel);
/// "vector_add" -> "kVectorAdd".
[[nodiscard]] std::string constant_name(std::string_view name);
/// As C++ calls it: "float", "std::int32_t", "::physics::Body".
[[nodiscard]] std::string cpp_type(const kir::Module& module, const kir::Type& type);
/// `text` as a literal of C++.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace dotcompute::emit
