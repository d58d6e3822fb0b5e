// SPDX-License-Identifier: Apache-2.0
// What may be a kernel, and what its annotations may say.
#include "frontend/frontend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace dotcompute::frontend {
namespace {

Outcome parse_text(const std::string& text) {
  return parse({.file = "kernel.cpp",
                .include_directories = {DOTCOMPUTE_ROOT "/include"},
                .text = "#include <dotcompute/kernel.hpp>\n" + text});
}

struct BadKernel {
  const char* name;
  const char* code;
  std::string text;
};

/// A kernel with so many scalars beside its output.
std::string kernel_with(int scalars) {
  std::string text = "DC_KERNEL void f(std::span<int> y";
  for (int i = 0; i < scalars; ++i) {
    text += ", int a" + std::to_string(i);
  }
  return text + ") { if (dc::global_id() < y.size()) { y[dc::global_id()] = a0; } }";
}

std::string body(const std::string& head) {
  return head + " { if (dc::global_id() < y.size()) { y[dc::global_id()] = 1; } }";
}

class BadKernelTest : public testing::TestWithParam<BadKernel> {};

// R2.3
TEST_P(BadKernelTest, GetsItsCode) {
  const Outcome outcome = parse_text(GetParam().text);

  EXPECT_FALSE(outcome.ok());
  EXPECT_TRUE(std::any_of(outcome.diagnostics.begin(), outcome.diagnostics.end(),
                          [&](const kir::Diagnostic& one) { return one.code == GetParam().code; }))
      << outcome.rendered;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BadKernelTest,
    testing::Values(
        BadKernel{"NameWithSpace", "DC013",
                  body("DC_KERNEL_NAMED(\"two words\") void f(std::span<int> y)")},
        BadKernel{"NameWithDigitFirst", "DC013",
                  body("DC_KERNEL_NAMED(\"2nd\") void f(std::span<int> y)")},
        BadKernel{"GroupWithoutSizes", "DC013",
                  body("DC_KERNEL DC_ANNOTATION(\"dotcompute.group\") void f(std::span<int> y)")},
        BadKernel{"GroupOfFourAxes", "DC013",
                  body("DC_KERNEL DC_GROUP(1, 1, 1, 1) void f(std::span<int> y)")},
        BadKernel{"GroupTooLarge", "DC013",
                  body("DC_KERNEL DC_GROUP(64, 32) void f(std::span<int> y)")},
        BadKernel{"GroupOfNothing", "DC013",
                  body("DC_KERNEL DC_GROUP(0) void f(std::span<int> y)")},
        BadKernel{"ShapeOfScalar", "DC013",
                  body("DC_KERNEL DC_SHAPE(n, n) void f(std::span<int> y, int n)")},
        BadKernel{"ShapeTwice", "DC013",
                  body("DC_KERNEL DC_SHAPE(y, n) DC_SHAPE(y, m) void f(std::span<int> y)")},
        BadKernel{"ShapeOfTwoAxes", "DC013",
                  body("DC_KERNEL DC_SHAPE(y, n, m) void f(std::span<int> y)")},
        BadKernel{"Operator", "DC001",
                  "struct P { std::span<int> y; }; "
                  "DC_KERNEL void operator+(P, int) {}"},
        BadKernel{"Variadic", "DC001", body("DC_KERNEL void f(std::span<int> y, ...)")},
        BadKernel{"WithoutBody", "DC011", "DC_KERNEL void f(std::span<int> y);"},
        BadKernel{"TooManyParameters", "DC002", kernel_with(24)},
        BadKernel{"FixedSpan", "DC002", body("DC_KERNEL void f(std::span<int, 4> y)")},
        BadKernel{"Enumeration", "DC002",
                  "enum Kind { a, b };" + body("DC_KERNEL void f(std::span<int> y, Kind)")},
        BadKernel{"Polymorphic", "DC007",
                  "struct V { virtual int f() const { return 1; } };"
                  "DC_KERNEL void f(std::span<int> y) { V v; y[0] = v.f(); }"},
        BadKernel{"LargeStruct", "DC007",
                  "struct L { int a[60000]; int b[60000]; };"
                  "DC_KERNEL void f(std::span<int> y) { L l; l.a[0] = 1; y[0] = l.a[0]; }"},
        BadKernel{"ConstCastAway", "DC003",
                  "DC_KERNEL void f(std::span<int> y) {"
                  "  const int a = y[0]; const_cast<int&>(a) = 2; y[0] = a; }"},
        BadKernel{"CopyOfBase", "DC003",
                  "struct B { int a; }; struct D : B { int b; };"
                  "DC_KERNEL void f(std::span<int> y) { D d{{1}, 2}; B b = d; y[0] = b.a; }"}),
    [](const auto& tested) { return std::string(tested.param.name); });

// R2.1
TEST(KernelsTest, TakeAsManyParametersAsALaunchDoes) {
  EXPECT_TRUE(parse_text(kernel_with(23)).ok());
}

// R2.1
TEST(KernelsTest, HaveTheAxesThatTheFunctionsTheyCallAskFor) {
  const Outcome outcome = parse_text(
      "inline std::size_t row() { return dc::global_id(1); }\n"
      "DC_KERNEL void f(dc::out<int, 2> y) {\n"
      "  if (row() < y.extent(0) && dc::global_id() < y.extent(1)) {\n"
      "    y(row(), dc::global_id()) = 1;\n  }\n}\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_EQ(outcome.module.functions.back()->dimensions, 2U);
}

// R2.1
TEST(KernelsTest, NameNoPlaceOfThisMachineWhereTheyCallATemplateWithALambda) {
  const Outcome outcome = parse_text(
      "template <class F> int call_it(const F& f) { return f(2); }\n"
      "DC_KERNEL void f(std::span<int> y) { y[0] = call_it([](int a) { return a; }); }\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_TRUE(std::any_of(outcome.module.functions.begin(), outcome.module.functions.end(),
                          [](const auto& one) { return one->symbol == "call_it_lambda"; }));
}

}  // namespace
}  // namespace dotcompute::frontend
