// SPDX-License-Identifier: Apache-2.0
#include "kir/layout.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::kir {
namespace {

// "line:column message" of the first mistake.
std::string mistake_in(const std::string& text) {
  const ParseOutcome outcome = parse(text);
  if (outcome.diagnostics.empty() || outcome.module != nullptr) {
    return "none";
  }
  const Diagnostic& mistake = outcome.diagnostics.front();
  return std::to_string(mistake.location.line) + ":" + std::to_string(mistake.location.column) +
         " " + mistake.message;
}

// The mistake in the body of a kernel, whose first line is line 3.
std::string mistake_in_body(const std::string& body) {
  return mistake_in("kir 1;\nkernel k {\n" + body + "\n}\n");
}

struct Case {
  std::string_view text;
  std::string_view expected;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.text;
}

class ModuleMistakes : public testing::TestWithParam<Case> {};
class BodyMistakes : public testing::TestWithParam<Case> {};

// R2.3
TEST_P(ModuleMistakes, AreReportedWhereTheyStand) {
  EXPECT_EQ(mistake_in(std::string(GetParam().text)), GetParam().expected);
}

// R2.3
TEST_P(BodyMistakes, AreReportedWhereTheyStand) {
  EXPECT_EQ(mistake_in_body(std::string(GetParam().text)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ModuleMistakes,
    testing::Values(
        Case{"", "1:1 Here has to be 'kir'."},
        Case{"kir 2;", "1:6 This is a version of the text form that is not known; known is 1."},
        Case{"kir 1;\nwhat",
             "2:1 Here has to be 'file', 'struct', 'constant', 'function' or "
             "'kernel'."},
        Case{"kir 1; file x;", "1:13 Here has to be a text in quotes."},
        Case{"kir 1; file \"x", "1:13 This text has no end, or an escape that is none."},
        Case{"kir 1; file \"\\q\";", "1:13 This text has no end, or an escape that is none."},
        Case{"kir 1; file \"\\x4\";", "1:13 This text has no end, or an escape that is none."},
        Case{"kir 1; \x01", "1:8 This character has no meaning here."},
        Case{"kir 1; struct \"S\" size 4 align 4 { \"x\": \"S\" offset 0; }",
             "1:41 There is no structure of this name above."},
        Case{"kir 1; struct \"S\" size 4 align 4 {} struct \"S\" size 4 align 4 {}",
             "1:44 There is a structure of this name above."},
        Case{"kir 1; struct \"S\" size 4294967296 align 4 {}",
             "1:24 Here has to be a whole number of at most 4294967295."},
        Case{"kir 1; constant c: real = 1_i32;", "1:20 Here has to be a type."},
        Case{"kir 1; constant if: int32 = 1_i32;", "1:17 Here has to be a name."},
        Case{"kir 1; constant c: int32 = 1_i32; constant c: int32 = 1_i32;",
             "1:44 This name is taken."},
        Case{"kir 1; function f {} function f {}", "1:31 This name is taken."},
        Case{"kir 1; kernel k {", "1:18 Here has to be '}'."},
        Case{"kir 1; kernel k { buffer a: float32 near rank 1; }",
             "1:37 Here has to be 'in', 'out' or 'inout'."},
        Case{"kir 1; kernel k { buffer a: float32 in rank 4; }",
             "1:45 Here has to be a whole number of at most 3."},
        Case{"kir 1; kernel k { scalar x: int32; scalar x: int32; }",
             "1:53 The name 'x' is taken."}));

INSTANTIATE_TEST_SUITE_P(
    All,
    BodyMistakes,
    testing::Values(
        Case{"x = 1_i32;", "3:1 There is no variable 'x' above."},
        Case{"var x: int32 = f(1_i32);", "3:16 There is no function 'f' above."},
        Case{"var x: int32 = 1;", "3:16 A number ends with its type, as 7_i32 or 0.5_f64 do."},
        Case{"var x: int8 = 128_i8;", "3:15 This is no value of the type."},
        Case{"var x: int8 = -129_i8;", "3:16 This is no value of the type."},
        Case{"var x: uint8 = -1_u8;", "3:17 This is no value of the type."},
        Case{"var x: int64 = 9223372036854775808_i64;", "3:16 This is no value of the type."},
        Case{"var x: float32 = 1e99_f32;", "3:18 This is no value of the type."},
        Case{"var x: float16 = 0x10000_f16;", "3:18 This is no value of the type."},
        Case{"var x: int32 = 0x10_i32;", "3:16 This is no value of the type."},
        Case{"var x: int32 = 1_i32 + 2_i32 + 3_i32;",
             "3:30 An operation within another one stands in parentheses."},
        Case{"var x: int32 = 1_i32 + ;", "3:24 Here has to be a name."},
        Case{"var x: int32 = $what(1_i32);", "3:17 Here has to be the name of an intrinsic."},
        Case{"var x: float32 = $sqrt(1_f32, 1_f32);", "3:19 This takes 1 operands."},
        Case{"var x: uint64 = $global_id(3);", "3:28 Here has to be a whole number of at most 2."},
        Case{"var x: uint64 = $extent(x);", "3:25 Here has to be the name of a buffer."},
        Case{"var x: int32 = 1_i32[0_i32];",
             "3:21 Only buffers and arrays have elements, and an "
             "array takes one index at a time."},
        Case{"var x: int32 = (1_i32).y;", "3:24 Only structures have members."},
        Case{"var x: int32[2] = {1_i32, 2_i32} as \"S\";",
             "3:37 There is no structure of this name above."},
        Case{"var x: int32 = 1_f32 as int32[2];", "3:25 A cast is to a scalar type."},
        Case{"var x: int32[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];",
             "3:61 An array has at most 16 axes."},
        Case{"1_i32;", "3:1 Only a call can stand alone; else here has to be a statement."},
        Case{"if true {}", "3:4 Here has to be '('."},
        Case{"switch (1_i8) { case 200 {} }", "3:22 This label is no value of the switch's type."},
        Case{"switch (1_i8) { case default, default {} }", "3:39 One default is enough."},
        Case{"do { } until (true);", "3:8 Here has to be 'while'."},
        Case{"var x: int32; @4:", "4:1 Here has to be a number."},
        Case{"return // no end", "4:1 Here has to be a name."}));

// R2.3
TEST(ParseMistakesTest, NestingHasABoundThatIsReported) {
  const std::size_t deep = 100'000;
  std::string nested(deep, '(');
  std::string negated(deep, '-');
  std::string blocks;
  std::string chain = "if (true) {}";
  for (std::size_t i = 0; i < deep; ++i) {
    blocks += "block {";
    chain += " else if (true) {}";
  }

  for (const std::string& body :
       {"var x: int32 = " + nested, "var x: int32 = " + negated, blocks, chain}) {
    EXPECT_NE(mistake_in_body(body).find("This is nested too deeply."), std::string::npos);
  }
}

// R2.3
TEST(ParseMistakesTest, EveryPrefixOfATextIsAnswered) {
  const std::string text =
      "kir 1;\nfile \"a\\x0a.cpp\";\nstruct \"S\" size 8 align 4 { \"x\": int32[2] offset 0; }\n"
      "constant c: float32[2] = {1.5_f32, -0x7fc00000_f32} as float32[2]; @0:1:1\n"
      "function f: int32 { @1:2 reference r: int32; @1:2 return r / r; @3:4 5 }\n"
      "kernel k name \"n\" namespace \"a::b\" registered \"R\" dimensions 2 group 8 8 0 {\n"
      "buffer a: const \"S\" in rank 2 shape \"n, m\";\n"
      "for (var i: int32 = 0_i32; i < 3_i32; i = i + 1_i32) { @7:3 7:8 9 continue; }\n"
      "switch (-7_i8) { case 1, -2, default { break; } }\n"
      "do { } while (a[0_i32, 1_i32].x[1_i32] != (true ? 1_i32 : 0_i32)); @4:5\n}\n";
  ASSERT_EQ(mistake_in(text), "none");

  for (std::size_t length = 0; length < text.size() - 2; ++length) {
    const ParseOutcome outcome = parse(std::string_view(text).substr(0, length));
    ASSERT_EQ(outcome.module == nullptr, !outcome.diagnostics.empty());
  }
}

}  // namespace
}  // namespace dotcompute::kir
