// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <string>

namespace dotcompute::emit {

struct CpuOptions {
  std::string table = "kernels";  ///< An identifier, unique in the program, for this file's bodies.
};

/// The kernels of `module` as one C++20 file. It is compiled once for each instruction set, with
/// DC_INSTRUCTION_SET defined as baseline, v3, v4 or neon and the flags that
/// dotcompute/generated/prelude.hpp names, and then defines
///
///     extern const dotcompute::generated::BodyTable <table>_<instruction set>;
///
/// with a body for each kernel in the order of the module. All else in it is local to the file.
///
/// \param module as verify() takes it.
[[nodiscard]] std::string emit_cpu(const kir::Module& module, const CpuOptions& options = {});

}  // namespace dotcompute::emit
