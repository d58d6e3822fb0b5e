// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

#include "analysis/dependence.hpp"
#include "body.hpp"
#include "expressions.hpp"
#include "kir/walk.hpp"
#include "lowering/plan.hpp"
#include "strip.hpp"

#include <string>
#include <vector>

namespace dotcompute::emit::cpu {
namespace {

using kir::Variable;
using kir::VariableKind;

// The constants that the function which runs a strip is made for.
std::string template_head(const lowering::KernelPlan& plan) {
  std::string head;
  const auto add = [&](bool needed, const char* parameter) {
    if (needed) {
      head += (head.empty() ? "template <" : ", ") + std::string(parameter);
    }
  };
  add(plan.tiles_rows, "int dc_rows");
  add(!plan.split.empty(), "bool dc_full");
  add(!plan.known.empty(), "bool dc_interior");
  return head.empty() ? head : head + ">";
}

void write_arguments(const KernelText& text, Lines& lines) {
  lines.add("// " + place_of(text.expressions.module(), text.kernel.location));
  lines.open("struct " + text.name + "_arguments");
  for (const auto& parameter : text.kernel.parameters) {
    lines.add(text.type_of(*parameter) + " " + text.name_of(*parameter) + ";");
  }
  if (text.asks_for_launch) {
    lines.add("dc::Launch dc_launch;");
  }
  lines.close(";");
  lines.add("");
}

// Bytes that each lane keeps from one loop over lanes to the next.
std::string bytes_kept(const KernelText& text) {
  std::string sum;
  for (const Variable* variable : lowering::arrays_in_order(text.plan)) {
    sum += (sum.empty() ? "" : " + ") +
           ("sizeof(" + spell(variable->type, text.expressions.names()) + ")");
  }
  return sum.empty() ? "0" : sum;
}

void write_locals(const KernelText& text, Lines& lines) {
  for (const auto& parameter : text.kernel.parameters) {
    const bool is_buffer = parameter->kind == VariableKind::buffer;
    lines.add("const " + text.type_of(*parameter) + " " + text.name_of(*parameter) + " = dc_in." +
              text.name_of(*parameter) +
              (is_buffer ? ".with(" + text.pointer_to(*parameter) + ");" : ";"));
  }
  if (text.asks_for_launch) {
    lines.add("const dc::Launch dc_launch = dc_in.dc_launch;");
  }
  if (!text.plan.tiles_rows) {
    lines.add("const std::uint64_t dc_y = dc_at.y;");
  }
  lines.add("const std::uint64_t dc_z = dc_at.z;");
  if (text.plan.split.empty()) {
    lines.add("const int dc_lanes = dc_at.count;");
  } else {
    lines.add("constexpr int dc_strip = " + text.name + "_strip;");
    lines.add("const int dc_lanes = dc_full ? dc_strip : dc_at.count;");
  }
}

void write_strip(const KernelText& text, Lines& lines) {
  if (!text.plan.split.empty()) {
    lines.add("constexpr int " + text.name + "_strip = dc::strip_lanes(" + bytes_kept(text) + ", " +
              (text.plan.tiles_rows ? "dc::kTileRows" : "1") + ");");
    lines.add("");
  }
  const std::string head = template_head(text.plan);
  if (!head.empty()) {
    lines.add(head);
  }
  lines.add("DC_NOINLINE void " + text.name + "_items(const " + text.name + "_arguments& dc_in,");
  for (const auto& parameter : text.kernel.parameters) {
    if (parameter->kind == VariableKind::buffer) {
      lines.add("    " + text.element_of(*parameter) + "* __restrict " +
                text.pointer_to(*parameter) + ",");
    }
  }
  lines.open("    dc::Place dc_at)");
  write_locals(text, lines);
  StripWriter(text.expressions, text.plan, lines).write();
  lines.close();
  lines.add("");
}

bool asks_for_launch(const kir::Statements& body) {
  bool asks = false;
  kir::for_each_expression(body, [&](const kir::Expression& part) {
    asks = asks ||
           (part.kind == kir::ExpressionKind::id && part.query != kir::IdQuery::global_id) ||
           (part.kind == kir::ExpressionKind::call && analysis::uses_ids(*part.callee));
  });
  return asks;
}

Names with_locals(Names names, const lowering::KernelPlan& plan) {
  for (const auto& variable : plan.body.variables) {
    names.add(*plan.kernel, *variable);
  }
  return names;
}

}  // namespace

std::string KernelText::element_of(const Variable& buffer) const {
  return (buffer.is_const ? "const " : "") + spell(buffer.type, expressions.names());
}

std::string KernelText::type_of(const Variable& parameter) const {
  return parameter.kind == VariableKind::buffer
             ? "dc::Buffer<" + element_of(parameter) + ", " + std::to_string(parameter.rank) + ">"
             : spell(parameter.type, expressions.names());
}

std::string place_of(const kir::Module& module, const kir::Location& location) {
  if (location.line == 0 || location.file >= module.files.size()) {
    return "not from a file";
  }
  return module.files[location.file] + ":" + std::to_string(location.line);
}

void write_kernel(const kir::Module& module,
                  const kir::Function& kernel,
                  const Names& names,
                  Lines& lines) {
  const lowering::KernelPlan plan = lowering::make_plan(kernel);
  const Names all_names = with_locals(names, plan);
  const Expressions expressions(module, all_names, &plan);
  const KernelText text{kernel, plan, expressions, names.of(kernel),
                        asks_for_launch(plan.body.statements)};
  write_arguments(text, lines);
  write_strip(text, lines);
  write_body(text, lines);
}

}  // namespace dotcompute::emit::cpu
