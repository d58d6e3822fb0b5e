// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace dotcompute::emit::opencl {

/// The names of a module's things in the text: those of the source, but for words that OpenCL C or
/// the text around them needs.
class Names {
 public:
  explicit Names(const kir::Module& module);

  [[nodiscard]] const std::string& of(const kir::Variable& variable) const {
    return variables_.at(&variable);
  }
  [[nodiscard]] const std::string& of(const kir::Function& function) const {
    return functions_.at(&function);
  }
  /// The structure in place `number` of the module.
  [[nodiscard]] const std::string& of_structure(std::uint32_t number) const {
    return structures_.at(number).name;
  }
  [[nodiscard]] const std::string& of_field(std::uint32_t structure, std::uint32_t field) const {
    return structures_.at(structure).fields.at(field);
  }

  /// A new name at global scope that begins with `wanted`.
  [[nodiscard]] std::string take(std::string wanted) { return take(std::move(wanted), global_); }

 private:
  struct StructureNames {
    std::string name;
    std::vector<std::string> fields;
  };

  static std::string take(std::string wanted, std::set<std::string>& taken);
  void add_variables(const kir::Function& function);

  std::set<std::string> global_;
  std::map<const kir::Variable*, std::string> variables_;
  std::map<const kir::Function*, std::string> functions_;
  std::vector<StructureNames> structures_;
};

}  // namespace dotcompute::emit::opencl
