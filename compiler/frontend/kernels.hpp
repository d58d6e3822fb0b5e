// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontend/reporter.hpp"
#include "kir/module.hpp"

namespace clang {
class ASTContext;
class Expr;
class FunctionDecl;
}  // namespace clang

namespace dotcompute::frontend {

/// True of a function marked DC_KERNEL or DC_KERNEL_NAMED.
[[nodiscard]] bool is_kernel(const clang::FunctionDecl& function);

/// Reports what a function must not be to be a kernel, but for its parameters.
/// \return true if there is nothing.
bool check_kernel(const clang::FunctionDecl& kernel, Reporter& reporter);

/// Reads DC_KERNEL_NAMED, DC_GROUP and DC_SHAPE into `function`, whose parameters are there.
void read_annotations(const clang::FunctionDecl& kernel,
                      clang::ASTContext& context,
                      Reporter& reporter,
                      kir::Function& function);

/// Without the conversions that an annotation's arguments are put into.
[[nodiscard]] const clang::Expr* plain_argument(const clang::Expr* argument);

}  // namespace dotcompute::frontend
