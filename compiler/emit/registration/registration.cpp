// SPDX-License-Identifier: Apache-2.0
#include "analysis/access.hpp"
#include "emit/registration/emit.hpp"
#include "emit/registration/names.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dotcompute::emit {
namespace {

using analysis::BufferFacts;
using analysis::KernelFacts;
using kir::Function;
using kir::Module;
using kir::Variable;
using kir::VariableKind;

constexpr const char* kPadding = "                 ";

std::string parameter_text(const Module& module,
                           const Variable& parameter,
                           const BufferFacts& facts) {
  const std::string type = cpp_type(module, parameter.type);
  if (parameter.kind != VariableKind::buffer) {
    return "scalar<" + type + ">(" + quoted(parameter.name) + ")";
  }
  constexpr std::array<const char*, 3> kMakers{"input", "output", "in_out"};
  std::string text = kMakers[static_cast<std::size_t>(facts.direction)];
  text += "<" + type + (parameter.rank == 1 ? "" : ", " + std::to_string(parameter.rank)) + ">(" +
          quoted(parameter.name) +
          (parameter.extents.empty() ? "" : ", " + quoted(parameter.extents)) + ")";
  switch (facts.pattern) {
    case AccessPattern::element_wise:
      return "element_wise(" + text + ")";
    case AccessPattern::broadcast:
      return "generated::broadcast(" + text + ")";
    case AccessPattern::stencil:
      return "generated::stencil(" + text + ", " + std::to_string(facts.stencil_radius) + ")";
    case AccessPattern::irregular:
    case AccessPattern::reduction:
      break;
  }
  return text;
}

/// Whole numbers without a fraction.
std::string number_text(double number) {
  return number == std::floor(number) && number < 1e15
             ? std::to_string(static_cast<std::int64_t>(number))
             : std::to_string(number);
}

std::string metadata_text(const Module& module, const Function& kernel, const std::string& source) {
  const KernelFacts facts = analysis::analyse(module, kernel);
  const auto line = [](const std::string& text) { return ",\n" + (kPadding + (" " + text)); };
  std::string text = "{.name = " + quoted(name_of(kernel));
  if (!kernel.name_space.empty()) {
    text += line(".name_space = " + quoted(kernel.name_space));
  }
  std::string parameters;
  for (std::size_t at = 0; at < kernel.parameters.size(); ++at) {
    parameters += (at == 0 ? "" : line("               ")) +
                  parameter_text(module, *kernel.parameters[at], facts.parameters[at]);
  }
  text += line(".parameters = {" + parameters + "}");
  if (kernel.dimensions != 1) {
    text += line(".dimensions = " + std::to_string(kernel.dimensions));
  }
  if (!facts.is_parallel) {
    text += line(".is_parallel = false");
  }
  text += line(".file = " + quoted(source));
  text += line(".line = " + std::to_string(kernel.location.line));
  if (facts.operations_per_item != 0) {
    text += line(".operations_per_item = " + number_text(facts.operations_per_item));
  }
  if (facts.bytes_per_item != 0) {
    text += line(".bytes_per_item = " + number_text(facts.bytes_per_item));
  }
  if (kernel.group_size[0] != 0) {
    text += line(".group_size = {" + std::to_string(kernel.group_size[0]) + ", " +
                 std::to_string(kernel.group_size[1]) + ", " +
                 std::to_string(kernel.group_size[2]) + "}");
  }
  return text + "}";
}

std::string definition_text(const std::string& constant,
                            const std::string& entry,
                            const std::string& backend) {
  return "{.source = " + constant + ", .entry_point = " + quoted(entry) +
         ", .backend = AcceleratorType::" + (backend == "kir" ? "interpreter" : backend) + "}";
}

std::string head_of(const std::string& source) {
  return "// Written by dotcompute-kernelc from " + source + "; changes are lost.\n";
}

}  // namespace

std::string emit_registration(const Module& module, const RegistrationOptions& options) {
  std::string text =
      head_of(options.source) + "#include \"dotcompute/generated/registration.hpp\"\n\n#include " +
      quoted(options.handles) + "\n\nDC_GENERATED_BODIES(" + options.table + ");\n\nnamespace {\n";
  std::string calls;
  std::size_t at = 0;
  for (const auto& function : module.functions) {
    if (!function->is_kernel) {
      continue;
    }
    const std::string kir = kernel_text(module, *function, options.source);
    std::string definitions;
    const auto add = [&](const std::string& backend, const std::string& body,
                         const std::string& entry) {
      const std::string constant = constant_name(function->symbol + "_" + backend);
      text += "\nconstexpr const char* " + constant + " = R\"" + backend + "(" + body + ")" +
              backend + "\";\n";
      definitions += (definitions.empty() ? "{" : ",\n" + std::string(kPadding) + " ") +
                     definition_text(constant, entry, backend);
    };
    add("kir", kir, function->symbol);
    for (const KernelBody& body : options.bodies) {
      if (body.symbol == function->symbol) {
        add(body.backend, body.text, body.entry);
      }
    }
    calls += "\n  generated::add(module,\n" + std::string(kPadding) +
             metadata_text(module, *function, options.source) + ",\n" + kPadding +
             "bodies.bodies[" + std::to_string(at) + "],\n" + kPadding + definitions + "});\n";
    ++at;
  }
  text += "\n}  // namespace\n\n";
  const std::string function = "dotcompute_register_" + options.table;
  text += (options.is_discovered ? "static void " : "void ") + function +
          "(dotcompute::KernelModule& module) {\n  using namespace dotcompute;\n"
          "  [[maybe_unused]] const generated::BodyTable& bodies = " +
          options.table + "_bodies();\n" + calls + "}\n";
  if (options.is_discovered) {
    text += "DC_KERNEL_MODULE(&" + function + ");\n";
  }
  return text;
}

std::string emit_joint_registration(std::string_view function,
                                    const std::vector<std::string>& tables) {
  std::string text = head_of("several files") + "#include \"dotcompute/kernel_module.hpp\"\n\n";
  for (const std::string& table : tables) {
    text += "void dotcompute_register_" + table + "(dotcompute::KernelModule& module);\n";
  }
  const auto parts = function.rfind("::");
  const bool is_global = parts == std::string_view::npos;
  const std::string name_space(is_global ? "" : function.substr(0, parts));
  const std::string name(is_global ? function : function.substr(parts + 2));
  text += is_global ? "\n" : "\nnamespace " + name_space + " {\n\n";
  text += "void " + name + "(::dotcompute::KernelModule& module) {\n";
  for (const std::string& table : tables) {
    text += "  ::dotcompute_register_" + table + "(module);\n";
  }
  return text + "}\n" + (is_global ? "" : "\n}  // namespace " + name_space + "\n");
}

}  // namespace dotcompute::emit
