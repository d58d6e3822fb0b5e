// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/parts.hpp"

#include "emit/common/operators.hpp"
#include "emit/opencl/functions.hpp"
#include "emit/opencl/spelling.hpp"
#include "kir/layout.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <utility>

namespace dotcompute::emit::opencl {
namespace {

std::uint64_t alignment_of(const kir::Module& module, const kir::Type& type) {
  return type.has_structure() ? module.structures[type.structure].alignment : size_of(type.element);
}

std::uint64_t round_up(std::uint64_t size, std::uint64_t step) {
  return (size + step - 1) / step * step;
}

bool asks(const kir::Expression& expression) {
  return expression.kind == kir::ExpressionKind::id && expression.query != kir::IdQuery::global_id;
}

std::string array_braces(const kir::Type& type,
                         const std::vector<std::string>& parts,
                         std::size_t begin,
                         std::size_t count,
                         std::size_t axis) {
  const std::size_t extent = type.extents.at(axis);
  const std::size_t step = count / extent;
  std::string list;
  for (std::size_t i = 0; i < extent; ++i) {
    const std::size_t at = begin + i * step;
    list += (i == 0 ? "" : ", ") + (axis + 1 == type.extents.size()
                                        ? parts.at(at)
                                        : array_braces(type, parts, at, step, axis + 1));
  }
  return "{{" + list + "}}";
}

}  // namespace

bool has_natural_layout(const kir::Module& module, const kir::Structure& structure) {
  std::uint64_t end = 0;
  for (const kir::Field& field : structure.fields) {
    const auto bytes = kir::bytes_of(module.structures, field.type);
    if (!bytes || field.offset != round_up(end, alignment_of(module, field.type))) {
      return false;
    }
    end = field.offset + *bytes;
  }
  return structure.size == round_up(std::max<std::uint64_t>(end, 1), structure.alignment);
}

std::string braces_of(const kir::Type& type, const std::vector<std::string>& parts) {
  if (type.kind == kir::TypeKind::array) {
    return array_braces(type, parts, 0, parts.size(), 0);
  }
  std::string list;
  for (const std::string& part : parts) {
    list += (list.empty() ? "" : ", ") + part;
  }
  // A structure of nothing has a byte, as in C++.
  return "{" + (parts.empty() ? "0" : list) + "}";
}

void Parts::set_problem(std::string problem) {
  if (problem_.empty()) {
    problem_ = std::move(problem);
  }
}

std::string Parts::helper(Helper which, ElementType type) {
  const bool is_of_half = type == ElementType::float16 && which != Helper::from_half;
  if (is_of_half) {
    helpers_.emplace(Helper::from_half, ElementType::float16);
  }
  helpers_.emplace(which, type);
  has_doubles_ = has_doubles_ || type == ElementType::float64;
  return name_of(which, type);
}

std::string Parts::array_name(const kir::Type& type) const {
  std::string name =
      "dc_" + (type.has_structure()                   ? names_.of_structure(type.structure)
               : type.element == ElementType::float16 ? "half"
                                                      : std::string(spell(type.element)));
  for (const std::uint32_t extent : type.extents) {
    name += "_" + std::to_string(extent);
  }
  return name;
}

std::string Parts::type(const kir::Type& type) {
  if (type.kind == kir::TypeKind::none) {
    return "void";
  }
  if (type.has_structure()) {
    structures_.insert(type.structure);
  } else if (type.element == ElementType::float64) {
    has_doubles_ = true;
  }
  if (type.kind == kir::TypeKind::array) {
    std::string name = array_name(type);
    arrays_.emplace(name, type);
    return name;
  }
  return type.has_structure() ? names_.of_structure(type.structure)
                              : std::string(spell(type.element));
}

const std::string& Parts::constant(const kir::Variable& constant) {
  constants_.insert(&constant);
  static_cast<void>(type(constant.type));
  return names_.of(constant);
}

const std::string& Parts::function(const kir::Function& function,
                                   const std::vector<Space>& spaces) {
  const Instance instance(&function, spaces);
  const auto known = instances_.find(instance);
  if (known != instances_.end()) {
    return known->second;
  }
  std::string name = names_.of(function);
  if (std::any_of(spaces.begin(), spaces.end(), [](Space one) { return one != Space::own; })) {
    for (const Space space : spaces) {
      name += space == Space::global ? "_global" : space == Space::constant ? "_constant" : "_own";
    }
    name = names_.take(name);
  }
  // What it calls comes before it.
  const std::string text = function_text(*this, function, name, spaces);
  functions_ += text;
  return instances_.emplace(instance, name).first->second;
}

bool Parts::asks_for_launch(const kir::Function& function) {
  const auto known = asks_.find(&function);
  if (known != asks_.end()) {
    return known->second;
  }
  bool found = false;
  kir::for_each_expression(function.body, [&](const kir::Expression& part) {
    found = found || asks(part) ||
            (part.kind == kir::ExpressionKind::call && asks_for_launch(*part.callee));
  });
  asks_[&function] = found;
  return found;
}

const char* Parts::launch() {
  has_launch_ = true;
  return "dc_launch";
}

void Parts::add_kernel(const kir::Function& kernel) {
  const std::string text = kernel_function_text(*this, kernel);
  kernels_ += text;
}

void Parts::append_array(const kir::Type& type, std::set<std::string>& done, std::string& text) {
  const std::string name = array_name(type);
  if (!done.insert(name).second) {
    return;
  }
  const kir::Type part = kir::indexed_type(type);
  std::string spelled;
  if (part.kind == kir::TypeKind::array) {
    append_array(part, done, text);
    spelled = array_name(part);
  } else if (part.has_structure()) {
    append_structure(part.structure, done, text);
    spelled = names_.of_structure(part.structure);
  } else {
    spelled = spell(part.element);
  }
  text += "typedef struct { " + spelled + " items[" + std::to_string(type.extents.front()) +
          "]; } " + name + ";\n";
}

void Parts::append_structure(std::uint32_t number, std::set<std::string>& done, std::string& text) {
  const kir::Structure& structure = module_.structures.at(number);
  const std::string& name = names_.of_structure(number);
  if (!done.insert(name).second) {
    return;
  }
  if (!has_natural_layout(module_, structure)) {
    set_problem("OpenCL C has no word for the layout of struct " + structure.name);
  }
  std::string fields;
  std::uint64_t widest = 1;
  for (std::uint32_t i = 0; i < structure.fields.size(); ++i) {
    const kir::Type& field = structure.fields[i].type;
    if (field.kind == kir::TypeKind::array) {
      append_array(field, done, text);
    } else if (field.has_structure()) {
      append_structure(field.structure, done, text);
    }
    widest = std::max(widest, alignment_of(module_, field));
    fields += "  " + type(field) + " " + names_.of_field(number, i) + ";\n";
  }
  if (fields.empty()) {
    fields = "  uchar dc_nothing;\n";
  }
  const std::string aligned =
      structure.alignment > widest
          ? " __attribute__((aligned(" + std::to_string(structure.alignment) + ")))"
          : "";
  text += "typedef struct {\n" + fields + "}" + aligned + " " + name + ";\n\n";
}

std::string Parts::types_text() {
  std::string text;
  std::set<std::string> done;
  for (const std::uint32_t number : std::set(structures_)) {
    append_structure(number, done, text);
  }
  const std::size_t before = text.size();
  for (const auto& [name, type] : std::map(arrays_)) {
    append_array(type, done, text);
  }
  return text + (text.size() != before ? "\n" : "");
}

std::string Parts::constant_value(const kir::Expression& value) {
  if (value.kind == kir::ExpressionKind::literal) {
    return spell_literal(value.type.element, value.bits);
  }
  std::vector<std::string> parts;
  for (const auto& operand : value.operands) {
    parts.push_back(constant_value(*operand));
  }
  return braces_of(value.type, parts);
}

std::string Parts::constants_text() {
  std::string text;
  for (const auto& constant : module_.constants) {
    if (constants_.contains(constant.get())) {
      text += "constant " + type(constant->type) + " " + names_.of(*constant) + " = " +
              constant_value(*constant->value) + ";  // " +
              place_in_source(module_, constant->location) + "\n";
    }
  }
  return text + (text.empty() ? "" : "\n");
}

std::string Parts::text() {
  const std::string types = types_text();
  const std::string constants = constants_text();
  std::string helpers;
  for (const auto& [which, type] : {std::pair{Helper::from_half, ElementType::float16},
                                    std::pair{Helper::to_half, ElementType::float32},
                                    std::pair{Helper::to_half, ElementType::float64}}) {
    if (helpers_.contains({which, type})) {
      helpers += definition_of(which, type) + "\n";
    }
  }
  for (const auto& [which, type] : helpers_) {
    if (which < Helper::from_half) {
      helpers += definition_of(which, type) + "\n";
    }
  }
  helpers += helpers.empty() ? "" : "\n";
  std::string head = "// Made by dotcompute-kernelc" +
                     (module_.files.empty() ? "" : " from " + file_name(module_.files.front())) +
                     ". Changes are lost.\n";
  head += has_doubles_ ? "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n" : "";
  head += "#pragma OPENCL FP_CONTRACT OFF\n\n";
  const std::string body = types + constants + helpers + functions_ + kernels_;
  if (body.find("dc_half") != std::string::npos) {
    head += "typedef ushort dc_half;  // the bits of a float16\n\n";
  }
  if (has_launch_) {
    head +=
        "typedef struct {\n  ulong range[3];\n  ulong groups[3];  // items in a group\n} "
        "dc_launch;\n\n";
  }
  return head + body;
}

}  // namespace dotcompute::emit::opencl
