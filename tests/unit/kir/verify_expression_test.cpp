// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "unit/kir/rules.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace dotcompute::kir {
namespace {

using enum ElementType;

class VerifyExpression : public testing::TestWithParam<RuleCase> {};

// R2.4
TEST_P(VerifyExpression, NamesTheRuleThatIsOffended) {
  EXPECT_EQ(rules_offended_in_body(GetParam().text), GetParam().rule);
}

INSTANTIATE_TEST_SUITE_P(
    Operators,
    VerifyExpression,
    testing::Values(RuleCase{"n = -n;", ""},
                    RuleCase{"n = (-(true)) ? n : n;", "kir-operand-type"},
                    RuleCase{"n = ~n;", ""},
                    RuleCase{"line[0_i32] = ~(1_f32);", "kir-operand-type"},
                    RuleCase{"var b: bool = !(true);", ""},
                    RuleCase{"var b: bool = !n;", "kir-operand-type"},
                    RuleCase{"n = n + 1_i32;", ""},
                    RuleCase{"n = n + 1_i64;", "kir-operand-type"},
                    RuleCase{"var b: bool = true + false;", "kir-operand-type"},
                    RuleCase{"pair = pair + pair;", "kir-operand-type"},
                    RuleCase{"n = n % n;", ""},
                    RuleCase{"line[0_i32] = 1_f32 % 1_f32;", "kir-operand-type"},
                    RuleCase{"n = n << 1_u8;", ""},
                    RuleCase{"n = n << 1_f32;", "kir-operand-type"},
                    RuleCase{"line[0_i32] = 1_f32 << 1_i32;", "kir-operand-type"},
                    RuleCase{"n = n & 3_i32;", ""},
                    RuleCase{"var b: bool = true ^ false;", ""},
                    RuleCase{"line[0_i32] = 1_f32 | 1_f32;", "kir-operand-type"},
                    RuleCase{"var b: bool = 1_f16 < 2_f16;", ""},
                    RuleCase{"n = 1_f16 < 2_f16;", "kir-operand-type"},
                    RuleCase{"var b: bool = pair == pair;", "kir-operand-type"},
                    RuleCase{"var b: bool = true && (n == n);", ""},
                    RuleCase{"var b: bool = n && n;", "kir-operand-type"},
                    RuleCase{"n = true ? n : 1_i32;", ""},
                    RuleCase{"n = n ? n : 1_i32;", "kir-operand-type"},
                    RuleCase{"n = true ? n : 1_i64;", "kir-operand-type"},
                    RuleCase{"n = true ? 1_i64 : 1_i64;", "kir-operand-type"},
                    RuleCase{"n = pair.y as int32;", ""},
                    RuleCase{"n = pair as int32;", "kir-operand-type"}));

INSTANTIATE_TEST_SUITE_P(
    Elements,
    VerifyExpression,
    testing::Values(RuleCase{"out[n, 1_u8] = in[0_u64];", ""},
                    RuleCase{"line[0_f32] = 1_f32;", "kir-operand-type"},
                    RuleCase{"out[n] = 1_f32;", "kir-operand-count"},
                    RuleCase{"line[n, n] = 1_f32;", "kir-operand-count"},
                    RuleCase{"line[n] = 1_f64;", "kir-operand-type"},
                    RuleCase{"var a: int32[2]; a[n] = n;", ""},
                    RuleCase{"var a: int32[2]; a[true] = n;", "kir-operand-type"},
                    RuleCase{"var a: int32[2]; a[n] = 1_f32;", "kir-operand-type"},
                    RuleCase{"n = pair.x;", ""},
                    RuleCase{"n = pair.y;", "kir-operand-type"},
                    RuleCase{"var e: uint64 = $extent(out, 1) + $extent(out);", ""},
                    RuleCase{"var e: uint64 = $extent(line, 1);", "kir-axis"},
                    RuleCase{"n = $extent(line);", "kir-operand-type"},
                    RuleCase{"var i: uint64 = $local_id(1);", ""},
                    RuleCase{"n = $local_id(1);", "kir-operand-type"},
                    RuleCase{"n = in;", "kir-operand-type"},
                    RuleCase{"n = -in;", "kir-operand-type"}));

INSTANTIATE_TEST_SUITE_P(
    CallsAndConstructs,
    VerifyExpression,
    testing::Values(RuleCase{"line[n] = $sqrt(1_f32);", ""},
                    RuleCase{"n = $sqrt(n);", "kir-operand-type"},
                    RuleCase{"line[n] = $pow(1_f32, 1_f64);", "kir-operand-type"},
                    RuleCase{"line[n] = $is_nan(1_f32);", "kir-operand-type"},
                    RuleCase{"n = $abs(n);", ""},
                    RuleCase{"var u: uint8 = $abs(1_u8);", "kir-operand-type"},
                    RuleCase{"var u: bool = $min(true, false);", ""},
                    RuleCase{"pair = $min(pair, pair);", "kir-operand-type"},
                    RuleCase{"pair = {n, 1_f32} as \"Pair\";", ""},
                    RuleCase{"pair = {n} as \"Pair\";", "kir-operand-count"},
                    RuleCase{"pair = {n, n} as \"Pair\";", "kir-operand-type"},
                    RuleCase{"var a: int32[2][2] = {n, n, n, n} as int32[2][2];", ""},
                    RuleCase{"var a: int32[2][2] = {n, n} as int32[2][2];", "kir-operand-count"},
                    RuleCase{"var a: int32[1] = {1_i8} as int32[1];", "kir-operand-type"},
                    RuleCase{"n = {n} as int32;", "kir-operand-type"},
                    RuleCase{"n = twice(n) + twice(1_i32);", ""},
                    RuleCase{"n = twice(1_i8);", "kir-operand-type"},
                    RuleCase{"n = twice();", "kir-operand-count"},
                    RuleCase{"n = twice(in);", "kir-operand-type"},
                    RuleCase{"line[n] = twice(n);", "kir-operand-type"},
                    RuleCase{"n = 1_i32 + fill(line);", "kir-impure-call kir-operand-type"},
                    RuleCase{"n = set(n, 1_i32);", ""},
                    RuleCase{"n = -set(n, 1_i32);", "kir-impure-call"},
                    RuleCase{"if (set(n, 1_i32) == 1_i32) {}", "kir-impure-call"},
                    RuleCase{"line[set(n, 1_i32)] = 1_f32;", "kir-impure-call"},
                    RuleCase{"set(1_i32, n);", "kir-place"},
                    RuleCase{"set(twice(n), n);", "kir-place"},
                    RuleCase{"set(fixed, n);", "kir-const-write"},
                    RuleCase{"set(kOne, n);", "kir-const-write"},
                    RuleCase{"set(pair.x, n);", ""},
                    RuleCase{"n = peek(fixed) + peek(kOne);", ""},
                    RuleCase{"n = peek(3_i32);", "kir-place"},
                    RuleCase{"fill(line);", ""},
                    RuleCase{"fill(in);", "kir-const-write"},
                    RuleCase{"fill(out);", "kir-operand-type"},
                    RuleCase{"fill(n);", "kir-operand-type"},
                    RuleCase{"line[n] = look(in) + look(line);", ""}));

// A well-formed kernel with one local, to be spoilt.
class SpoiltExpressionTest : public testing::Test {
 protected:
  SpoiltExpressionTest() { kernel_.body = statements(make_declare(local_, make_int(int32, 1))); }

