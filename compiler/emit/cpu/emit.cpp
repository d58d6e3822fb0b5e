// SPDX-License-Identifier: Apache-2.0
#include "emit.hpp"

#include "analysis/dependence.hpp"
#include "emit/common/lines.hpp"
#include "expressions.hpp"
#include "kernel.hpp"
#include "kir/walk.hpp"
#include "spelling.hpp"
#include "statements.hpp"

#include <algorithm>
#include <string>

namespace dotcompute::emit {
namespace {

using cpu::Expressions;
using cpu::Names;
using emit::Lines;

void write_structure(const kir::Structure& structure,
                     std::uint32_t number,
                     const Names& names,
                     Lines& lines) {
  const std::string& name = names.of_structure(number);
  lines.open("struct alignas(" + std::to_string(structure.alignment) + ") " + name);
  for (const auto& field : structure.fields) {
    lines.add(cpu::spell(field.type, names) + " " + Names::of_field(field) + ";");
  }
  lines.close(";");
  lines.add("static_assert(sizeof(" + name + ") == " + std::to_string(structure.size) + ");");
  for (const auto& field : structure.fields) {
    lines.add("static_assert(__builtin_offsetof(" + name + ", " + Names::of_field(field) +
              ") == " + std::to_string(field.offset) + ");");
  }
  lines.add("");
}

bool is_written(const kir::Function& function, const kir::Variable& parameter) {
  const auto written = kir::writes_of(function.body);
  return std::find(written.begin(), written.end(), &parameter) != written.end();
}

std::string parameter_text(const kir::Function& function,
                           const kir::Variable& parameter,
                           const Names& names) {
  const std::string type = cpu::spell(parameter.type, names);
  switch (parameter.kind) {
    case kir::VariableKind::buffer:
      return "dc::Buffer<" + std::string(parameter.is_const ? "const " : "") + type + ", " +
             std::to_string(parameter.rank) + "> " + names.of(parameter);
    case kir::VariableKind::reference:
      return (is_written(function, parameter) ? "" : "const ") + type + "& " + names.of(parameter);
    default:
      return type + " " + names.of(parameter);
  }
}

void write_function(const kir::Module& module,
                    const kir::Function& function,
                    const Names& names,
                    Lines& lines) {
  lines.add("// " + cpu::place_of(module, function.location));
  std::string parameters = analysis::uses_ids(function) ? "const dc::Item& dc_item" : "";
  for (const auto& parameter : function.parameters) {
    parameters += (parameters.empty() ? "" : ", ") + parameter_text(function, *parameter, names);
  }
  lines.open("DC_INLINE " + cpu::spell(function.result, names) + " " + names.of(function) + "(" +
             parameters + ")");
  const Expressions expressions(module, names, nullptr);
  cpu::StatementWriter(expressions, nullptr, lines).write(function.body);
  lines.close();
  lines.add("");
}

void write_constants(const kir::Module& module, const Names& names, Lines& lines) {
  const Expressions expressions(module, names, nullptr);
  for (const auto& constant : module.constants) {
    lines.add("constexpr " + cpu::spell(constant->type, names) + " " + names.of(*constant) + " = " +
              expressions.text(*constant->value) + ";  // " +
              cpu::place_of(module, constant->location));
  }
  if (!module.constants.empty()) {
    lines.add("");
  }
}

void write_table(const kir::Module& module,
                 const Names& names,
                 const CpuOptions& options,
                 Lines& lines) {
  std::string bodies;
  std::size_t count = 0;
  for (const auto& function : module.functions) {
    if (function->is_kernel) {
      bodies += (count++ == 0 ? "&" : ", &") + names.of(*function) + "_body";
    }
  }
  if (count != 0) {
    lines.add("constexpr dc::HostFunction dc_bodies[] = {" + bodies + "};");
  }
  lines.add("");
  lines.add("}  // namespace");
  lines.add("");
  lines.add("}  // namespace dc_kernels");
  lines.add("");
  lines.add("extern const dotcompute::generated::BodyTable DC_BODY_TABLE(" + options.table + ");");
  lines.add("const dotcompute::generated::BodyTable DC_BODY_TABLE(" + options.table + ") = {" +
            (count != 0 ? "dc_kernels::dc_bodies" : "nullptr") + ", " + std::to_string(count) +
            "};");
}

}  // namespace

std::string emit_cpu(const kir::Module& module, const CpuOptions& options) {
  const Names names(module);
  Lines lines;
  const std::string source = module.files.empty() ? "" : " from " + module.files.front();
  lines.add("// Made by dotcompute-kernelc" + source + ". Changes are lost.");
  lines.add("#include \"dotcompute/generated/prelude.hpp\"");
  lines.add("");
  lines.add("namespace dc_kernels {");
  lines.add("");
  lines.add("namespace {");
  lines.add("");
  lines.add("namespace dc = dotcompute::generated;");
  lines.add("");
  for (std::uint32_t i = 0; i < module.structures.size(); ++i) {
    write_structure(module.structures[i], i, names, lines);
  }
  write_constants(module, names, lines);
  for (const auto& function : module.functions) {
    if (function->is_kernel) {
      cpu::write_kernel(module, *function, names, lines);
    } else {
      write_function(module, *function, names, lines);
    }
  }
  write_table(module, names, options, lines);
  return lines.text();
}

}  // namespace dotcompute::emit
