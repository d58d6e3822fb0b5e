// SPDX-License-Identifier: Apache-2.0
#include "lowering/plan.hpp"

#include "analysis/independence.hpp"
#include "kernel_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace dotcompute::lowering {
namespace {

KernelPlan plan_of(const kir::Module& module) {
  return make_plan(*module.functions.front());
}

std::set<std::string> names_of(const std::set<const kir::Variable*>& variables) {
  std::set<std::string> names;
  for (const auto* variable : variables) {
    names.insert(variable->name);
  }
  return names;
}

const std::string kSumLoop =
    "var sum: float32 = 0_f32; "
    "for (var k: uint64 = 0_u64; k < $extent(a); k = k + 1_u64) { sum = sum + (a[k] * here); } "
    "out[i] = sum;";

TEST(PlanTest, SplitsALoopThatGoesAlikeForAllItems) {
  const auto module = kernel_of("let here: float32 = a[i]; " + kSumLoop);

  const KernelPlan plan = plan_of(*module);

  EXPECT_EQ(plan.split.size(), 1U);
  EXPECT_EQ(names_of(plan.uniform), std::set<std::string>{"k"});
  EXPECT_EQ(names_of(plan.arrays), (std::set<std::string>{"here", "sum"}));
  EXPECT_EQ(names_of(plan.repeated), std::set<std::string>{"i"});
}

TEST(PlanTest, LeavesALoopWhoseRoundsDifferFromItemToItem) {
  const auto module =
      kernel_of("var x: float32 = a[i]; while (x < 9_f32) { x = x * 2_f32; } out[i] = x;");

  const KernelPlan plan = plan_of(*module);

  EXPECT_TRUE(plan.split.empty());
  EXPECT_TRUE(plan.has_inner_loops);
}

TEST(PlanTest, LeavesALoopWhoseItemsReadFarFromEachOther) {
  const auto module = kernel_of(
      "var sum: float32 = 0_f32; for (var k: uint64 = 0_u64; k < 9_u64; k = k + 1_u64) { "
      "sum = sum + m[i, k]; } out[i] = sum;");

  EXPECT_TRUE(plan_of(*module).split.empty());
}

TEST(PlanTest, LeavesALoopThatOneItemMayLeaveBeforeAnother) {
  const auto module = kernel_of(
      "var sum: float32 = 0_f32; for (var k: uint64 = 0_u64; k < 9_u64; k = k + 1_u64) { "
      "sum = sum + a[k]; if (sum > a[i]) { break; } } out[i] = sum;");

  EXPECT_TRUE(plan_of(*module).split.empty());
}

TEST(PlanTest, NamesArraysInTheOrderOfTheirDeclarations) {
  const auto module = kernel_of(
      "var z: float32 = a[i]; var y: float32 = a[i]; var x: float32 = a[i]; "
      "for (var k: uint64 = 0_u64; k < 9_u64; k = k + 1_u64) { z = z + a[k]; y = y + z; x = x + y; "
      "} "
      "out[i] = (x + y) + z;");
  const KernelPlan plan = plan_of(*module);

  const auto arrays = arrays_in_order(plan);

  ASSERT_EQ(arrays.size(), 3U);
  EXPECT_EQ(arrays[0]->name, "z");
  EXPECT_EQ(arrays[1]->name, "y");
  EXPECT_EQ(arrays[2]->name, "x");
}

TEST(PlanTest, RunsRowsSideBySideThatShareLoads) {
  const auto module = kernel_of(
      "let row: uint64 = $global_id(1); var sum: float32 = 0_f32; "
      "for (var k: uint64 = 0_u64; k < $extent(m, 0); k = k + 1_u64) { "
      "sum = sum + (m[row, k] * m[k, i]); } image[row, i] = sum;",
      2);

  EXPECT_TRUE(plan_of(*module).tiles_rows);
}

TEST(PlanTest, KnowsWhatRimConditionsAreBetweenTheRims) {
  const auto module = kernel_of(
      "if ((i == 0_u64) || ((i + 1_u64) == $extent(a))) { out[i] = a[i]; } "
      "else { out[i] = a[i - 1_u64] + a[i + 1_u64]; }");

  const KernelPlan plan = plan_of(*module);

  EXPECT_EQ(plan.known.size(), 2U);
  ASSERT_EQ(plan.interior.size(), 2U);
  EXPECT_TRUE(plan.interior[0].is_begin);
  EXPECT_EQ(plan.interior[0].offset, 1);
  EXPECT_FALSE(plan.interior[1].is_begin);
  EXPECT_EQ(plan.interior[1].offset, -1);
}

TEST(IndependenceTest, IsThatOfRoundsThatWriteTheirOwnElements) {
  const auto rounds_of = [](const std::string& body) {
    const auto module =
        kernel_of("var s: float32[8]; for (var k: uint64 = 0_u64; k < 8_u64; k = k + 1_u64) { " +
                  body + " } out[i] = s[0_u64];");
    return analysis::has_independent_rounds(*module->functions.front()->body.at(2));
  };

  EXPECT_TRUE(rounds_of("s[k] = s[k] + a[i + k];"));
  EXPECT_FALSE(rounds_of("s[k] = s[7_u64 - k];"));
  EXPECT_FALSE(rounds_of("s[k & 1_u64] = a[k];"));
  EXPECT_FALSE(rounds_of("out[k] = a[k];"));
  EXPECT_FALSE(rounds_of("s[k] = a[k]; k = k + 1_u64;"));
}

TEST(PlanTest, StreamsAnOutputThatEachItemWritesAtItsPlace) {
  const auto module = kernel_of("out[i] = a[i] * 2_f32;");

  ASSERT_EQ(plan_of(*module).streamed.size(), 1U);
}

// R3.2
TEST(PlanTest, CutsRowsAtTheLinesOfAnOutputThatEachWayWrites) {
  const auto rims = kernel_of(
      "if (i == 0_u64) { out[i] = a[i]; } else { if (n > 3_i32) { out[i] = a[i - 1_u64]; } else { "
      "out[i] = 0_f32; } }");
  const auto one_way_skips = kernel_of(
      "if (i == 0_u64) { out[i] = a[i]; } else { if (n > 3_i32) { out[i] = a[i - 1_u64]; } }");

  EXPECT_NE(plan_of(*rims).lined, nullptr);
  EXPECT_TRUE(plan_of(*rims).streamed.empty());
  EXPECT_EQ(plan_of(*one_way_skips).lined, nullptr);
}

// R3.2
TEST(PlanTest, CutsRowsAtTheLinesOfTheFirstOutputThatItemsWriteSideBySide) {
  const auto reads_too = kernel_of("out[i] = out[i] + a[i];");
  const auto every_other = kernel_of("out[2_u64 * i] = a[i];");
  const auto sometimes = kernel_of("if (a[i] > 0_f32) { out[i] = a[i]; }");

  const KernelPlan plan = plan_of(*reads_too);

  ASSERT_NE(plan.lined, nullptr);
  EXPECT_EQ(plan.lined->variable->name, "out");
  EXPECT_EQ(plan_of(*every_other).lined, nullptr);
  EXPECT_EQ(plan_of(*sometimes).lined, nullptr);
}

TEST(PlanTest, DoesNotStreamWhatIsReadOrNotAlwaysWritten) {
  const auto reads = kernel_of("out[i] = out[i] + a[i];");
  const auto skips = kernel_of("if (a[i] > 0_f32) { out[i] = a[i]; }");
  const auto moves = kernel_of("out[i] = a[i]; out[i + 1_u64] = a[i];");

  EXPECT_TRUE(plan_of(*reads).streamed.empty());
  EXPECT_TRUE(plan_of(*skips).streamed.empty());
  EXPECT_TRUE(plan_of(*moves).streamed.empty());
}

TEST(PlanTest, LoadsBeforeTheLanesWhatOnlySomeOfThemAskFor) {
  const auto module = kernel_of("out[i] = (a[i] > 0_f32) ? a[3_u64] : 0_f32;");

  EXPECT_EQ(plan_of(*module).early_loads.size(), 1U);
}

}  // namespace
}  // namespace dotcompute::lowering
