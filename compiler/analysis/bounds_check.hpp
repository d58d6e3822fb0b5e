// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace dotcompute::analysis {

/// Looks for elements whose index depends on the work item's id along an axis, where no condition
/// bounds the id along that axis from above.
///
/// A launch may have more items than the buffers have elements, so such an access is beyond the end
/// then. Conditions are not proven to be the right ones: this finds what was forgotten.
class BoundsCheck {
 public:
  /// \return at most one warning for each axis.
  kir::Diagnostics run(const kir::Function& kernel);

 private:
  /// Axes of ids, a bit each.
  using Axes = std::uint8_t;
  /// Of the variables of one call: the axes that its value depends on.
  using Dependence = std::map<const kir::Variable*, Axes>;

  /// One way a function is called.
  struct Call {
    const kir::Function* function = nullptr;
    std::vector<Axes> arguments;
    Axes bounded = 0;
    friend bool operator<(const Call& a, const Call& b) {
      return std::tie(a.function, a.arguments, a.bounded) <
             std::tie(b.function, b.arguments, b.bounded);
    }
  };

  void visit_function(const Call& call);
  void visit(const kir::Statements& list, Axes bounded);
  void visit(const kir::Statement& statement, Axes bounded);
  void visit(const kir::Expression* expression, Axes bounded);
  void visit_call(const kir::Expression& call, Axes bounded);
  void report(const kir::Expression& element, Axes axes);

  void learn(const kir::Function& function);
  bool learn(const kir::Statement& statement);
  bool add(const kir::Expression& place, Axes axes);
  [[nodiscard]] Axes axes_of(const kir::Expression& expression) const;
  /// The axes whose ids have an upper bound if `condition` is `truth`.
  [[nodiscard]] Axes bounds(const kir::Expression& condition, bool truth) const;
  [[nodiscard]] Axes bounds_of_comparison(const kir::Expression& comparison, bool truth) const;

  Dependence dependence_;
  std::set<Call> calls_;
  kir::Diagnostics diagnostics_;
  Axes reported_ = 0;
};

}  // namespace dotcompute::analysis
