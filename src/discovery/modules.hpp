// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/kernel_registry.hpp"

#include <span>

namespace dotcompute::core {

/// The modules of the program, or of the shared library, that this code is linked into: all files
/// with DC_KERNEL_MODULE. Reading the list runs nothing.
[[nodiscard]] std::span<const ModuleEntry* const> linked_modules() noexcept;

}  // namespace dotcompute::core
