// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/dependence.hpp"
#include "kir/module.hpp"
#include "lowering/body.hpp"
#include "lowering/bounds.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace dotcompute::lowering {

/// What an expression is known to be between the bounds of KernelPlan::interior.
enum class Known : std::uint8_t {
  is_true,
  is_false,
  first_operand,   ///< min, max and clamp give it.
  second_operand,  ///< min and max give it.
};

/// How a kernel is run over many items on the CPU.
///
/// The items of a row, which differ in x only, are run in strips: a loop over the lanes of the strip
/// around each part of the body. Loops that go alike for all items of a strip stand outside of these
/// loops over lanes ("split"), so that what a round of them does for all lanes is vector code.
struct KernelPlan {
  const kir::Function* kernel = nullptr;
  Body body;
  std::unique_ptr<analysis::Dependence> dependence;

  /// Loops, branches and blocks that stand outside of the loops over lanes. Empty: the whole body
  /// is one loop over lanes, which may be of any length.
  std::set<const kir::Statement*> split;
  /// Locals with one value for all lanes, declared outside of the loops over lanes.
  std::set<const kir::Variable*> uniform;
  /// Locals that several loops over lanes use: an array with an element for each lane.
  std::set<const kir::Variable*> arrays;
  /// Locals that are computed anew from the ids in each loop over lanes that uses them.
  std::set<const kir::Variable*> repeated;
  /// Several rows are run side by side, so that what they all load is loaded once.
  bool tiles_rows = false;
  /// The loops over lanes hold loops: they are left as they are, not asked to be vector code.
  bool has_inner_loops = false;

  /// Between these bounds of x, `known` holds. Limits may depend on y and z (if `tiles_rows`, on z).
  std::vector<Bound> interior;
  std::map<const kir::Expression*, Known> known;

  /// Loads that are alike for all lanes, but that not every lane does, numbered: done before the loop
  /// over lanes if they are inside of their buffer. Else the condition would keep the loop from
  /// becoming vector code.
  std::map<const kir::Expression*, std::size_t> early_loads;

  /// The places of outputs that every item writes, at its own place and nowhere else, and never
  /// reads: they may go to memory past the cache.
  std::vector<const kir::Expression*> streamed;
  /// The place of the first output that items write side by side: long rows are cut where a line of
  /// the cache begins in it. Null if there is none, or if an item's store costs little beside the
  /// rest.
  const kir::Expression* lined = nullptr;
};

[[nodiscard]] KernelPlan make_plan(const kir::Function& kernel);

/// The plan's arrays in the order of their declarations: a set of addresses has another in each run.
[[nodiscard]] std::vector<const kir::Variable*> arrays_in_order(const KernelPlan& plan);

// The steps of make_plan, in this order; each fills in its members.
void plan_strips(KernelPlan& plan);
void plan_loads(KernelPlan& plan);
void plan_interior(KernelPlan& plan);
void plan_streams(KernelPlan& plan);

}  // namespace dotcompute::lowering
