// SPDX-License-Identifier: Apache-2.0
#include "lowering/body.hpp"

#include "kernel_text.hpp"
#include "kir/walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace dotcompute::lowering {
namespace {

Body body_of(const kir::Module& module) {
  return make_body(*module.functions.front());
}

std::size_t branches_in(const Body& body) {
  std::size_t count = 0;
  kir::for_each_statement(body.statements, [&](const kir::Statement& statement) {
    count += statement.kind == kir::StatementKind::if_else ? 1 : 0;
  });
  return count;
}

TEST(BodyTest, TakesOutTheGuardThatReturns) {
  const auto module = kernel_of("if (i >= $extent(out)) { return; } out[i] = a[i];");

  const Body body = body_of(*module);

  ASSERT_EQ(body.guards.size(), 1U);
  EXPECT_FALSE(body.guards[0].is_begin);
  EXPECT_EQ(body.guards[0].offset, 0);
  EXPECT_EQ(branches_in(body), 0U);
}

TEST(BodyTest, TakesOutTheGuardAroundTheRest) {
  const auto module = kernel_of("if (i < $extent(out)) { out[i] = a[i]; }");

  EXPECT_EQ(body_of(*module).guards.size(), 1U);
}

TEST(BodyTest, TakesBothEndsAndNumbersBesideTheId) {
  const auto module =
      kernel_of("if ((i < 2_u64) || ((i + 3_u64) > $extent(out))) { return; } out[i] = a[i];");

  const Body body = body_of(*module);

  ASSERT_EQ(body.guards.size(), 2U);
  EXPECT_TRUE(body.guards[0].is_begin);
  EXPECT_EQ(body.guards[1].offset, -2);  // i + 3 <= extent is i < extent - 2
}

TEST(BodyTest, KeepsTheConditionThatIsNotOfIds) {
  const auto module =
      kernel_of("if ((i >= $extent(out)) || (a[i] < 0_f32)) { return; } out[i] = a[i];");

  const Body body = body_of(*module);

  EXPECT_EQ(body.guards.size(), 1U);
  EXPECT_EQ(branches_in(body), 1U);
}

TEST(BodyTest, KeepsAGuardAfterAStore) {
  const auto module = kernel_of("out[i] = 0_f32; if (i >= $extent(a)) { return; } out[i] = a[i];");

  const Body body = body_of(*module);

  EXPECT_TRUE(body.guards.empty());
  EXPECT_EQ(branches_in(body), 1U);
}

TEST(BodyTest, KeepsAGuardWhoseLimitMightNotBeComputable) {
  const auto module = kernel_of("if ((i as int32) >= (100_i32 / n)) { return; } out[i] = a[i];");

  EXPECT_TRUE(body_of(*module).guards.empty());
}

TEST(BodyTest, TurnsReturnsIntoBranches) {
  const auto module = kernel_of("if (a[i] < 0_f32) { out[i] = 0_f32; return; } out[i] = a[i];");

  const Body body = body_of(*module);

  EXPECT_FALSE(body.returns);
  EXPECT_FALSE(body.statements.back()->otherwise.empty());
}

TEST(BodyTest, LeavesReturnsInLoopsAndSaysSo) {
  const auto module = kernel_of(
      "for (var k: int32 = 0_i32; k < n; k = k + 1_i32) { if (a[k as uint64] < 0_f32) { return; } "
      "} "
      "out[i] = a[i];");

  EXPECT_TRUE(body_of(*module).returns);
}

TEST(BodyTest, GivesEachItemItsOwnCopyOfAScalarThatChanges) {
  const auto module = kernel_of("n = n + 1_i32; out[i] = n as float32;");

  const Body body = body_of(*module);

  ASSERT_EQ(body.variables.size(), 1U);
  const auto written = kir::writes_of(body.statements);
  EXPECT_TRUE(std::none_of(written.begin(), written.end(), [](const kir::Variable* variable) {
    return variable->kind == kir::VariableKind::scalar;
  }));
}

}  // namespace
}  // namespace dotcompute::lowering
