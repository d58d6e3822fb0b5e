// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"
#include "lowering/plan.hpp"
#include "spelling.hpp"

#include <array>
#include <string>

namespace dotcompute::emit::cpu {

/// Writes expressions as C++, with no more parentheses than they need.
///
/// Threads: immutable. Lifetime: what it is made of outlives it.
class Expressions {
 public:
  /// \param plan of the kernel whose body is written; null for functions that kernels call.
  Expressions(const kir::Module& module, const Names& names, const lowering::KernelPlan* plan)
      : module_(module), names_(names), plan_(plan) {}

  [[nodiscard]] std::string text(const kir::Expression& expression) const {
    return text(expression, 0);
  }
  /// An integer that only tells a place: computed in 64 bits, so that compilers see that
  /// neighbouring items touch neighbouring places. Where this differs from 32 bits, which wrap, the
  /// place is outside of the buffer.
  [[nodiscard]] std::string index_text(const kir::Expression& expression) const;

  /// What a place of that type is set to: a number needs no type there.
  [[nodiscard]] std::string value_text(const kir::Expression& value) const;

  /// "const float dc_load_1 = mass.at_or_zero(j)", of one of the plan's early loads.
  [[nodiscard]] std::string early_load_declaration(const kir::Expression& expression) const;

  /// A local that is an id cast to a smaller or signed type. It is kept as std::uint64_t and cast
  /// where its value matters.
  [[nodiscard]] bool is_wide_id(const kir::Variable& variable) const;

  [[nodiscard]] const Names& names() const noexcept { return names_; }
  [[nodiscard]] const kir::Module& module() const noexcept { return module_; }

 private:
  [[nodiscard]] std::string text(const kir::Expression& expression, int least) const;
  /// A place in the launch or a size of it, in 64 bits.
  [[nodiscard]] bool is_id(const kir::Expression& expression) const;
  [[nodiscard]] std::string early_load(const kir::Expression& expression) const;
  [[nodiscard]] std::string known_text(const kir::Expression& expression,
                                       lowering::Known known) const;
  [[nodiscard]] std::string bare_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string variable_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string unary_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string binary_text(const kir::Expression& expression, int least) const;
  [[nodiscard]] std::string place_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string call_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string id_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string construct_text(const kir::Expression& expression) const;
  [[nodiscard]] std::string wide_text(const kir::Expression& expression,
                                      bool must_widen,
                                      int least) const;
  [[nodiscard]] std::string list_text(const std::vector<kir::ExpressionPtr>& parts) const;

  const kir::Module& module_;
  const Names& names_;
  const lowering::KernelPlan* plan_;
};

}  // namespace dotcompute::emit::cpu
