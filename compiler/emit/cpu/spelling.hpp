// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

/// How things of KIR are written in C++.
namespace dotcompute::emit::cpu {

/// The names of a module's variables and fields in the text: those of the source, but for words
/// that C++ or the text around them needs.
class Names {
 public:
  explicit Names(const kir::Module& module);

  /// Names a local that lowering has added to `function`, unlike those added before.
  void add(const kir::Function& function, const kir::Variable& variable);

  [[nodiscard]] const std::string& of(const kir::Variable& variable) const {
    return variables_.at(&variable);
  }
  [[nodiscard]] const std::string& of(const kir::Function& function) const {
    return functions_.at(&function);
  }
  /// The structure in place `number` of the module.
  [[nodiscard]] const std::string& of_structure(std::uint32_t number) const {
    return structures_.at(number);
  }
  [[nodiscard]] static std::string of_field(const kir::Field& field);

 private:
  std::string take(std::string wanted, std::set<std::string>& taken);
  void add_variables(const kir::Function& function);

  std::set<std::string> global_;
  std::set<std::string> added_;
  std::map<const kir::Variable*, std::string> variables_;
  std::map<const kir::Function*, std::string> functions_;
  std::vector<std::string> structures_;
};

/// "std::uint32_t", "float", "dc::half".
[[nodiscard]] std::string spell(ElementType type);
/// Of a value: scalars, structures, and arrays as "dc::Array<float, 4>".
[[nodiscard]] std::string spell(const kir::Type& type, const Names& names);
/// "3", "3U", "std::int64_t{3}", "0.5F", "1e-3": a value of exactly that type.
[[nodiscard]] std::string spell_literal(ElementType type, std::uint64_t bits);
/// "dc::sqrt", ...: what the prelude calls it.
[[nodiscard]] std::string_view spell(kir::Intrinsic intrinsic);

}  // namespace dotcompute::emit::cpu
