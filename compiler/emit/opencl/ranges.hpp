// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace dotcompute::emit::opencl {

/// Numbers from `low` to `high`.
struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Which integers the expressions of one function can be, as far as their form tells: so that most
/// sums are written as sums, and functions that wrap are kept for those that may.
class Ranges {
 public:
  explicit Ranges(const kir::Function& function);

  /// \param expression an integer.
  /// \return nothing if it may be above what std::int64_t holds.
  [[nodiscard]] std::optional<Interval> of(const kir::Expression& expression) const;

  /// True if the operator of `expression`, signed and of 32 or 64 bits, gives what fits its type.
  [[nodiscard]] bool fits(const kir::Expression& expression) const;

  /// True if the step of `loop` counts within its type: what the loop's condition let through can be
  /// counted further.
  [[nodiscard]] bool step_fits(const kir::Statement& loop) const;

 private:
  void add_counter(const kir::Statement& loop);
  [[nodiscard]] std::optional<Interval> counted_by(const kir::Statement& loop) const;
  [[nodiscard]] std::optional<Interval> inner(const kir::Expression& expression) const;
  [[nodiscard]] std::optional<Interval> result(const kir::Expression& binary) const;

  std::map<const kir::Variable*, std::optional<Interval>> known_;  // of what is set once
};

}  // namespace dotcompute::emit::opencl