  std::string rules_with(ExpressionPtr value) {
    kernel_.body = statements(make_declare(local_, std::move(value)));
    return rules_offended_by(module_);
  }

  Module module_;
  Function& kernel_ = add_kernel(module_, "k");
  Variable& local_ = add_local(kernel_, "x", scalar_type(int32));
};

// R2.4
TEST_F(SpoiltExpressionTest, OperandsMayNotBeNull) {
  ASSERT_EQ(rules_with(make_int(int32, 1)), "");
  auto sum = make_binary(BinaryOperator::add, make_int(int32, 1), make_int(int32, 1));
  sum->operands[1] = nullptr;

  EXPECT_EQ(rules_with(std::move(sum)), "kir-missing-part");
}

// R2.4
TEST_F(SpoiltExpressionTest, OperandsAreCounted) {
  for (const auto kind :
       {ExpressionKind::unary, ExpressionKind::binary, ExpressionKind::select, ExpressionKind::cast,
        ExpressionKind::member, ExpressionKind::intrinsic, ExpressionKind::index}) {
    auto empty = make_int(int32, 1);
    empty->kind = kind;
    EXPECT_EQ(rules_with(std::move(empty)), "kir-operand-count");
  }
  for (const auto kind : {ExpressionKind::literal, ExpressionKind::variable, ExpressionKind::extent,
                          ExpressionKind::id, ExpressionKind::buffer}) {
    auto full = make_unary(UnaryOperator::negate, make_int(int32, 1));
    full->kind = kind;
    EXPECT_EQ(rules_with(std::move(full)), "kir-operand-count");
  }
}

// R2.4
TEST_F(SpoiltExpressionTest, VariablesBuffersAndFunctionsMayNotBeNull) {
  auto variable = make_variable(local_);
  variable->variable = nullptr;
  auto extent = make_id(IdQuery::global_id);
  extent->kind = ExpressionKind::extent;
  auto call = make_int(int32, 1);
  call->kind = ExpressionKind::call;

  EXPECT_EQ(rules_with(std::move(variable)), "kir-scope");
  EXPECT_EQ(rules_with(std::move(extent)), "kir-scope");
  EXPECT_EQ(rules_with(std::move(call)), "kir-function-order");
}

// R2.4
TEST_F(SpoiltExpressionTest, TypesThatAreSaidAreThoseThatFollow) {
  Variable& buffer = add_buffer(kernel_, "b", int32, Direction::in);
  Function& helper = add_function(module_, "f", scalar_type(int32));
  helper.body = statements(make_return_from(make_int(int32, 1)));
  std::swap(module_.functions[0], module_.functions[1]);
  const std::function<ExpressionPtr()> kMakers[] = {
      [] { return make_unary(UnaryOperator::negate, make_int(int32, 1)); },
      [] { return make_binary(BinaryOperator::add, make_int(int32, 1), make_int(int32, 1)); },
      [] { return make_select(make_bool(true), make_int(int32, 1), make_int(int32, 1)); },
      [&] { return make_index(buffer, expressions(make_int(int32, 0))); },
      [&] { return make_call(helper, {}); },
      [] { return make_intrinsic(Intrinsic::abs, expressions(make_int(int32, 1))); }};

  for (const auto& make : kMakers) {
    auto wrong = make();
    wrong->type = scalar_type(int64);
    EXPECT_EQ(rules_with(make()), "");
    EXPECT_EQ(rules_with(make_cast(int32, std::move(wrong))), "kir-operand-type");
  }
}

// R2.4
TEST_F(SpoiltExpressionTest, LiteralsAreScalarsOfTheirBits) {
  auto wide = make_int(int32, 1);
  wide->bits = 0x80000000;
  auto structure = make_int(int32, 1);
  structure->type.element = structure->type.element = ElementType::structure;

  EXPECT_EQ(rules_with(std::move(wide)), "kir-literal-bits");
  EXPECT_EQ(rules_with(std::move(structure)), "kir-operand-type");
}

// R2.4
TEST_F(SpoiltExpressionTest, AxesOfIdsAndMembersAreBounded) {
  module_.structures.push_back({.name = "S", .size = 4, .alignment = 4});
  module_.structures[0].fields.push_back({.name = "x", .type = scalar_type(int32)});
  Variable& pair = add_parameter(kernel_, "p", VariableKind::scalar, structure_type(0));

  EXPECT_EQ(rules_with(make_member(make_variable(pair), 0, scalar_type(int32))), "");
  EXPECT_EQ(rules_with(make_member(make_variable(pair), 1, scalar_type(int32))),
            "kir-operand-type");
  EXPECT_EQ(rules_with(make_cast(int32, make_id(IdQuery::global_id, 3))),
            "kir-axis kir-dimensions");
  auto index = make_index(make_variable(local_), make_int(int32, 0));
  EXPECT_EQ(rules_with(std::move(index)), "kir-scope");
}

// R2.4
TEST_F(SpoiltExpressionTest, BuffersAndVariablesAreNotTakenForEachOther) {
  Variable& buffer = add_buffer(kernel_, "b", int32, Direction::in);
  Variable& number = add_parameter(kernel_, "n", VariableKind::scalar, scalar_type(int32));

  EXPECT_EQ(rules_with(make_variable(buffer)), "kir-operand-type");
  EXPECT_EQ(rules_with(make_index(number, expressions(make_int(int32, 0)))), "kir-operand-type");
}

// R2.4
TEST_F(SpoiltExpressionTest, OnlyBuffersAndArraysHaveElements) {
  Variable& number = add_parameter(kernel_, "n", VariableKind::scalar, scalar_type(int32));

  EXPECT_EQ(rules_with(make_index(make_variable(number), make_int(int32, 0))), "kir-operand-type");
}

// R2.4
TEST_F(SpoiltExpressionTest, ConstructsAreOfTypesThatExist) {
  const auto with_type = [](Type type) {
    return make_cast(int32, make_construct(std::move(type), {}));
  };

  EXPECT_EQ(rules_with(with_type(structure_type(7))), "kir-type");
  EXPECT_EQ(rules_with(with_type(array_type(scalar_type(int32), {0}))), "kir-type");
  EXPECT_EQ(rules_with(with_type(array_type(scalar_type(int32), {1U << 31U, 1U << 31U}))),
            "kir-type");
  EXPECT_EQ(rules_with(with_type(Type{})), "kir-type");
}

}  // namespace
}  // namespace dotcompute::kir
