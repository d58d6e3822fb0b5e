// SPDX-License-Identifier: Apache-2.0
#include "kir/verify.hpp"

#include "kir/layout.hpp"
#include "kir/names.hpp"
#include "kir/scalar.hpp"
#include "kir/verifier.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace dotcompute::kir {

Diagnostics verify(const Module& module) {
  return Verifier(module).run();
}

Diagnostics Verifier::run() && {
  for (std::uint32_t i = 0; i < module_.structures.size(); ++i) {
    check_structure(i);
  }
  // Types are what all the rest relies on.
  if (!diagnostics_.empty()) {
    return std::move(diagnostics_);
  }
  for (const auto& constant : module_.constants) {
    if (constant == nullptr) {
      fail("missing-part", {}, "A constant is null.");
      return std::move(diagnostics_);
    }
    check_constant(*constant);
  }
  for (const auto& function : module_.functions) {
    if (function == nullptr) {
      fail("missing-part", {}, "A function is null.");
      return std::move(diagnostics_);
    }
    check_name(function->symbol, function->location, module_names_);
  }
  for (const auto& function : module_.functions) {
    check_function(*function);
  }
  return std::move(diagnostics_);
}

void Verifier::fail(std::string_view rule, Location location, std::string message) {
  diagnostics_.push_back(
      {.code = "kir-" + std::string(rule), .location = location, .message = std::move(message)});
}

std::string Verifier::name_of(const Type& type) const {
  return describe(module_.structures, type);
}

void Verifier::check_location(Location location) {
  if (location.line != 0 && location.file >= module_.files.size()) {
    fail("location", {}, "A place lies in a file that the module does not have.");
  }
}

void Verifier::check_name(const std::string& name,
                          Location location,
                          std::set<std::string>& taken) {
  if (!is_identifier(name)) {
    fail("identifier", location, "'" + name + "' is not an identifier.");
  } else if ((&taken != &module_names_ && module_names_.contains(name)) ||
             !taken.insert(name).second) {
    fail("unique-name", location, "'" + name + "' is the name of something else too.");
  }
}

void Verifier::check_type(const Type& type, Location location) {
  const bool names_structure = type.element == ElementType::structure;
  const bool is_array = type.kind == TypeKind::array;
  if (type.kind == TypeKind::none) {
    fail("type", location, "Something that has a value has no type.");
  } else if (names_structure != type.has_structure() || is_array == type.extents.empty() ||
             (!is_array && names_structure != (type.kind == TypeKind::structure))) {
    fail("type", location, "The members of a type contradict each other.");
  } else if (!bytes_of(module_.structures, type)) {
    fail("type", location,
         "There is no value of type " + name_of(type) +
             ": it is too large, empty, or of a structure that is not there.");
  }
}

void Verifier::check_structure(std::uint32_t place) {
  const Structure& structure = module_.structures[place];
  const bool is_known = std::any_of(
      module_.structures.begin(), module_.structures.begin() + static_cast<std::ptrdiff_t>(place),
      [&](const Structure& other) { return other.name == structure.name; });
  if (is_known) {
    fail("unique-name", {}, "Two structures are named '" + structure.name + "'.");
  }
  if (structure.file != 0 && structure.file >= module_.files.size()) {
    fail("location", {}, "Structure '" + structure.name + "' lies in a file that is not there.");
  }
  if (!std::has_single_bit(structure.alignment) || structure.size == 0 ||
      structure.size % structure.alignment != 0 || structure.size > kMaxValueBytes) {
    fail("structure-layout", {}, "The size and alignment of '" + structure.name + "' do not fit.");
  }
  for (const Field& field : structure.fields) {
    if (field.type.has_structure() && field.type.structure >= place) {
      fail("structure-order", {},
           "A field of '" + structure.name + "' is of a structure that does not come before it.");
      return;
    }
    check_type(field.type, {});
  }
  if (diagnostics_.empty()) {
    check_fields(structure);
  }
}

void Verifier::check_fields(const Structure& structure) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> used;  // begin and end
  for (const Field& field : structure.fields) {
    const std::uint64_t end = field.offset + bytes_of(module_.structures, field.type).value_or(0);
    const bool is_empty = field.type.kind == TypeKind::structure &&
                          module_.structures[field.type.structure].fields.empty();
    const bool overlaps = std::any_of(used.begin(), used.end(), [&](const auto& other) {
      return field.offset < other.second && other.first < end;
    });
    if (end > structure.size || (overlaps && !is_empty)) {
      fail("structure-layout", {},
           "Field '" + field.name + "' of '" + structure.name +
               "' overlaps another one or the structure's end.");
    }
    if (!is_empty) {
      used.emplace_back(field.offset, end);
    }
  }
}

void Verifier::check_constant(const Variable& constant) {
  check_name(constant.name, constant.location, module_names_);
  check_location(constant.location);
  check_type(constant.type, constant.location);
  constants_.insert(&constant);
  if (constant.kind != VariableKind::constant || !constant.is_const) {
    fail("variable-kind", constant.location, "'" + constant.name + "' is not a constant.");
  }
  if (constant.value == nullptr) {
    fail("missing-part", constant.location, "Constant '" + constant.name + "' has no value.");
    return;
  }
  const std::size_t before = diagnostics_.size();
  check_constant_value(*constant.value, 1);
  if (diagnostics_.size() == before && check_value(*constant.value)) {
    has_type(*constant.value, constant.type);
  }
}

void Verifier::check_constant_value(const Expression& value, std::uint32_t depth) {
  const bool is_construct = value.kind == ExpressionKind::construct;
  if (!is_construct && value.kind != ExpressionKind::literal) {
    fail("constant-value", value.location, "A constant is a literal or built of literals.");
    return;
  }
  if (depth > kMaxDepth) {
    fail("depth", value.location, "A constant is nested too deeply.");
    return;
  }
  for (const ExpressionPtr& operand : value.operands) {
    if (operand != nullptr) {
      check_constant_value(*operand, depth + 1);
    }
  }
}

}  // namespace dotcompute::kir
