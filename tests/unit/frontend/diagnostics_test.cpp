// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace dotcompute::frontend {
namespace {

struct Mistake {
  const char* name;
  const char* code;
  const char*
      body;  ///< Of a kernel with parameters x, y, n; '@' stands before the mistake's place.
};

class MistakeTest : public testing::TestWithParam<Mistake> {};

const char* const kBefore =
    "#include <dotcompute/kernel.hpp>\n"
    "struct Less { bool operator()(int a, int b) const { return a < b; } };\n"
    "int counter = 0; struct Virtual { virtual int f() const { return 1; } };\n"
    "union Either { int a; float b; }; struct Bits { int a : 3; }; struct Linked { int* next; };\n"
    "DC_DEVICE int odd(int n); DC_DEVICE int even(int n) { return n ? odd(n - 1) : 1; }\n"
    "int odd(int n) { return n ? even(n - 1) : 0; }\n"
    "DC_DEVICE std::span<int> give(std::span<int> y) { y[0] = 1; return y; }\n";
const char* const kOpen =
    "DC_KERNEL void kernel(std::span<const int> x, std::span<int> y, int n) {\n"
    "  y[0] = x[0];\n";

/// Only where they are needed: they take most of the time.
std::string headers_for(const std::string& body) {
  std::string headers;
  for (const std::string name : {"functional", "string", "vector"}) {
    if (body.find("std::" + name.substr(0, 6)) != std::string::npos) {
      headers += "#include <" + name + ">\n";
    }
  }
  return headers;
}

// R2.3
TEST_P(MistakeTest, GetsItsCodeAtItsPlace) {
  std::string body = GetParam().body;
  const std::size_t place = body.find('@');
  body.erase(place, 1);
  const std::string text = kBefore + ("\n" + headers_for(body)) + kOpen;
  const Outcome outcome = parse({.file = "mistake.cpp",
                                 .include_directories = {DOTCOMPUTE_ROOT "/include"},
                                 .text = text + body + "\n}\n"});
  const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));

  EXPECT_FALSE(outcome.ok());
  EXPECT_TRUE(std::any_of(outcome.diagnostics.begin(), outcome.diagnostics.end(),
                          [&](const kir::Diagnostic& one) {
                            return one.code == GetParam().code && one.location.line == lines + 1 &&
                                   one.location.column == place + 1;
                          }))
      << outcome.rendered;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    MistakeTest,
    testing::Values(
        Mistake{"Throw", "DC003", "if (n) @throw 1;"},
        Mistake{"Try", "DC003", "@try { y[0] = 1; } catch (...) {}"},
        Mistake{"Goto", "DC003", "again: y[0] += 1; @goto again;"},
        Mistake{"Label", "DC003", "@again: y[0] += 1; goto again;"},
        Mistake{"Assembly", "DC003", "@asm(\"nop\");"},
        Mistake{"LambdaWithState", "DC003", "auto f = @[n]() mutable { return n++; }; y[0] = f();"},
        Mistake{"LambdaInStruct", "DC003",
                "auto f = [&](int a) { return a + n; }; struct Held { decltype(f) g; } @held{f};"},
        Mistake{"LambdaAsValue", "DC003",
                "auto f = [&](int a) { return a + n; }; auto g = @n ? f : f; y[0] = g(1);"},
        Mistake{"Virtual", "DC007", "Virtual @v; y[0] = v.f();"},
        Mistake{"Delete", "DC003", "@delete &y[0];"},
        Mistake{"CaseWithin", "DC003", "switch (n) { case 1: if (n) { @case 2: y[0] = 1; } }"},
        Mistake{"Comparator", "DC003", "y[0] = @std::min(1, 2, Less());"},
        Mistake{"ChosenArgument", "DC003",
                "int a = 1; int b = 2; [](int& c) { c = 3; }(@n ? a : b); y[0] = a + b;"},
        Mistake{"ChosenCapture", "DC003",
                "int a = 1; int b = 2; auto f = [&c = @n ? a : b] { c = 3; }; f(); y[0] = a;"},
        Mistake{"ChosenRange", "DC003",
                "int a[2] = {}; int b[2] = {}; for (int& c : @n ? a : b) { c = 3; } y[0] = a[0];"},
        Mistake{"ChosenObject", "DC003",
                "struct Step { int a; void up() { ++a; } }; Step a{1}; Step b{2};"
                " (@n ? a : b).up(); y[0] = a.a + b.a;"},
        Mistake{"ChosenVariable", "DC003",
                "int a = 1; int b = 2; int& c = @n ? a : b; c = 3; y[0] = a + b;"},
        Mistake{"String", "DC007", "std::string @s; y[0] = n;"},
        Mistake{"Vector", "DC007", "std::vector<int> @v(3); y[0] = v[0];"},
        Mistake{"Function", "DC007", "std::function<int(int)> @f; y[0] = n;"},
        Mistake{"LongDouble", "DC007", "long double @d = 1; y[0] = d > 2;"},
        Mistake{"Union", "DC007", "Either @e; e.a = 1; y[0] = e.a;"},
        Mistake{"BitField", "DC007", "Bits @b{1}; y[0] = b.a;"},
        Mistake{"PointerMember", "DC008", "Linked @l{nullptr}; y[0] = 1;"},
        Mistake{"Volatile", "DC007", "volatile int @v = 1; y[0] = v;"},
        Mistake{"HugeArray", "DC007", "int @v[100000]; v[0] = 1; y[0] = v[0];"},
        Mistake{"PointerVariable", "DC008", "const int* @p = nullptr; y[0] = p != nullptr;"},
        Mistake{"AddressOf", "DC008", "y[0] = @*&x[0];"},
        Mistake{"Dereference", "DC008", "y[0] = @*x.data();"},
        Mistake{"Global", "DC010", "y[0] = @counter;"},
        Mistake{"GlobalWritten", "DC010", "@counter = n;"},
        Mistake{"StaticLocal", "DC010", "static int @calls = 0; y[0] = ++calls;"},
        Mistake{"NoBody", "DC011", "int outside(int); y[0] = @outside(n);"},
        Mistake{"FunctionPointer", "DC008", "int (*@f)(int) = &even; y[0] = f(n);"},
        Mistake{"Unset", "DC012", "int a; y[0] = @a;"},
        Mistake{"UnsetSometimes", "DC012", "int a; if (@n > 3) { a = 1; } y[0] = a;"},
        Mistake{"SpanAssigned", "DC014", "auto part = y; part @= y.subspan(1); part[0] = 1;"},
        Mistake{"SpanChosen", "DC014", "auto part = @n ? y : y.first(2); part[0] = 1;"},
        Mistake{"SpanOfPointer", "DC014", "std::span<int> @part(y.data(), 2); part[0] = 1;"},
        Mistake{"SpanOfAllThatFollow", "DC014",
                "auto part = x.@first(std::dynamic_extent); y[0] = part[0];"},
        Mistake{"SpanOfNegativeSize", "DC014", "auto part = y.@last(-1); part[0] = 1;"},
        Mistake{"SpanFromNegative", "DC014", "auto part = y.@subspan(-1); part[0] = 1;"},
        Mistake{"SpanFromFunction", "DC016", "auto all = @give(y); all[0] = 1;"},
        Mistake{"VariableAxis", "DC017", "y[0] = static_cast<int>(dc::global_id(@n));"},
        Mistake{"NoSuchAxis", "DC017", "y[0] = static_cast<int>(dc::global_id(@3));"}),
    [](const auto& tested) { return std::string(tested.param.name); });

