// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/dependence.hpp"
#include "kir/module.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace dotcompute::lowering {

/// One end of the ids along an axis: from `limit + offset` on, or up to but not including it.
struct Bound {
  std::uint32_t axis = 0;
  bool is_begin = false;
  kir::ExpressionPtr limit;  ///< An integer, of what Limits allows.
  std::int64_t offset = 0;
  kir::Location location;
};

/// What a limit may be made of: literals, constants, scalars that the kernel does not change,
/// extents, and ids along the axes `allowed`; locals are replaced by what they were declared with.
class Limits {
 public:
  Limits(const analysis::Dependence& dependence, analysis::Axes allowed)
      : dependence_(dependence), allowed_(allowed) {}

  /// The same value without locals; null if that is not possible, or if computing it where no item
  /// asks for it might fail.
  [[nodiscard]] kir::ExpressionPtr expanded(const kir::Expression& expression) const;

 private:
  const analysis::Dependence& dependence_;
  analysis::Axes allowed_;
};

/// An integer that is the global id along `axis` and a number.
struct IdOffset {
  std::uint32_t axis = 0;
  std::int64_t offset = 0;
};
[[nodiscard]] std::optional<IdOffset> id_offset(const kir::Expression& expression,
                                                const analysis::Dependence& dependence);

/// For which ids along one axis `comparison` is true, or, if `wanted` is false, not true: the bounds
/// that say so, or none if it is not of the form "id + number < limit" or the ids are not those
/// between two bounds.
[[nodiscard]] std::vector<Bound> bounds_of(const kir::Expression& comparison,
                                           bool wanted,
                                           const Limits& limits,
                                           const analysis::Dependence& dependence);

}  // namespace dotcompute::lowering
