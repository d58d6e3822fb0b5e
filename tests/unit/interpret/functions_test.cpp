// SPDX-License-Identifier: Apache-2.0
#include "support/interpreted.hpp"

namespace dotcompute::interpret {
namespace {

constexpr const char* kFunctions = R"(
struct "Pair" size 8 align 4 { "a": int32 offset 0; "b": int32 offset 4; }
constant kTable: int32[3] = {10_i32, 20_i32, 30_i32} as int32[3];
constant kSeven: int32 = 7_i32;
function twice: int32 { scalar v: int32; v = v + v; return v; }
function add: int32 { scalar v: int32; scalar w: int32; return v + w; }
function swap { reference v: int32; reference w: int32; let t: int32 = v; v = w; w = t; }
function bump: int32 { reference v: int32; v = v + 1_i32; return v; }
function twice_bump: int32 { reference v: int32; bump(v); var r: int32 = bump(v); return r; }
function peek: int32 { reference v: const int32; return v; }
function flip: "Pair" { scalar p: "Pair"; return {p.b, p.a} as "Pair"; }
function sum: int32 { scalar t: int32[3]; t[0_i32] = t[0_i32] + t[1_i32]; return t[0_i32] + t[2_i32]; }
function put { buffer to: int32 in rank 1; scalar i: int32; scalar v: int32; to[i] = v; }
function put_two { buffer it: int32 in rank 1; put(it, 1_i32, 5_i32); put(it, 2_i32, 6_i32); }
function size: int32 { buffer of: const int32 in rank 1; return $extent(of) as int32; }
function steps: int32 { scalar n: int32; var s: int32 = 0_i32;
  for (var i: int32 = 0_i32; i < n; i = i + 1_i32) { if (i == 3_i32) { return s; } s = s + 1_i32; }
  return -s; }
function all: bool { scalar a: int8; scalar b: uint16; scalar c: float16; scalar d: bool;
  scalar e: float64; return ((((a as float64) + (b as float64)) + (c as float64)) == e) && d; }
)";

// out[0] to out[2] after `body` of a kernel with int32 n.
std::vector<std::int32_t> result_of(const std::string& body, std::int32_t n = 3) {
  std::vector<std::int32_t> out(3, -1);
  const std::string text = std::string(kFunctions) +
                           "kernel k {\nbuffer out: int32 out rank 1 span;\nscalar n: int32;\n" +
                           body + "\n}\n";
  const Status status = run(text, Arguments().buffer(out).scalar(n));
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message());
  return out;
}

using Values = std::vector<std::int32_t>;

// R2.4
TEST(FunctionsTest, ParametersByValueAreTheFunctionsOwn) {
  EXPECT_EQ(result_of("out[0_i32] = twice(n); out[1_i32] = n;"), (Values{6, 3, -1}));
}

// R2.4
TEST(FunctionsTest, AnArgumentMayBeACallOfTheSameFunction) {
  EXPECT_EQ(result_of("out[0_i32] = add(add(1_i32, 2_i32), add(add(4_i32, 8_i32), 16_i32));"
                      "out[1_i32] = twice(twice(twice(n))) + twice(n);"),
            (Values{31, 30, -1}));
}

// R2.4
TEST(FunctionsTest, ReferencesAreOtherNamesOfTheCallersPlaces) {
  EXPECT_EQ(result_of("var x: int32 = 1_i32; var y: int32 = 2_i32; swap(x, y);"
                      "out[0_i32] = x; out[1_i32] = y;"),
            (Values{2, 1, -1}));
  EXPECT_EQ(result_of("out[0_i32] = 4_i32; out[2_i32] = 5_i32; swap(out[0_i32], out[2_i32]);"),
            (Values{5, -1, 4}));
  EXPECT_EQ(result_of("var p: \"Pair\" = {1_i32, 2_i32} as \"Pair\"; swap(p.a, p.b);"
                      "out[0_i32] = p.a; out[1_i32] = p.b;"),
            (Values{2, 1, -1}));
  EXPECT_EQ(result_of("var t: int32[3] = kTable; swap(t[n - 3_i32], t[2_i32]);"
                      "out[0_i32] = t[0_i32]; out[2_i32] = t[2_i32];"),
            (Values{30, -1, 10}));
  EXPECT_EQ(result_of("var x: int32 = n; out[0_i32] = twice_bump(x); out[1_i32] = x;"),
            (Values{5, 5, -1}));
  EXPECT_EQ(result_of("swap(n, n); out[0_i32] = bump(n); out[1_i32] = n;"), (Values{4, 4, -1}));
  EXPECT_EQ(result_of("out[0_i32] = peek(kSeven) + peek(kTable[1_i32]); out[1_i32] = peek(n);"),
            (Values{27, 3, -1}));
}

// R2.4
TEST(FunctionsTest, StructuresAndArraysAreHandedOverByValue) {
  EXPECT_EQ(result_of("var p: \"Pair\" = {1_i32, 2_i32} as \"Pair\"; p = flip(p);"
                      "out[0_i32] = p.a; out[1_i32] = flip(flip(p)).b; out[2_i32] = flip(p).a;"),
            (Values{2, 1, 1}));
  EXPECT_EQ(result_of("var t: int32[3] = kTable; out[0_i32] = sum(t); out[1_i32] = t[0_i32];"
                      "out[2_i32] = sum({1_i32, 2_i32, n} as int32[3]);"),
            (Values{60, 10, 6}));
}

// R2.4
TEST(FunctionsTest, BuffersAreHandedOnWithTheirExtents) {
  EXPECT_EQ(result_of("put_two(out); out[0_i32] = size(out);"), (Values{3, 5, 6}));
}

// R2.4
TEST(FunctionsTest, AReturnLeavesLoops) {
  EXPECT_EQ(result_of("out[0_i32] = steps(2_i32); out[1_i32] = steps(9_i32);"),
            (Values{-2, 3, -1}));
}

// R2.4
TEST(FunctionsTest, ArgumentsOfEveryTypeArrive) {
  EXPECT_EQ(result_of("out[0_i32] = all(-5_i8, 60000_u16, 0.5_f16, true, 59995.5_f64) ? 1_i32 : "
                      "0_i32;"),
            (Values{1, -1, -1}));
}

}  // namespace
}  // namespace dotcompute::interpret
