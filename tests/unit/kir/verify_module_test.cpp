// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "unit/kir/rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::kir {
namespace {

using enum ElementType;

class VerifyModule : public testing::TestWithParam<RuleCase> {};

// R2.4
TEST_P(VerifyModule, NamesTheRuleThatIsOffended) {
  EXPECT_EQ(rules_offended_by(GetParam().text), GetParam().rule);
}

INSTANTIATE_TEST_SUITE_P(
    Structures,
    VerifyModule,
    testing::Values(
        RuleCase{"struct \"S\" size 8 align 4 { \"a\": int32 offset 0; \"b\": int8 offset 4; }",
                 ""},
        RuleCase{"struct \"Empty\" size 1 align 1 { }", ""},
        RuleCase{"struct \"S\" size 4 align 3 { }", "kir-structure-layout"},
        RuleCase{"struct \"S\" size 6 align 4 { }", "kir-structure-layout"},
        RuleCase{"struct \"S\" size 0 align 4 { }", "kir-structure-layout"},
        RuleCase{"struct \"S\" size 4 align 4 { \"a\": int32 offset 1; }", "kir-structure-layout"},
        RuleCase{"struct \"S\" size 4 align 4 { \"a\": int8 offset 4294967295; }",
                 "kir-structure-layout"},
        RuleCase{"struct \"S\" size 8 align 4 { \"a\": int32 offset 0; \"b\": int8 offset 3; }",
                 "kir-structure-layout"},
        RuleCase{"struct \"E\" size 1 align 1 { }\n"
                 "struct \"S\" size 4 align 4 { \"a\": int32 offset 0; \"e\": \"E\" offset 0; }",
                 ""},
        RuleCase{"struct \"S\" file 1 size 4 align 4 { }", "kir-location"},
        RuleCase{"struct \"S\" size 4 align 4 { \"a\": int8[16777217] offset 0; }", "kir-type"}));

INSTANTIATE_TEST_SUITE_P(
    Constants,
    VerifyModule,
    testing::Values(RuleCase{"constant c: int32 = 1_i32;", ""},
                    RuleCase{"constant c: int32 = 1_i64;", "kir-operand-type"},
                    RuleCase{"constant c: int32 = 1_i32 + 1_i32;", "kir-constant-value"},
                    RuleCase{"constant c: int32[1] = {1_i64 as int32} as int32[1];",
                             "kir-constant-value"},
                    RuleCase{"constant c: int32 = 1_i32; @5:1", "kir-location"},
                    RuleCase{"constant c: int8[16777217] = 1_i8;", "kir-type kir-operand-type"}));

INSTANTIATE_TEST_SUITE_P(
    Functions,
    VerifyModule,
    testing::Values(
        RuleCase{"kernel k { }", ""},
        RuleCase{"kernel k: int32 { }", "kir-kernel-result"},
        RuleCase{"kernel k { reference r: int32; }", "kir-kernel-parameter"},
        RuleCase{"kernel k { scalar r: int32[2]; }", "kir-kernel-parameter"},
        RuleCase{"kernel k { scalar r: int8[16777217]; }", "kir-type kir-kernel-parameter"},
        RuleCase{"function f { reference r: int32; scalar a: int32[2]; }", ""},
        RuleCase{"function f: int8[16777217] { }", "kir-type"},
        RuleCase{"function f: int32 { return; }", "kir-return-value"},
        RuleCase{"function f dimensions 2 { }", "kir-dimensions"},
        RuleCase{"function f group 2 1 1 { }", "kir-dimensions"},
        RuleCase{"function f registered \"F\" { }", "kir-dimensions"},
        RuleCase{"kernel k dimensions 0 { }", "kir-dimensions"},
        RuleCase{"kernel k dimensions 2 { let i: uint64 = $group_id(1); }", ""},
        RuleCase{"kernel k dimensions 2 { let i: uint64 = $group_id(2); }", "kir-dimensions"},
        RuleCase{"function f { let i: uint64 = $group_id(1); }\nkernel k { f(); }",
                 "kir-dimensions"},
        RuleCase{"function f { let i: uint64 = $group_id(1); }\nkernel k dimensions 2 { f(); }",
                 ""},
        RuleCase{"kernel f { }\nkernel k { f(); }", "kir-function-order"},
        RuleCase{"kernel k { @5:1 }", "kir-location"},
        RuleCase{"kernel k { scalar x: int32; @5:1 }", "kir-location"}));

INSTANTIATE_TEST_SUITE_P(
    Buffers,
    VerifyModule,
    testing::Values(RuleCase{"kernel k { buffer b: int32 out rank 3; }", ""},
                    RuleCase{"kernel k { buffer b: int32 out rank 0; }", "kir-buffer-rank"},
                    RuleCase{"kernel k { buffer b: int32 out rank 2 span; }", "kir-buffer-rank"},
                    RuleCase{"kernel k { buffer b: int32[2] out rank 1; }", "kir-type"},
                    RuleCase{"kernel k { buffer b: const int32 out rank 1; }",
                             "kir-buffer-direction"},
                    RuleCase{"kernel k { buffer b: int32 in rank 1; }", "kir-buffer-direction"},
                    RuleCase{"kernel k { buffer b: int32 in rank 1 span; }", ""},
                    RuleCase{"function f { buffer b: int32 in rank 1; }", ""}));

// R2.4
TEST(VerifyModuleTest, NamesAreIdentifiersAndUnlikeAllOthers) {
  const auto with = [](const char* kernel, const char* parameter, const char* local,
                       const char* constant) {
    Module module;
    add_constant(module, constant, scalar_type(int32), make_int(int32, 1));
    Function& function = add_kernel(module, kernel);
    add_parameter(function, parameter, VariableKind::scalar, scalar_type(int32));
    Variable& variable = add_local(function, local, scalar_type(int32));
    function.body = statements(make_declare(variable));
    return rules_offended_by(module);
  };

  EXPECT_EQ(with("k", "p", "l", "c"), "");
  EXPECT_EQ(with("1k", "p", "l", "c"), "kir-identifier");
  EXPECT_EQ(with("k", "while", "l", "c"), "kir-identifier");
  EXPECT_EQ(with("k", "p", "", "c"), "kir-identifier");
  EXPECT_EQ(with("k", "p", "l", "c d"), "kir-identifier");
  EXPECT_EQ(with("c", "p", "l", "c"), "kir-unique-name");
  EXPECT_EQ(with("k", "k", "l", "c"), "kir-unique-name");
  EXPECT_EQ(with("k", "p", "p", "c"), "kir-unique-name");
  EXPECT_EQ(with("k", "p", "c", "c"), "kir-unique-name");
}

// R2.4
TEST(VerifyModuleTest, VariablesAreOfTheKindThatTheirPlaceAsksFor) {
  Module constant;
  add_constant(constant, "c", scalar_type(int32), make_int(int32, 1)).is_const = false;
  EXPECT_EQ(rules_offended_by(constant), "kir-variable-kind");

  Module parameter;
  add_parameter(add_function(parameter, "f"), "p", VariableKind::local, scalar_type(int32));
  EXPECT_EQ(rules_offended_by(parameter), "kir-variable-kind");

  Module local;
  Function& function = add_function(local, "f");
  Variable& variable = add_local(function, "l", scalar_type(int32));
  function.body = statements(make_declare(variable));
  variable.kind = VariableKind::scalar;
  EXPECT_EQ(rules_offended_by(local), "kir-variable-kind");
}

// R2.4
TEST(VerifyModuleTest, NothingIsNull) {
  Module constant;
  constant.constants.push_back(nullptr);
  Module unset;
  add_constant(unset, "c", scalar_type(int32), nullptr);
  Module function;
  function.functions.push_back(nullptr);
  Module parameter;
  add_kernel(parameter, "k").parameters.push_back(nullptr);
  Module local;
  add_kernel(local, "k").locals.push_back(nullptr);

  for (const Module* module : {&constant, &unset, &function, &parameter, &local}) {
    EXPECT_EQ(rules_offended_by(*module), "kir-missing-part");
  }
}

// R2.4
TEST(VerifyModuleTest, StructuresComeAfterThoseTheyContain) {
  Module module;
  module.structures.resize(2);
  module.structures[0] = {.name = "A", .size = 4, .alignment = 4};
  module.structures[1] = {.name = "B", .size = 4, .alignment = 4};
  module.structures[1].fields.push_back({.name = "a", .type = structure_type(0)});
  EXPECT_EQ(rules_offended_by(module), "");

  module.structures[1].fields[0].type = structure_type(1);
  EXPECT_EQ(rules_offended_by(module), "kir-structure-order");

  module.structures[1].fields.clear();
  module.structures[1].name = "A";
  EXPECT_EQ(rules_offended_by(module), "kir-unique-name");
}

// R2.4
TEST(VerifyModuleTest, MembersOfATypeAgree) {
  const auto with_type = [](const Type& type) {
    Module module;
    module.structures.push_back({.name = "S", .size = 4, .alignment = 4});
    add_parameter(add_function(module, "f"), "p", VariableKind::scalar, type);
    return rules_offended_by(module);
  };
  Type scalar_of_structure = scalar_type(int32);
  scalar_of_structure.structure = 0;
  Type scalar_with_extents = scalar_type(int32);
  scalar_with_extents.extents = {2};
  Type structure_of_scalar = structure_type(0);
  structure_of_scalar.kind = TypeKind::scalar;

  EXPECT_EQ(with_type(structure_type(0)), "");
  EXPECT_EQ(with_type(array_type(structure_type(0), {2, 2})), "");
  EXPECT_EQ(with_type({}), "kir-type");
  EXPECT_EQ(with_type(scalar_of_structure), "kir-type");
  EXPECT_EQ(with_type(scalar_with_extents), "kir-type");
  EXPECT_EQ(with_type(structure_of_scalar), "kir-type");
  EXPECT_EQ(with_type(structure_type(1)), "kir-type");
  EXPECT_EQ(with_type(array_type(scalar_type(int32), {})), "kir-type");
  EXPECT_EQ(with_type(array_type(scalar_type(int32), {3, 0})), "kir-type");
}

// R2.4
TEST(VerifyModuleTest, FunctionsComeAfterThoseTheyCall) {
  Module module;
  Function& first = add_function(module, "first");
  Function& second = add_function(module, "second");
  second.body = statements(make_evaluate(make_call(first, {})));
  EXPECT_EQ(rules_offended_by(module), "");

  first.body = statements(make_evaluate(make_call(second, {})));
  EXPECT_EQ(rules_offended_by(module), "kir-function-order");

  first.body = statements(make_evaluate(make_call(first, {})));
  EXPECT_EQ(rules_offended_by(module), "kir-function-order");
}

// R2.4
TEST(VerifyModuleTest, VariablesBelongToTheFunctionThatUsesThem) {
  Module module;
  Function& first = add_function(module, "first");
  Variable& other = add_parameter(first, "p", VariableKind::scalar, scalar_type(int32));
  Function& second = add_function(module, "second");
  second.body = statements(make_assign(make_variable(other), make_int(int32, 1)));

  EXPECT_EQ(rules_offended_by(module), "kir-scope");
}

// R2.4
TEST(VerifyModuleTest, KernelsHaveAsManyParametersAsACallHolds) {
  Module module;
  Function& kernel = add_kernel(module, "k");
  for (std::size_t i = 0; i < kMaxParameters; ++i) {
    add_parameter(kernel, "p" + std::to_string(i), VariableKind::scalar, scalar_type(int32));
  }
  EXPECT_EQ(rules_offended_by(module), "");

  add_parameter(kernel, "last", VariableKind::scalar, scalar_type(int32));
  EXPECT_EQ(rules_offended_by(module), "kir-kernel-parameter");
}

// R2.4
TEST(VerifyModuleTest, ConstantsHaveABoundOfNesting) {
  Module module;
  auto value = make_int(int32, 1);
  for (int i = 0; i < 500; ++i) {
    value = make_construct(array_type(scalar_type(int32), {1}), expressions(std::move(value)));
  }
  add_constant(module, "c", array_type(scalar_type(int32), {1}), std::move(value));

  EXPECT_EQ(rules_offended_by(module), "kir-depth");
}

}  // namespace
}  // namespace dotcompute::kir
