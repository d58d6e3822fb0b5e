// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/opencl/parts.hpp"
#include "emit/opencl/ranges.hpp"
#include "kir/module.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::emit::opencl {

/// The function that a text is written for.
struct Scope {
  const kir::Function& function;
  std::map<const kir::Variable*, Space> references;  ///< Where what they refer to lies.
};

/// Writes expressions as OpenCL C, with no more parentheses than they need.
class Expressions {
 public:
  /// \param parts gets what the expressions need. Both outlive it.
  Expressions(Parts& parts, const Scope& scope)
      : parts_(parts), scope_(scope), ranges_(scope.function) {}

  [[nodiscard]] std::string text(const kir::Expression& expression) const {
    return text(expression, 0);
  }
  /// What a place of that type is set to: a number needs no type there.
  [[nodiscard]] std::string value_text(const kir::Expression& value) const;
  /// What a local begins with.
  [[nodiscard]] std::string initial_text(const kir::Expression& value) const;
  /// "+" if the value of `assign` is its target, and then something, by an operator that C writes
  /// "+=" with; else empty.
  [[nodiscard]] std::string_view compound(const kir::Statement& assign, bool is_sure_to_fit) const;

  [[nodiscard]] Parts& parts() const noexcept { return parts_; }
  [[nodiscard]] const Scope& scope() const noexcept { return scope_; }
  [[nodiscard]] const Ranges& ranges() const noexcept { return ranges_; }

 private:
  [[nodiscard]] std::string text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string unary_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string binary_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] bool needs_helper(const kir::Expression& binary) const;
  [[nodiscard]] std::string plain_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string side_text(const kir::Expression& binary, std::size_t i) const;
  [[nodiscard]] std::string number_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string cast_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string place_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string index_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string extent_text(const kir::Variable& buffer, std::uint32_t axis) const;
  [[nodiscard]] std::string extents_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string call_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string address_text(const kir::Expression& place) const;
  [[nodiscard]] Space space_of(const kir::Expression& place) const;
  [[nodiscard]] std::string intrinsic_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string helper_call(Helper helper, const kir::Expression& expression) const;
  [[nodiscard]] std::string id_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string initialiser_text(const kir::Expression& construct) const;

  Parts& parts_;
  const Scope& scope_;
  Ranges ranges_;
};

}  // namespace dotcompute::emit::opencl
