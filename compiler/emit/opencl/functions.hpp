// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/opencl/parts.hpp"
#include "kir/module.hpp"

#include <string>
#include <vector>

namespace dotcompute::emit::opencl {

/// A function that kernels call, under `name`. \param spaces as Parts::function() takes them.
[[nodiscard]] std::string function_text(Parts& parts,
                                        const kir::Function& function,
                                        const std::string& name,
                                        const std::vector<Space>& spaces);

/// A kernel, with the struct of its arguments before it.
[[nodiscard]] std::string kernel_function_text(Parts& parts, const kir::Function& kernel);

}  // namespace dotcompute::emit::opencl
