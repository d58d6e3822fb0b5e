// SPDX-License-Identifier: Apache-2.0
#include "kir/walk.hpp"

#include "kir/build.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dotcompute::kir {
namespace {

constexpr const char* kText = R"(kir 1;
struct "S" size 4 align 4 { "x": int32 offset 0; }
function set { reference to: int32; buffer b: int32 in rank 1; to = b[0_i32]; }
function copy { buffer b: int32 in rank 1; var x: int32; set(x, b); b[0_i32] = x; }
function count: int32 { buffer b: int32 in rank 1; var x: int32; set(x, b); return x; }
kernel k {
  buffer a: int32 out rank 1 span;
  buffer b: int32 out rank 1 span;
  scalar s: "S";
  scalar n: int32;
  var i: int32 = 1_i32;
  for (var j: int32 = 2_i32; j < 3_i32; j = j + 4_i32) {
    if (j == 5_i32) { s.x = 6_i32; } else { copy(b); }
  }
  while (i < 7_i32) { do { n = n; } while (8_i32 < i); }
  switch (i) { case 1 { i = 9_i32; } case 2 { i = count(a) + 10_i32; } }
}
)";

class WalkTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(outcome_.module, nullptr); }
  const Function& function(std::size_t place) { return *outcome_.module->functions[place]; }

  ParseOutcome outcome_ = parse(kText);
};

// R2.4
TEST_F(WalkTest, VisitsAllExpressionsInTheOrderOfTheSource) {
  std::string literals;
  for_each_expression(function(3).body, [&](const Expression& expression) {
    if (expression.kind == ExpressionKind::literal) {
      literals += std::to_string(expression.bits) + " ";
    }
  });

  EXPECT_EQ(literals, "1 3 2 4 5 6 7 8 9 10 ");  // a loop's own value before its parts
}

// R2.4
TEST_F(WalkTest, VisitsAllStatementsAndMayChangeThem) {
  Function& kernel = *outcome_.module->functions[3];

  for_each_statement(kernel.body, [](Statement& statement) { statement.location.line = 7; });
  for_each_expression(kernel.body, [](Expression& expression) { expression.location.line = 7; });

  int statements = 0;
  int others = 0;
  for_each_statement(std::as_const(kernel.body), [&](const Statement& statement) {
    ++statements;
    others += statement.location.line == 7 ? 0 : 1;
  });
  for_each_expression(std::as_const(kernel.body), [&](const Expression& expression) {
    others += expression.location.line == 7 ? 0 : 1;
  });
  EXPECT_EQ(statements, 13);
  EXPECT_EQ(others, 0);
}

// R2.4
TEST_F(WalkTest, ACloneIsTheSameAndItsOwn) {
  const Module& module = *outcome_.module;
  Statements copy = clone(function(3).body);
  std::string before;
  std::string after;
  for (std::size_t i = 0; i < copy.size(); ++i) {
    before += print(module, *function(3).body[i]);
    after += print(module, *copy[i]);
  }
  EXPECT_EQ(after, before);

  copy[0]->value->bits = 99;
  EXPECT_EQ(function(3).body[0]->value->bits, 1U);
}

// R2.4
TEST_F(WalkTest, ExpressionsAreTheSameIfTheyComputeTheSame) {
  Variable& n = *outcome_.module->functions[3]->parameters[3];
  const auto sum = [&](std::int64_t value, Location location) {
    return make_binary(BinaryOperator::add, make_variable(n), make_int(ElementType::int32, value),
                       location);
  };

  EXPECT_TRUE(same(*sum(1, {}), *sum(1, {.line = 3})));
  EXPECT_FALSE(same(*sum(1, {}), *sum(2, {})));
  EXPECT_FALSE(same(*sum(1, {}), *make_unary(UnaryOperator::negate, sum(1, {}))));
  EXPECT_FALSE(same(*make_bool(true), *make_int(ElementType::int32, 1)));
}

// R2.4
TEST_F(WalkTest, WritesAreThoseOfStatementsAndOfCalls) {
  std::string written;
  for (const Variable* variable : writes_of(function(3).body)) {
    written += variable->name + " ";
  }

  EXPECT_EQ(written, "i j s b n ");  // a is only read by count()
}

// R2.4
TEST_F(WalkTest, AFunctionIsPureIfItWritesOnlyWhatIsItsOwn) {
  EXPECT_FALSE(is_pure(function(0)));  // its reference
  EXPECT_FALSE(is_pure(function(1)));  // its buffer
  EXPECT_TRUE(is_pure(function(2)));   // a local, by way of another function
}

// R2.4
TEST_F(WalkTest, TheRootOfAPlaceIsTheVariableItIsPartOf) {
  Function& kernel = *outcome_.module->functions[3];
  Variable& s = *kernel.parameters[2];
  Variable& b = *kernel.parameters[1];
  const Type integer = scalar_type(ElementType::int32);
  auto place = make_member(make_variable(s), 0, integer);
  const auto element = make_index(b, expressions(make_int(ElementType::int32, 0)));
  const auto value = make_member(
      make_construct(structure_type(0), expressions(make_int(ElementType::int32, 1))), 0, integer);

  EXPECT_EQ(root_of(*place), &s);
  EXPECT_EQ(root_of(*element), &b);
  EXPECT_EQ(root_of(*value), nullptr);
}

}  // namespace
}  // namespace dotcompute::kir
