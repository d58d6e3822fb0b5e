// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

#include <functional>
#include <optional>
#include <string>

namespace dotcompute::kir {

/// What is in a file, or nothing if it cannot be read.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

/// From the file system.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

/// Diagnostics as compilers print them:
///
///     kernels/blur.cpp:12:7: error: Pointers are not ... [DC008]
///        12 |   float* p = &out[0];
///           |          ^
///
/// \param module its `files` give the locations their names.
[[nodiscard]] std::string render(const Module& module,
                                 const Diagnostics& diagnostics,
                                 const FileReader& read = &read_file);

}  // namespace dotcompute::kir
