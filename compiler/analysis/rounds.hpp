// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <map>
#include <optional>
#include <set>

namespace dotcompute::analysis {

/// How many rounds loops do at most, found while a kernel is gone through in the order in which it
/// runs, calls as if the functions stood in their place.
///
/// It knows `for` loops that count upwards, from a place to another at a distance that is known:
/// two numbers, or `a` and `std::min(a + 4096, anything)`; and what such a loop leaves for the next
/// that counts on.
class Rounds {
 public:
  /// Of a function, before its statements.
  void enter(const kir::Function& function);
  /// What a parameter is in the call that follows.
  void bind(const kir::Variable& parameter, const kir::Expression& argument);

  /// \return nothing if that is not known.
  [[nodiscard]] std::optional<double> of(const kir::Statement& loop) const;
  /// Before the parts of `loop`, of any kind, and after them.
  void enter_loop(const kir::Statement& loop);
  void leave_loop(const kir::Statement& loop);
  /// After a statement that is no loop.
  void pass(const kir::Statement& statement);

 private:
  /// A counter: where it began, and how far it is at most from an end.
  struct Counter {
    const kir::Expression* start = nullptr;
    const kir::Expression* end = nullptr;
    double left = 0;  ///< With `end`.
  };
  /// `for (; counter + offset < end; counter += step)`
  struct Count {
    const kir::Variable* counter = nullptr;
    const kir::Expression* start = nullptr;
    const kir::Expression* end = nullptr;
    double offset = 0;  ///< 1 more if the counter may be `end`.
    double step = 1;
  };

  [[nodiscard]] std::optional<Count> count_of(const kir::Statement& loop) const;
  [[nodiscard]] const kir::Expression& resolved(const kir::Expression& expression) const;
  [[nodiscard]] bool is_stable(const kir::Expression& expression) const;
  [[nodiscard]] std::optional<double> distance(const kir::Expression& from,
                                               const kir::Expression& to) const;

  std::map<const kir::Variable*, const kir::Expression*> values_;  // of what is set once
  std::map<const kir::Variable*, Counter> counters_;
  std::set<const kir::Variable*> changing_;  // parameters that their function writes
};

}  // namespace dotcompute::analysis