// R2.3
TEST(DiagnosticsTest, RecursionThroughOthersIsReportedWhereItCloses) {
  const Outcome outcome = parse({.file = "mistake.cpp",
                                 .include_directories = {DOTCOMPUTE_ROOT "/include"},
                                 .text = std::string(kBefore) + kOpen + "y[0] = even(n);\n}\n"});

  ASSERT_EQ(outcome.diagnostics.size(), 1U) << outcome.rendered;
  EXPECT_EQ(outcome.diagnostics[0].code, "DC009");
  EXPECT_EQ(outcome.diagnostics[0].location.line, 6U);
}

// R2.3
TEST(DiagnosticsTest, AMistakeInALibraryFunctionIsReportedWhereItIsCalled) {
  const Outcome outcome = parse({.file = "mistake.cpp",
                                 .include_directories = {DOTCOMPUTE_ROOT "/include"},
                                 .text = "#include <dotcompute/kernel.hpp>\n#include <numeric>\n"
                                         "DC_KERNEL void f(std::span<int> y) {\n"
                                         "  y[0] = std::accumulate(y.begin(), y.end(), 0);\n}\n"});

  ASSERT_FALSE(outcome.ok());
  for (const kir::Diagnostic& one : outcome.diagnostics) {
    EXPECT_EQ(one.location.line, 4U) << outcome.rendered;
  }
}

}  // namespace
}  // namespace dotcompute::frontend
