// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/emit.hpp"

#include "emit/opencl/parts.hpp"

namespace dotcompute::emit {

OpenClKernel emit_opencl(const kir::Module& module, const kir::Function& kernel) {
  opencl::Parts parts(module);
  parts.add_kernel(kernel);
  std::string text = parts.text();
  if (!parts.problem().empty()) {
    return {.note = parts.problem()};
  }
  return {.text = std::move(text), .entry = parts.names().of(kernel)};
}

std::string emit_opencl(const kir::Module& module) {
  opencl::Parts parts(module);
  std::string notes;
  for (const auto& function : module.functions) {
    if (!function->is_kernel) {
      continue;
    }
    const OpenClKernel alone = emit_opencl(module, *function);
    if (alone.note.empty()) {
      parts.add_kernel(*function);
    } else {
      notes += "// " + function->name + " has no body here: " + alone.note + ".\n";
    }
  }
  return parts.text() + notes;
}

}  // namespace dotcompute::emit
