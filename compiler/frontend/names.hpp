// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace clang {
class FunctionDecl;
}

namespace dotcompute::frontend {

/// Identifiers in use, in the module or in one function.
class Names {
 public:
  /// \param outer names that must not be used either, and outlive these; may be null.
  explicit Names(const Names* outer = nullptr) : outer_(outer) {}

  /// `wanted`, with a number behind it if that is taken; taken from now on.
  std::string take(const std::string& wanted);
  void add(const std::string& name) { names_.insert(name); }
  [[nodiscard]] bool has(const std::string& name) const;

 private:
  const Names* outer_;
  std::set<std::string> names_;
};

/// `text` with all that identifiers cannot have replaced: "Vec<float, 3>" is Vec_float_3.
[[nodiscard]] std::string identifier_of(std::string_view text);

/// The short name of a function, an identifier: of an operator its word, of an instantiated
/// template with the arguments.
[[nodiscard]] std::string short_name_of(const clang::FunctionDecl& function);

/// The namespaces around a function, without unnamed ones, and the class of a member: "a::b".
[[nodiscard]] std::string scope_of(const clang::FunctionDecl& function, bool with_class);

}  // namespace dotcompute::frontend
