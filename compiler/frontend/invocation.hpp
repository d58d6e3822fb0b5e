// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontend/frontend.hpp"

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInvocation.h>

#include <memory>
#include <string>
#include <vector>

namespace dotcompute::frontend {

/// What clang++ would be called with, without the file.
[[nodiscard]] std::vector<std::string> arguments_of(const Request& request);

/// How Clang's front end compiles `file` if clang++ is called with `arguments`: its driver finds the
/// system's headers. Null if the arguments are wrong, which `diagnostics` is told.
[[nodiscard]] std::shared_ptr<clang::CompilerInvocation> make_invocation(
    const std::vector<std::string>& arguments,
    const std::string& file,
    clang::DiagnosticsEngine& diagnostics);

}  // namespace dotcompute::frontend
