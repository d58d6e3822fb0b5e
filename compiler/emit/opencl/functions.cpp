// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/functions.hpp"

#include "emit/common/lines.hpp"
#include "emit/common/operators.hpp"
#include "emit/opencl/expressions.hpp"
#include "emit/opencl/statements.hpp"
#include "kir/walk.hpp"

#include <algorithm>

namespace dotcompute::emit::opencl {
namespace {

using kir::Function;
using kir::Variable;
using kir::VariableKind;

constexpr std::uint32_t kMostAlignment = 8;  // of what the struct of arguments holds

const char* prefix_of(Space space) {
  return space == Space::global ? "global " : space == Space::constant ? "constant " : "";
}

std::string parameter_text(Parts& parts,
                           const Function& function,
                           const Variable& parameter,
                           const Scope& scope) {
  const std::string& name = parts.names().of(parameter);
  const std::string type = parts.type(parameter.type);
  if (parameter.kind == VariableKind::buffer) {
    return std::string("global ") + (parameter.is_const ? "const " : "") + type + "* " + name +
           ", const ulong* " + name + "_extents";
  }
  if (parameter.kind != VariableKind::reference) {
    return type + " " + name;
  }
  const auto written = kir::writes_of(function.body);
  const bool is_const = std::find(written.begin(), written.end(), &parameter) == written.end();
  return prefix_of(scope.references.at(&parameter)) + std::string(is_const ? "const " : "") + type +
         "* " + name;
}

// The struct of a kernel's arguments, but for its memory.
void write_struct(Parts& parts, const Function& kernel, const std::string& entry, Lines& lines) {
  const std::string aligned = " __attribute__((aligned(8)));";
  lines.open("typedef struct");
  lines.add("ulong range[3];");
  for (const auto& parameter : kernel.parameters) {
    const std::string& name = parts.names().of(*parameter);
    if (parameter->kind == VariableKind::buffer) {
      lines.add("ulong " + name + "_extents[" + std::to_string(parameter->rank) + "];");
      lines.add("long " + name + "_offset;");
      continue;
    }
    if (parameter->type.has_structure() &&
        parts.module().structures[parameter->type.structure].alignment > kMostAlignment) {
      parts.set_problem("its parameter " + parameter->name + " needs more alignment than 8 bytes");
    }
    lines.add(parts.type(parameter->type) + " " + name + aligned);
  }
  lines.close(" " + entry + "_arguments;");
  lines.add("");
}

std::string kernel_head(Parts& parts, const Function& kernel, const std::string& entry) {
  std::string head = "kernel void " + entry + "(";
  for (const auto& parameter : kernel.parameters) {
    if (parameter->kind == VariableKind::buffer) {
      head += std::string("global ") + (parameter->is_const ? "const " : "") +
              parts.type(parameter->type) + "* " + parts.names().of(*parameter) + "_memory, ";
    }
  }
  return head + "const " + entry + "_arguments dc)";
}

void write_end_of_range(const Function& kernel, Lines& lines) {
  std::string condition;
  for (int axis = 0; axis < kernel.dimensions; ++axis) {
    const std::string number = std::to_string(axis);
    condition += (axis == 0 ? "" : " || ") + ("get_global_id(" + number + ") - get_global_offset(" +
                                              number + ") >= dc.range[" + number + "]");
  }
  lines.open("if (" + condition + ")");
  lines.add("return;");
  lines.close();
}

void write_launch(Parts& parts, const Function& kernel, Lines& lines) {
  std::string groups;
  for (const std::uint32_t size : kernel.group_size) {
    groups += (groups.empty() ? "" : ", ") + std::to_string(std::max(1U, size));
  }
  const std::string type = parts.launch();
  lines.add("const " + type + " dc_launched = {{dc.range[0], dc.range[1], dc.range[2]}, {" +
            groups + "}};");
  lines.add("const " + type + "* const dc_at = &dc_launched;");
}

void write_locals(Parts& parts, const Function& kernel, const Uses& uses, Lines& lines) {
  const auto written = kir::writes_of(kernel.body);
  for (const auto& parameter : kernel.parameters) {
    if (!uses.named.contains(parameter.get())) {
      continue;
    }
    const std::string& name = parts.names().of(*parameter);
    const std::string type = parts.type(parameter->type);
    if (parameter->kind == VariableKind::buffer) {
      const std::string own = parameter->is_const ? "const " : "";
      lines.add("global " + own + type + "* const " + name + " = (global " + own + type +
                "*)((global " + own + "char*)" + name + "_memory + dc." + name + "_offset);");
      continue;
    }
    const bool is_const =
        std::find(written.begin(), written.end(), parameter.get()) == written.end();
    lines.add((is_const ? "const " : "") + type + " " + name + " = dc." + name + ";");
    if (!uses.read.contains(parameter.get())) {
      lines.add("(void)" + name + ";");
    }
  }
}

}  // namespace

std::string function_text(Parts& parts,
                          const Function& function,
                          const std::string& name,
                          const std::vector<Space>& spaces) {
  Scope scope{function, {}};
  std::size_t reference = 0;
  for (const auto& parameter : function.parameters) {
    if (parameter->kind == VariableKind::reference) {
      scope.references[parameter.get()] = spaces.at(reference++);
    }
  }
  std::string list =
      parts.asks_for_launch(function) ? "const " + std::string(parts.launch()) + "* dc_at" : "";
  for (const auto& parameter : function.parameters) {
    list += (list.empty() ? "" : ", ") + parameter_text(parts, function, *parameter, scope);
  }
  const Expressions expressions(parts, scope);
  const Uses uses = uses_of(function);
  Lines lines;
  lines.add("// " + place_in_source(parts.module(), function.location));
  lines.open("static " + parts.type(function.result) + " " + name + "(" +
             (list.empty() ? "void" : list) + ")");
  StatementWriter(expressions, uses, lines).write(function.body);
  lines.close();
  lines.add("");
  return lines.text();
}

std::string kernel_function_text(Parts& parts, const Function& kernel) {
  const std::string& entry = parts.names().of(kernel);
  const Scope scope{kernel, {}};
  const Expressions expressions(parts, scope);
  const Uses uses = uses_of(kernel);
  Lines lines;
  lines.add("// " + place_in_source(parts.module(), kernel.location));
  write_struct(parts, kernel, entry, lines);
  lines.open(kernel_head(parts, kernel, entry));
  write_end_of_range(kernel, lines);
  if (parts.asks_for_launch(kernel)) {
    write_launch(parts, kernel, lines);
  }
  write_locals(parts, kernel, uses, lines);
  StatementWriter(expressions, uses, lines).write(kernel.body);
  lines.close();
  lines.add("");
  return lines.text();
}

}  // namespace dotcompute::emit::opencl
