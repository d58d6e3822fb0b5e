// SPDX-License-Identifier: Apache-2.0
#include "kir/print.hpp"

#include "kir/names.hpp"
#include "kir/print_expression.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::kir {
namespace {

std::string place_text(Location place, Location home) {
  std::string text = std::to_string(place.line) + ":" + std::to_string(place.column);
  return place.file == home.file ? text : std::to_string(place.file) + ":" + text;
}

// The end of a line: " @12:3 5 9", or nothing if no place is known.
std::string tail_text(Location own, const std::vector<Location>& parts, std::uint32_t home_file) {
  const bool is_alone =
      std::all_of(parts.begin(), parts.end(), [&](Location part) { return part == own; });
  if (is_alone && own == Location{}) {
    return "";
  }
  std::string text = " @" + place_text(own, {.file = home_file});
  if (is_alone) {
    return text;
  }
  for (const Location& part : parts) {
    const bool same_line = part.file == own.file && part.line == own.line;
    text += " " + (same_line ? std::to_string(part.column) : place_text(part, own));
  }
  return text;
}

class Printer {
 public:
  explicit Printer(const Module& module, bool keeps_places = true) noexcept
      : module_(module), keeps_places_(keeps_places), line_(module) {}

  void write_module();
  void write(const Statement& statement);
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void write(const Structure& structure);
  void write(const Function& function);
  void write_constant(const Variable& constant);
  void write_parameter(const Variable& parameter);
  void write_body(const Statements& body);
  void write_simple(const Statement& statement);
  void write_for_header(const Statement& statement);
  void write_if(const Statement& statement);
  void write_switch(const Statement& statement);
  void open(std::string_view keyword, const Statement& statement);
  void end_line(std::string_view end, Location place);
  void close(std::string_view end = "}\n");
  void indent() { text_.append(std::size_t{2} * depth_, ' '); }

  const Module& module_;
  const bool keeps_places_;
  std::uint32_t home_file_ = 0;
  std::uint32_t depth_ = 0;
  ExpressionPrinter line_;  // What stands on the line that is written now.
  std::string text_;
};

void Printer::write_module() {
  text_ += "kir 1;\n";
  for (const std::string& file : module_.files) {
    text_ += "file " + quoted(file) + ";\n";
  }
  for (const Structure& structure : module_.structures) {
    write(structure);
  }
  text_ += module_.constants.empty() ? "" : "\n";
  for (const auto& constant : module_.constants) {
    write_constant(*constant);
  }
  for (const auto& function : module_.functions) {
    write(*function);
  }
}

void Printer::write(const Structure& structure) {
  text_ += "\nstruct " + quoted(structure.name);
  text_ += structure.file == 0 ? "" : " file " + std::to_string(structure.file);
  text_ += " size " + std::to_string(structure.size) + " align " +
           std::to_string(structure.alignment) + " {\n";
  for (const Field& field : structure.fields) {
    text_ += "  " + quoted(field.name) + ": " + type_text(module_, field.type) + " offset " +
             std::to_string(field.offset) + ";\n";
  }
  text_ += "}\n";
}

void Printer::write_constant(const Variable& constant) {
  home_file_ = 0;
  line_.write("constant " + constant.name + ": " + type_text(module_, constant.type) + " = ");
  line_.write(*constant.value);
  end_line(";", constant.location);
}

void Printer::write(const Function& function) {
  home_file_ = 0;
  text_ += "\n";
  std::string header = (function.is_kernel ? "kernel " : "function ") + function.symbol;
  if (function.name != function.symbol) {
    header += " name " + quoted(function.name);
  }
  if (!function.name_space.empty()) {
    header += " namespace " + quoted(function.name_space);
  }
  if (!function.registered_name.empty()) {
    header += " registered " + quoted(function.registered_name);
  }
  if (function.dimensions != 1) {
    header += " dimensions " + std::to_string(function.dimensions);
  }
  if (function.group_size != std::array<std::uint32_t, 3>{0, 0, 0}) {
    header += " group";
    for (const std::uint32_t size : function.group_size) {
      header += " " + std::to_string(size);
    }
  }
  if (function.result.kind != TypeKind::none) {
    header += ": " + type_text(module_, function.result);
  }
  line_.write(header);
  end_line(" {", function.location);
  home_file_ = function.location.file;
  ++depth_;
  for (const auto& parameter : function.parameters) {
    write_parameter(*parameter);
  }
  write_body(function.body);
  close();
}

void Printer::write_parameter(const Variable& parameter) {
  const bool is_buffer = parameter.kind == VariableKind::buffer;
  std::string text = is_buffer                                   ? "buffer "
                     : parameter.kind == VariableKind::reference ? "reference "
                                                                 : "scalar ";
  text += parameter.name + ": ";
  text += parameter.is_const ? "const " : "";
  text += type_text(module_, parameter.type);
  if (is_buffer) {
    text += " " + std::string(to_string(parameter.direction));
    text += " rank " + std::to_string(parameter.rank);
    text += parameter.is_span ? " span" : "";
    text += parameter.extents.empty() ? "" : " shape " + quoted(parameter.extents);
  }
  line_.write(text);
  indent();
  end_line(";", parameter.location);
}

void Printer::write_body(const Statements& body) {
  for (const StatementPtr& statement : body) {
    write(*statement);
  }
}

void Printer::end_line(std::string_view end, Location place) {
  text_ += line_.take_text();
  text_ += end;
  const std::vector<Location> parts = line_.take_locations();
  text_ += keeps_places_ ? tail_text(place, parts, home_file_) : "";
  text_ += "\n";
}

// "keyword (value) {"
void Printer::open(std::string_view keyword, const Statement& statement) {
  line_.write(keyword);
  if (statement.value != nullptr) {
    line_.write(" (");
    line_.write(*statement.value);
    line_.write(")");
  }
  end_line(" {", statement.location);
  ++depth_;
}

void Printer::close(std::string_view end) {
  --depth_;
  indent();
  text_ += end;
}

// What stands on a line of its own, or in the head of a `for`; without the end.
void Printer::write_simple(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::declare:
      line_.write(statement.variable->is_const ? "let " : "var ");
      line_.write(statement.variable->name + ": " + type_text(module_, statement.variable->type));
      line_.write(statement.value != nullptr ? " = " : "");
      break;
    case StatementKind::assign:
      line_.write(*statement.target);
      line_.write(" = ");
      break;
    case StatementKind::break_out:
      line_.write("break");
      break;
    case StatementKind::continue_loop:
      line_.write("continue");
      break;
    case StatementKind::return_from:
      line_.write(statement.value != nullptr ? "return " : "return");
      break;
    default:
      break;
  }
  if (statement.value != nullptr) {
    line_.write(*statement.value);
  }
}

