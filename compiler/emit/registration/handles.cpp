// SPDX-License-Identifier: Apache-2.0
#include "analysis/access.hpp"
#include "emit/registration/emit.hpp"
#include "emit/registration/names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace dotcompute::emit {
namespace {

using kir::Function;
using kir::Module;
using kir::Structure;
using kir::Type;
using kir::Variable;
using kir::VariableKind;

std::string handle_parameter(const Module& module, const Variable& parameter, Direction direction) {
  std::string type = cpp_type(module, parameter.type);
  if (parameter.kind != VariableKind::buffer) {
    return type;
  }
  const std::string rank = parameter.rank == 1 ? "" : ", " + std::to_string(parameter.rank);
  return "::dotcompute::" + std::string(to_string(direction)) + "<" + type + rank + ">";
}

std::string handle_of(const Module& module, const Function& kernel) {
  const analysis::KernelFacts facts = analysis::analyse(module, kernel);
  std::string types;
  std::string names;
  for (std::size_t at = 0; at < kernel.parameters.size(); ++at) {
    const Variable& parameter = *kernel.parameters[at];
    const char* separator = at == 0 ? "" : ", ";
    types += (at == 0 ? "" : ",\n    ") +
             handle_parameter(module, parameter, facts.parameters[at].direction);
    names += separator + parameter.name;
  }
  const std::string name = qualified_name_of(kernel);
  return "/// " + name + "(" + names + ")\n" +
         "inline constexpr ::dotcompute::KernelHandle<\n    " + types + ">\n    " +
         constant_name(name_of(kernel)) + "{" + quoted(name) + "};\n";
}

/// The structures that parameters of kernels are of, and those within them.
std::set<std::uint32_t> shown_structures(const Module& module) {
  std::set<std::uint32_t> shown;
  for (const auto& function : module.functions) {
    for (const auto& parameter : function->parameters) {
      if (function->is_kernel && parameter->type.has_structure()) {
        shown.insert(parameter->type.structure);
      }
    }
  }
  // Each stands after those that it contains.
  for (auto at = module.structures.size(); at-- > 0;) {
    if (!shown.contains(static_cast<std::uint32_t>(at))) {
      continue;
    }
    for (const kir::Field& field : module.structures[at].fields) {
      if (field.type.has_structure()) {
        shown.insert(field.type.structure);
      }
    }
  }
  return shown;
}

std::string definition_of(const Module& module, const Structure& structure) {
  const auto parts = structure.name.rfind("::");
  const bool is_global = parts == std::string::npos;
  const std::string name = is_global ? structure.name : structure.name.substr(parts + 2);
  std::string text = is_global ? "" : "namespace " + structure.name.substr(0, parts) + " {\n";
  text += "struct " + name + " {\n";
  for (const kir::Field& field : structure.fields) {
    text += "  " + cpp_type(module, field.type) + " " + field.name;
    for (const std::uint32_t extent : field.type.extents) {
      text += "[" + std::to_string(extent) + "]";
    }
    text += ";\n";
  }
  text += "};\n";
  return text + (is_global ? "" : "}\n") + "static_assert(sizeof(::" + structure.name +
         ") == " + std::to_string(structure.size) + ");\n";
}

/// `path` without the longest of `directories` that it lies in.
std::string include_name(const std::string& path, const std::vector<std::string>& directories) {
  std::size_t longest = 0;
  for (const std::string& directory : directories) {
    const std::string prefix = directory.ends_with('/') ? directory : directory + "/";
    if (path.starts_with(prefix)) {
      longest = std::max(longest, prefix.size());
    }
  }
  return path.substr(longest);
}

}  // namespace

std::string emit_handles(const Module& module, const RegistrationOptions& options) {
  std::string text = "// Written by dotcompute-kernelc from " + options.source +
                     "; changes are lost.\n#pragma once\n\n#include "
                     "\"dotcompute/kernel_handle.hpp\"\n";
  std::set<std::string> headers;
  std::string definitions;
  for (const std::uint32_t at : shown_structures(module)) {
    const Structure& structure = module.structures[at];
    if (structure.file != 0) {
      headers.insert(include_name(module.files[structure.file], options.include_directories));
    } else {
      definitions += "\n" + definition_of(module, structure);
    }
  }
  for (const std::string& header : headers) {
    text += "#include " + quoted(header) + "\n";
  }
  text += "\n#include <cstdint>\n" + definitions;
  for (const auto& function : module.functions) {
    if (function->is_kernel) {
      const std::string name_space =
          function->name_space.empty() ? "kernels" : function->name_space + "::kernels";
      text += "\nnamespace " + name_space + " {\n\n" + handle_of(module, *function) +
              "\n}  // namespace " + name_space + "\n";
    }
  }
  return text;
}

}  // namespace dotcompute::emit
