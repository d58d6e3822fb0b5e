// SPDX-License-Identifier: Apache-2.0
#include "analysis/access.hpp"
#include "kir/parse.hpp"
#include "kir/verify.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::analysis {
namespace {

// The additions of one item of a kernel with these statements, in which `begin` and `end` are ends of
// the item's block of 100 elements, and `sum` is there to be added to. 0 is unknown.
double additions(const std::string& statements, const std::string& functions = "") {
  const auto parsed =
      kir::parse("kir 1;\nfile \"a.cpp\";\n" + functions +
                 "kernel sums { @1:1\n  buffer x: const float32 in rank 1 span; @1:1\n"
                 "  buffer out: float32 out rank 1 span; @1:1\n  scalar n: uint64; @1:1\n"
                 "  let begin: uint64 = $global_id(0) * 100_u64; @1:1\n"
                 "  let end: uint64 = $min(begin + 100_u64, $extent(x)); @1:1\n"
                 "  var sum: float32 = 0_f32; @1:1\n  var i: uint64 = begin; @1:1\n" +
                 statements + "  out[$global_id(0)] = sum; @1:1\n}\n");
  EXPECT_NE(parsed.module, nullptr) << parsed.diagnostics.front().message;
  EXPECT_TRUE(kir::verify(*parsed.module).empty()) << kir::verify(*parsed.module).front().message;
  return analyse(*parsed.module, *parsed.module->functions.back()).operations_per_item;
}

std::string loop(const std::string& condition,
                 const std::string& step,
                 const std::string& body = "sum = sum + x[i]; @1:1\n") {
  return "  for (; " + condition + "; i = i + " + step + ") { @1:1\n    " + body + "  }\n";
}

// R2.2
TEST(Rounds, OfABlockAreItsElements) {
  EXPECT_EQ(additions(loop("i < end", "1_u64")), 100);
  EXPECT_EQ(additions(loop("i < end", "8_u64")), 13);
  EXPECT_EQ(additions(loop("(i + 8_u64) <= end", "8_u64")), 12);
}

// R2.2
TEST(Rounds, AfterStridesAreThoseThatAreLeft) {
  EXPECT_EQ(additions(loop("(i + 8_u64) <= end", "8_u64") + loop("i < end", "1_u64")), 12 + 7);
}

// R2.2
TEST(Rounds, AfterALoopThatMayBreakAreAllOfThem) {
  EXPECT_EQ(additions(loop("(i + 8_u64) <= end", "8_u64",
                           "sum = sum + x[i]; @1:1\n    if (sum > 9_f32) { @1:1\n      break; "
                           "@1:1\n    }\n") +
                      loop("i < end", "1_u64")),
            12 + 100);
}

// R2.2
TEST(Rounds, AreUnknownWithoutADistance) {
  EXPECT_EQ(additions(loop("i < n", "1_u64")), 0);
  EXPECT_EQ(additions("  i = n; @1:1\n" + loop("i < end", "1_u64")), 0);
  EXPECT_EQ(additions("  n = n + 1_u64; @1:1\n" + loop("i < (n + 5_u64)", "1_u64")), 0);
  EXPECT_EQ(additions(loop("i < end", "1_u64", "sum = sum + x[i]; @1:1\n    i = begin; @1:1\n")),
            0);
}

// R2.2
TEST(Rounds, AreUnknownWhereAnOuterLoopSetsTheCounterBack) {
  EXPECT_EQ(additions("  for (var k: int32 = 0_i32; k < 3_i32; k = k + 1_i32) { @1:1\n" +
                      loop("i < end", "1_u64") + "    i = n; @1:1\n  }\n"),
            0);
}

// R2.2
TEST(Rounds, OfACalledFunctionAreThoseOfItsArguments) {
  const std::string function =
      "function sum_of: float32 { @1:1\n  buffer values: const float32 in rank 1 span; @1:1\n"
      "  scalar first: uint64; @1:1\n  scalar last: uint64; @1:1\n"
      "  var total: float32 = 0_f32; @1:1\n"
      "  for (var k: uint64 = first; k < last; k = k + 1_u64) { @1:1\n"
      "    total = total + values[k]; @1:1\n  }\n  return total; @1:1\n}\n";

  EXPECT_EQ(additions("  sum = sum_of(x, begin, end); @1:1\n", function), 100);
  EXPECT_EQ(additions("  sum = sum_of(x, begin, n); @1:1\n", function), 0);
}

}  // namespace
}  // namespace dotcompute::analysis
