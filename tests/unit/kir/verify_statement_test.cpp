// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "unit/kir/rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::kir {
namespace {

using enum ElementType;

class VerifyStatement : public testing::TestWithParam<RuleCase> {};

// R2.4
TEST_P(VerifyStatement, NamesTheRuleThatIsOffended) {
  EXPECT_EQ(rules_offended_in_body(GetParam().text), GetParam().rule);
}

INSTANTIATE_TEST_SUITE_P(
    Scopes,
    VerifyStatement,
    testing::Values(RuleCase{"var x: int32; x = 1_i32;", ""},
                    RuleCase{"block { var x: int32; } x = 1_i32;", "kir-scope"},
                    RuleCase{"if (true) { var x: int32; } else { x = 1_i32; }", "kir-scope"},
                    RuleCase{"for (var x: int32 = n; x < n; x = x + n) { x = n; }", ""},
                    RuleCase{"for (var x: int32 = n; true;) { } x = n;", "kir-scope"},
                    RuleCase{"for (; true;) { var x: int32; } x = n;", "kir-scope"},
                    RuleCase{"while (true) { var x: int32; } x = n;", "kir-scope"},
                    RuleCase{"do { var x: bool; } while (x);", "kir-scope"},
                    RuleCase{"switch (n) { case 1 { var x: int32; } case 2 { x = n; } }",
                             "kir-scope"},
                    RuleCase{"let x: int32 = n;", ""},
                    RuleCase{"let x: int32;", "kir-const-write"}));

INSTANTIATE_TEST_SUITE_P(
    Writes,
    VerifyStatement,
    testing::Values(RuleCase{"n = 1_i32; pair.y = 1_f32; line[n] = 1_f32;", ""},
                    RuleCase{"fixed = 1_i32;", "kir-const-write"},
                    RuleCase{"kOne = 1_i32;", "kir-const-write"},
                    RuleCase{"in[n] = 1_f32;", "kir-const-write"},
                    RuleCase{"let x: int32 = n; x = n;", "kir-const-write"},
                    RuleCase{"let x: int32[2] = {n, n} as int32[2]; x[0_i32] = n;",
                             "kir-const-write"},
                    RuleCase{"1_i32 = n;", "kir-place"},
                    RuleCase{"n + n = n;", "kir-place"},
                    RuleCase{"({n, 1_f32} as \"Pair\").x = n;", "kir-place"},
                    RuleCase{"n = 1_f32;", "kir-operand-type"},
                    RuleCase{"var x: int32 = 1_f32;", "kir-operand-type"}));

INSTANTIATE_TEST_SUITE_P(
    Control,
    VerifyStatement,
    testing::Values(RuleCase{"if (n) {}", "kir-operand-type"},
                    RuleCase{"while (n) {}", "kir-operand-type"},
                    RuleCase{"do {} while (n);", "kir-operand-type"},
                    RuleCase{"for (; n;) {}", "kir-operand-type"},
                    RuleCase{"for (twice(n); true;) {}", "kir-for-header"},
                    RuleCase{"for (; true; twice(n)) {}", "kir-for-header"},
                    RuleCase{"break;", "kir-jump"},
                    RuleCase{"continue;", "kir-jump"},
                    RuleCase{"while (true) { break; } break;", "kir-jump"},
                    RuleCase{"while (true) { if (true) { continue; } }", ""},
                    RuleCase{"switch (n) { case 1 { break; } }", ""},
                    RuleCase{"switch (n) { case 1 { continue; } }", "kir-jump"},
                    RuleCase{"while (true) { switch (n) { case 1 { continue; } } }", ""},
                    RuleCase{"switch (true) { case 1 { } }", "kir-operand-type"},
                    RuleCase{"switch (1_f32) { case 1 { } }", "kir-operand-type"},
                    RuleCase{"switch (n) { case 1, 2 { } case 2 { } }", "kir-switch-label"},
                    RuleCase{"switch (n) { case default { } case 1, default { } }",
                             "kir-switch-label"},
                    RuleCase{"return;", ""},
                    RuleCase{"return n;", "kir-return-value"},
                    RuleCase{"twice(n);", ""}));

// A kernel whose body is to be spoilt.
class SpoiltStatementTest : public testing::Test {
 protected:
  std::string rules_with(StatementPtr statement) {
    kernel_.body = statements(std::move(statement));
    return rules_offended_by(module_);
  }

