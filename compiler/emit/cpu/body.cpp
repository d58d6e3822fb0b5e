// SPDX-License-Identifier: Apache-2.0
#include "body.hpp"

#include "kernel.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace dotcompute::emit::cpu {
namespace {

using kir::Variable;
using kir::VariableKind;

std::string template_arguments(const lowering::KernelPlan& plan) {
  std::string list;
  const auto add = [&](bool needed, const char* argument) {
    if (needed) {
      list += (list.empty() ? "<" : ", ") + std::string(argument);
    }
  };
  add(plan.tiles_rows, "dc_rows()");
  add(!plan.split.empty(), "dc_full()");
  add(!plan.known.empty(), "dc_interior()");
  return list.empty() ? list : list + ">";
}

void write_arguments(const KernelText& text, Lines& lines) {
  lines.add("const " + text.name + "_arguments dc_in{");
  for (std::size_t i = 0; i < text.kernel.parameters.size(); ++i) {
    lines.add("    dc::argument<" + text.type_of(*text.kernel.parameters[i]) + ">(dc_given[" +
              std::to_string(i) + "]),");
  }
  if (text.asks_for_launch) {
    const auto& groups = text.kernel.group_size;
    lines.add("    dc::launch_of(dc_range, " + std::to_string(groups[0]) + ", " +
              std::to_string(groups[1]) + ", " + std::to_string(groups[2]) + "),");
  }
  lines.add("};");
  for (const auto& parameter : text.kernel.parameters) {
    const std::string& name = text.name_of(*parameter);
    lines.add(std::string("const auto& ").append(name).append(" = dc_in.").append(name) + ";");
  }
}

std::string limit_text(const KernelText& text, const lowering::Bound& bound) {
  std::string limit = "dc::limit(" + text.expressions.text(*bound.limit) + ")";
  if (bound.offset == 0) {
    return limit;
  }
  return limit + (bound.offset > 0 ? " + " : " - ") + std::to_string(std::abs(bound.offset));
}

std::string setter_of(const lowering::Bound& bound) {
  return bound.is_begin ? "begin_at(" : "end_at(";
}

void write_guards(const KernelText& text, Lines& lines) {
  for (const auto& guard : text.plan.body.guards) {
    lines.add("dc_box." + setter_of(guard) + std::to_string(guard.axis) + ", " +
              limit_text(text, guard) + ");  // " +
              place_of(text.expressions.module(), guard.location));
  }
}

void write_interior(const KernelText& text, Lines& lines) {
  if (text.plan.known.empty()) {
    return;
  }
  lines.add("// Between these columns no item is on a rim.");
  lines.open("const auto dc_interior_of = [&](std::uint64_t dc_y, std::uint64_t dc_z)");
  lines.add("dc::Span dc_span;");
  std::set<std::string> written;
  for (const auto& bound : text.plan.interior) {
    const std::string line = "dc_span." + setter_of(bound) + limit_text(text, bound) + ");";
    if (written.insert(line).second) {
      lines.add(line);
    }
  }
  lines.add("return dc_span;");
  lines.close(";");
}

std::string driver_of(const KernelText& text) {
  if (text.plan.split.empty()) {
    return "dc::run_rows";
  }
  return (text.plan.tiles_rows ? "dc::run_tiles<" : "dc::run_strips<") + text.name + "_strip>";
}

bool is_streamed(const KernelText& text, const Variable& parameter) {
  const auto& streamed = text.plan.streamed;
  return std::any_of(streamed.begin(), streamed.end(),
                     [&](const kir::Expression* place) { return place->variable == &parameter; });
}

// "saxpy_items<...>(dc_in, x.data, y.data, dc_at);"
std::string call_of_items(const KernelText& text, const char* place) {
  std::string pointers;
  for (const auto& parameter : text.kernel.parameters) {
    if (parameter->kind == VariableKind::buffer) {
      pointers += ", " + (is_streamed(text, *parameter) ? text.pointer_to(*parameter)
                                                        : text.name_of(*parameter) + ".data");
    }
  }
  return text.name + "_items" + template_arguments(text.plan) + "(dc_in" + pointers + ", " + place +
         ");";
}

// Where the first of the items that run side by side writes.
std::string first_place(const KernelText& text, const kir::Expression& place) {
  const lowering::Limits limits(*text.plan.dependence, analysis::kEveryAxis);
  std::string indices;
  for (const auto& index : place.operands) {
    indices +=
        (indices.empty() ? "" : ", ") + text.expressions.index_text(*limits.expanded(*index));
  }
  const Variable& buffer = *place.variable;
  const bool is_row = buffer.rank == 1;
  return "&" + text.name_of(buffer) + (is_row ? "[" : "(") + indices + (is_row ? "]" : ")");
}

void write_lines(const KernelText& text, Lines& lines) {
  if (text.plan.lined == nullptr) {
    return;
  }
  lines.open(
      "const auto dc_to_line = [&](std::uint64_t dc_x, std::uint64_t dc_y, std::uint64_t dc_z)");
  lines.add("return dc::elements_to_line(" + first_place(text, *text.plan.lined) + ");");
  lines.close(";");
}

// What the driver is told of the rows: "dc_box, dc::no_rims, dc_to_line".
std::string rows_of(const KernelText& text) {
  const std::string rims = text.plan.known.empty() ? "dc::no_rims" : "dc_interior_of";
  if (!text.plan.split.empty()) {
    return "dc_box, " + rims;
  }
  return "dc_box, " + rims + (text.plan.lined == nullptr ? ", dc::no_lines" : ", dc_to_line");
}

void write_streams(const KernelText& text, Lines& lines) {
  std::string pointers;
  std::string streams;
  for (const kir::Expression* place : text.plan.streamed) {
    const Variable& buffer = *place->variable;
    pointers += ", " + text.element_of(buffer) + "* " + text.pointer_to(buffer);
    streams +=
        ", dc::stream_of(" + text.name_of(buffer) + ".data, " + first_place(text, *place) + ")";
  }
  lines.add("const std::uint64_t dc_x = dc_at.x;");
  lines.add("const std::uint64_t dc_y = dc_at.y;");
  lines.add("const std::uint64_t dc_z = dc_at.z;");
  lines.open("const auto dc_run = [&](dc::Place dc_part" + pointers + ") DC_INLINE_LAMBDA");
  lines.add(call_of_items(text, "dc_part"));
  lines.close(";");
  lines.add("dc::run_streamed(dc_streams, dc_at, dc_run" + streams + ");");
}

std::string bytes_streamed(const KernelText& text) {
  std::string bytes;
  for (const kir::Expression* place : text.plan.streamed) {
    bytes +=
        (bytes.empty() ? "" : " + ") + ("dc::bytes_of(" + text.name_of(*place->variable) + ")");
  }
  return bytes;
}

}  // namespace

void write_body(const KernelText& text, Lines& lines) {
  const bool streams = !text.plan.streamed.empty();
  lines.open("void " + text.name +
             "_body(const void*, const dc::KernelArgument* dc_given, const dc::ItemRange& "
             "dc_range)");
  write_arguments(text, lines);
  lines.add("dc::Box dc_box(dc_range);");
  write_guards(text, lines);
  write_interior(text, lines);
  if (streams) {
    lines.add("const bool dc_streams = dc::is_beyond_cache(" + bytes_streamed(text) + ");");
  }
  write_lines(text, lines);
  lines.open(
      driver_of(text) + "(" + rows_of(text) +
      ", [&](auto dc_rows, auto dc_full, auto dc_interior, dc::Place dc_at) DC_INLINE_LAMBDA");
  if (streams) {
    write_streams(text, lines);
  } else {
    lines.add(call_of_items(text, "dc_at"));
  }
  lines.close(");");
  if (streams) {
    lines.add("dc::end_streams(dc_streams);");
  }
  lines.close();
  lines.add("");
}

}  // namespace dotcompute::emit::cpu
