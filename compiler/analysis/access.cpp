// SPDX-License-Identifier: Apache-2.0
#include "analysis/access.hpp"

#include "analysis/access_walk.hpp"
#include "analysis/cost.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

namespace dotcompute::analysis {
namespace {

using kir::Function;
using kir::Variable;
using kir::VariableKind;

// A stencil beyond this is not worth the name: its rim would be most of what is read.
constexpr std::int64_t kMaxRadius = 64;

/// True if `function`, or one that it calls, has an id that `is_asked` holds for.
template <class F>
bool asks(const Function& function, const F& is_asked, std::set<const Function*>& seen) {
  if (!seen.insert(&function).second) {
    return false;
  }
  bool found = false;
  kir::for_each_expression(function.body, [&](const kir::Expression& expression) {
    found =
        found || (expression.kind == kir::ExpressionKind::id && is_asked(expression.query)) ||
        (expression.kind == kir::ExpressionKind::call && asks(*expression.callee, is_asked, seen));
  });
  return found;
}

bool asks_for_ids(const Function& function) {
  std::set<const Function*> seen;
  return asks(
      function, [](kir::IdQuery) { return true; }, seen);
}

/// True of a kernel that does something else if its launch is done in parts.
bool asks_for_size(const Function& function) {
  std::set<const Function*> seen;
  const auto is_size = [](kir::IdQuery query) {
    return query == kir::IdQuery::global_size || query == kir::IdQuery::group_count;
  };
  return asks(function, is_size, seen);
}

/// Draws the conclusions from a walk through a kernel.
class Verdict {
 public:
  explicit Verdict(const kir::Module& module, const Function& kernel)
      : kernel_(kernel), walk_(module, kernel) {}

  std::vector<BufferFacts> run() {
    for (std::size_t at = 0; at < kernel_.parameters.size(); ++at) {
      facts_.push_back(first_facts(at));
    }
    find_candidates();
    // Each that turns out not to be element-wise may take away what another one's proof rests on.
    while (const auto refuted = find_refuted()) {
      candidates_ &= ~(1U << *refuted);
    }
    for (std::size_t at = 0; at < facts_.size(); ++at) {
      set_pattern(at);
    }
    return std::move(facts_);
  }

 private:
  [[nodiscard]] const Variable& parameter(std::size_t at) const { return *kernel_.parameters[at]; }
  [[nodiscard]] bool is_buffer(std::size_t at) const {
    return parameter(at).kind == VariableKind::buffer;
  }
  [[nodiscard]] bool is_candidate(std::size_t at) const { return (candidates_ >> at & 1U) != 0; }
  [[nodiscard]] bool is_named(std::size_t at) const { return !parameter(at).extents.empty(); }

  [[nodiscard]] BufferFacts first_facts(std::size_t at) const {
    BufferFacts facts;
    if (!is_buffer(at)) {
      return facts;
    }
    const BufferUse& use = walk_.uses()[at];
    facts.reads = use.reads;
    facts.writes = use.writes;
    facts.direction = parameter(at).direction;
    if (parameter(at).is_span && !parameter(at).is_const) {
      facts.direction = !use.writes ? Direction::in : use.reads ? Direction::inout : Direction::out;
    }
    return facts;
  }

  void find_candidates() {
    for (std::size_t at = 0; at < facts_.size() && at < kMaxParameters; ++at) {
      const BufferUse& use = walk_.uses()[at];
      const ParameterSet bit = 1U << at;
      const bool is_sure =
          facts_[at].direction == Direction::out
              ? (walk_.always_written() & bit) != 0
              : ((walk_.always_read() | walk_.always_written()) & bit) != 0 || !use.is_positional;
      if (is_buffer(at) && (use.reads || use.writes) && use.is_own && is_sure) {
        candidates_ |= bit;
      }
    }
  }

  /// The extent on the launch axis of a guard, in the words of `at`.
  [[nodiscard]] bool is_limit_of(const Guard& guard, std::size_t at) const {
    const std::size_t axis = parameter(at).rank - 1U - guard.axis;
    if (guard.axis >= parameter(at).rank || guard.key == walk_.key_of(at, axis)) {
      return true;
    }
    if (is_named(at)) {
      return false;
    }
    for (std::size_t other = 0; other < facts_.size(); ++other) {
      if (!is_buffer(other)) {
        if (guard.key == parameter(other).name) {
          return true;
        }
      } else if (is_candidate(other) && !is_named(other) &&
                 guard.key == walk_.key_of(other, axis)) {
        return true;
      }
    }
    return false;
  }

  /// True if the launch has an item for each element: its range is the extents of the first output.
  [[nodiscard]] bool fits_range(std::size_t at) const {
    const auto first = std::find_if(facts_.begin(), facts_.end(), [](const BufferFacts& facts) {
      return facts.direction != Direction::in;
    });
    if (first == facts_.end()) {
      return false;
    }
    const auto output = static_cast<std::size_t>(first - facts_.begin());
    if (output == at) {
      return true;
    }
    if (parameter(output).rank != parameter(at).rank) {
      return false;
    }
    bool has_same_names = true;
    for (std::size_t axis = 0; axis < parameter(at).rank; ++axis) {
      has_same_names = has_same_names && walk_.key_of(at, axis) == walk_.key_of(output, axis);
    }
    return has_same_names || (is_candidate(output) && !is_named(output) && !is_named(at));
  }

  [[nodiscard]] std::optional<std::size_t> find_refuted() const {
    for (std::size_t at = 0; at < facts_.size(); ++at) {
      const bool holds = !is_candidate(at) ||
                         (fits_range(at) &&
                          std::all_of(walk_.guards().begin(), walk_.guards().end(),
                                      [&](const Guard& guard) { return is_limit_of(guard, at); }));
      if (!holds) {
        return at;
      }
    }
    return std::nullopt;
  }

  void set_pattern(std::size_t at) {
    const BufferUse& use = walk_.uses()[at];
    BufferFacts& facts = facts_[at];
    if (asks_for_size_) {
      facts.pattern = AccessPattern::irregular;  // of a part of a launch, items are others
    } else if (is_candidate(at)) {
      facts.pattern = AccessPattern::element_wise;
    } else if (!use.reads || use.writes) {
      facts.pattern = AccessPattern::irregular;
    } else if (use.is_near && use.distance > 0 && use.distance <= kMaxRadius) {
      facts.pattern = AccessPattern::stencil;
      facts.stencil_radius = static_cast<std::uint32_t>(use.distance);
    } else if (use.is_uniform && asks_for_ids(kernel_)) {
      facts.pattern = AccessPattern::broadcast;
    }
  }

  const Function& kernel_;
  AccessWalk walk_;
  std::vector<BufferFacts> facts_;
  ParameterSet candidates_ = 0;
  bool asks_for_size_ = asks_for_size(kernel_);
};

}  // namespace

KernelFacts analyse(const kir::Module& module, const Function& kernel) {
  KernelFacts facts;
  facts.parameters = Verdict(module, kernel).run();
  facts.is_parallel = asks_for_ids(kernel);
  const ItemCost cost = cost_of(module, kernel);
  facts.operations_per_item = cost.operations;
  facts.bytes_per_item = cost.bytes;
  return facts;
}

}  // namespace dotcompute::analysis
