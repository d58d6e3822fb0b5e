// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/common/lines.hpp"
#include "expressions.hpp"
#include "kir/module.hpp"
#include "lowering/plan.hpp"

#include <string>

namespace dotcompute::emit::cpu {

/// One kernel, and how its parts are written.
struct KernelText {
  const kir::Function& kernel;
  const lowering::KernelPlan& plan;
  const Expressions& expressions;
  std::string name;
  bool asks_for_launch;  ///< For more of its place in the launch than its ids.

  [[nodiscard]] const std::string& name_of(const kir::Variable& variable) const {
    return expressions.names().of(variable);
  }
  [[nodiscard]] std::string pointer_to(const kir::Variable& buffer) const {
    return "dc_" + name_of(buffer) + "_data";
  }
  /// "const float"
  [[nodiscard]] std::string element_of(const kir::Variable& buffer) const;
  /// "dc::Buffer<const float, 1>", "float"
  [[nodiscard]] std::string type_of(const kir::Variable& parameter) const;
};

/// Writes the body: what the runtime calls with a box of items, and what takes it apart.
void write_body(const KernelText& text, Lines& lines);

}  // namespace dotcompute::emit::cpu