  Module module_;
  Function& kernel_ = add_kernel(module_, "k");
};

// R2.4
TEST_F(SpoiltStatementTest, StatementsHaveTheirPartsAndNoOthers) {
  const StatementKind kKinds[] = {StatementKind::declare,  StatementKind::assign,
                                  StatementKind::evaluate, StatementKind::if_else,
                                  StatementKind::for_loop, StatementKind::while_loop,
                                  StatementKind::do_loop,  StatementKind::switch_on};
  for (const StatementKind kind : kKinds) {
    auto bare = std::make_unique<Statement>();
    bare->kind = kind;
    EXPECT_EQ(rules_with(std::move(bare)), "kir-missing-part");
  }
  for (const StatementKind kind : {StatementKind::block, StatementKind::break_out,
                                   StatementKind::continue_loop, StatementKind::declare}) {
    auto full = make_assign(make_int(int32, 1), make_int(int32, 1));
    full->kind = kind;
    EXPECT_EQ(rules_with(std::move(full)), "kir-missing-part");
  }
  auto branching = make_return_from();
  branching->otherwise = statements(make_return_from());
  EXPECT_EQ(rules_with(std::move(branching)), "kir-missing-part");
  auto looping = make_return_from();
  looping->step = make_return_from();
  EXPECT_EQ(rules_with(std::move(looping)), "kir-missing-part");
  EXPECT_EQ(rules_with(nullptr), "kir-missing-part");
}

// R2.4
TEST_F(SpoiltStatementTest, OnlyCallsAreEvaluatedForWhatTheyDo) {
  EXPECT_EQ(rules_with(make_evaluate(make_int(int32, 1))), "kir-evaluate-call");
}

// R2.4
TEST_F(SpoiltStatementTest, EveryLocalIsDeclaredOnceInOrder) {
  Variable& a = add_local(kernel_, "a", scalar_type(int32));
  Variable& b = add_local(kernel_, "b", scalar_type(int32));

  EXPECT_EQ(rules_with(make_block(statements(make_declare(a), make_declare(b)))), "");
  EXPECT_EQ(rules_with(make_block(statements(make_declare(b), make_declare(a)))),
            "kir-declared-once");
  EXPECT_EQ(rules_with(make_block(statements(make_declare(a)))), "kir-declared-once");
  EXPECT_EQ(rules_with(make_block(statements(make_declare(a), make_declare(b), make_declare(b)))),
            "kir-declared-once");
}

// R2.4
TEST_F(SpoiltStatementTest, CasesHaveLabelsThatAreValues) {
  const auto with_case = [](std::vector<std::uint64_t> labels) {
    std::vector<SwitchCase> cases(1);
    cases[0].labels = std::move(labels);
    return make_switch_on(make_int(int8, 1), std::move(cases));
  };

  EXPECT_EQ(rules_with(with_case({5})), "");
  EXPECT_EQ(rules_with(with_case({})), "kir-switch-label");
  EXPECT_EQ(rules_with(with_case({200})), "kir-switch-label");
}

// R2.4
TEST_F(SpoiltStatementTest, NestingHasABound) {
  auto nested = make_block({});
  auto sum = make_int(int32, 1);
  for (int i = 0; i < 500; ++i) {
    nested = make_block(statements(std::move(nested)));
    sum = make_unary(UnaryOperator::negate, std::move(sum));
  }

  EXPECT_EQ(rules_with(std::move(nested)), "kir-depth");
  EXPECT_EQ(rules_with(make_evaluate(std::move(sum))), "kir-depth");
}

// R2.4
TEST_F(SpoiltStatementTest, PlacesLieInFilesOfTheModule) {
  auto statement = make_return_from(nullptr, {.file = 0, .line = 3, .column = 1});
  EXPECT_EQ(rules_with(std::move(statement)), "kir-location");

  module_.files = {"a.cpp"};
  statement = make_return_from(nullptr, {.file = 0, .line = 3, .column = 1});
  EXPECT_EQ(rules_with(std::move(statement)), "");
}

}  // namespace
}  // namespace dotcompute::kir
