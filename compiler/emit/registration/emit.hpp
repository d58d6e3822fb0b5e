// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::emit {

/// A kernel's body as text for one back end.
struct KernelBody {
  std::string symbol;   ///< Function::symbol of the kernel.
  std::string backend;  ///< As AcceleratorType calls it: "opencl".
  std::string text;
  std::string entry;  ///< The name of the kernel's function in the text.
};

struct RegistrationOptions {
  std::string table = "kernels";  ///< As CpuOptions::table.
  std::string source;             ///< How the source file is called in metadata and comments.
  std::string handles;            ///< The name by which the text includes the handles' header.
  /// False: the text defines `void dotcompute_register_<table>(dotcompute::KernelModule&)`, for
  /// whoever calls it. True: every runtime of the program finds the kernels.
  bool is_discovered = true;
  /// Where headers are looked for; tells how a structure's header is included.
  std::vector<std::string> include_directories;
  std::vector<KernelBody> bodies;  ///< Beside those for the CPU and the interpreter.
};

/// What tells a runtime of the kernels of `module`, as one C++20 file: metadata with the facts that
/// analysis::analyse() proves, the bodies that emit_cpu() makes, KIR for the interpreter, and what
/// RegistrationOptions::bodies has.
///
/// \param module as verify() takes it.
[[nodiscard]] std::string emit_registration(const kir::Module& module,
                                            const RegistrationOptions& options);

/// A header with a typed handle for each kernel of `module`, in the kernel's namespace and, within
/// it, `kernels`.
[[nodiscard]] std::string emit_handles(const kir::Module& module,
                                       const RegistrationOptions& options);

/// A file that defines `void <function>(dotcompute::KernelModule&)`, which registers the kernels of
/// all `tables`. Their texts are emitted with is_discovered false.
///
/// \param function qualified.
[[nodiscard]] std::string emit_joint_registration(std::string_view function,
                                                  const std::vector<std::string>& tables);

/// `module` with nothing but `kernel` and what it needs, as KIR's text, and files named as `source`.
[[nodiscard]] std::string kernel_text(const kir::Module& module,
                                      const kir::Function& kernel,
                                      const std::string& source);

}  // namespace dotcompute::emit
