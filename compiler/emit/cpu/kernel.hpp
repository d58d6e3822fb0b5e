// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/common/lines.hpp"
#include "kir/module.hpp"
#include "spelling.hpp"

namespace dotcompute::emit::cpu {

/// Writes what a kernel becomes: a struct of its arguments, a function that runs a strip of items,
/// and the body, which takes a box of items apart into strips.
void write_kernel(const kir::Module& module,
                  const kir::Function& kernel,
                  const Names& names,
                  Lines& lines);

/// "kernels/matmul.cpp:12", as the comments beside emitted code say it.
[[nodiscard]] std::string place_of(const kir::Module& module, const kir::Location& location);

}  // namespace dotcompute::emit::cpu