void Printer::write_for_header(const Statement& statement) {
  line_.write("for (");
  if (statement.first != nullptr) {
    line_.note(statement.first->location);
    write_simple(*statement.first);
  }
  line_.write("; ");
  line_.write(*statement.value);
  line_.write(";");
  if (statement.step != nullptr) {
    line_.write(" ");
    line_.note(statement.step->location);
    write_simple(*statement.step);
  }
  line_.write(")");
  end_line(" {", statement.location);
  ++depth_;
}

void Printer::write_if(const Statement& statement) {
  open("if", statement);
  write_body(statement.body);
  const Statements& otherwise = statement.otherwise;
  if (otherwise.empty()) {
    close();
  } else if (otherwise.size() == 1 && otherwise.front()->kind == StatementKind::if_else) {
    close("} else ");
    write_if(*otherwise.front());
  } else {
    close("} else {\n");
    ++depth_;
    write_body(otherwise);
    close();
  }
}

void Printer::write_switch(const Statement& statement) {
  open("switch", statement);
  for (const SwitchCase& one : statement.cases) {
    std::string text = "case ";
    for (const std::uint64_t label : one.labels) {
      text += integer_text(statement.value->type.element, label) + ", ";
    }
    text += one.is_default ? "default, " : "";
    text.resize(text.size() - 2);
    indent();
    text_ += text + " {\n";
    ++depth_;
    write_body(one.body);
    close();
  }
  close();
}

void Printer::write(const Statement& statement) {
  indent();
  switch (statement.kind) {
    case StatementKind::if_else:
      return write_if(statement);
    case StatementKind::switch_on:
      return write_switch(statement);
    case StatementKind::do_loop:
      text_ += "do {\n";
      ++depth_;
      write_body(statement.body);
      close("} while (");
      line_.write(*statement.value);
      return end_line(");", statement.location);
    case StatementKind::block:
      open("block", statement);
      break;
    case StatementKind::for_loop:
      write_for_header(statement);
      break;
    case StatementKind::while_loop:
      open("while", statement);
      break;
    default:
      write_simple(statement);
      return end_line(";", statement.location);
  }
  write_body(statement.body);
  close();
}

}  // namespace

std::string print(const Module& module) {
  Printer printer(module);
  printer.write_module();
  return std::move(printer).take();
}

std::string print(const Module& module, const Expression& expression) {
  ExpressionPrinter printer(module);
  printer.write(expression);
  return printer.take_text();
}

std::string print(const Module& module, const Statement& statement) {
  Printer printer(module, /*keeps_places=*/false);
  printer.write(statement);
  return std::move(printer).take();
}

}  // namespace dotcompute::kir
