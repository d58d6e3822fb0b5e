// SPDX-License-Identifier: Apache-2.0
#include "frontend/invocation.hpp"

#include <clang/Frontend/Utils.h>

namespace dotcompute::frontend {

std::vector<std::string> arguments_of(const Request& request) {
  // The program's place is how the driver finds Clang's own headers.
  std::vector<std::string> arguments{DOTCOMPUTE_CLANG_PROGRAM, "-fsyntax-only", "-xc++",
                                     "-std=" + request.standard, "-Wall",
                                     "-Wconditional-uninitialized",
                                     // Kernels are marked with attributes of ours, and may be
                                     // used by nothing else in their file.
                                     "-Wno-unknown-attributes", "-Wno-unused-function",
                                     "-Wno-undefined-internal", "-ferror-limit=0",
                                     // What kernels are is decided by the language alone.
                                     "-ffp-contract=off", "-fwrapv"};
  for (const std::string& directory : request.include_directories) {
    arguments.push_back("-I" + directory);
  }
  for (const std::string& definition : request.definitions) {
    arguments.push_back("-D" + definition);
  }
  arguments.insert(arguments.end(), request.extra_arguments.begin(), request.extra_arguments.end());
  return arguments;
}

std::shared_ptr<clang::CompilerInvocation> make_invocation(
    const std::vector<std::string>& arguments,
    const std::string& file,
    clang::DiagnosticsEngine& diagnostics) {
  std::vector<const char*> pointers;
  pointers.reserve(arguments.size() + 2);
  for (const std::string& argument : arguments) {
    pointers.push_back(argument.c_str());
  }
  pointers.push_back("--");
  pointers.push_back(file.c_str());
  clang::CreateInvocationOptions options;
  options.Diags = &diagnostics;
  std::shared_ptr<clang::CompilerInvocation> invocation =
      clang::createInvocation(pointers, std::move(options));
  if (invocation != nullptr) {
    invocation->getFrontendOpts().DisableFree = false;
    invocation->getDiagnosticOpts().ShowCarets = false;
  }
  return invocation;
}

}  // namespace dotcompute::frontend
