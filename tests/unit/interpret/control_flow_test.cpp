// SPDX-License-Identifier: Apache-2.0
#include "support/interpreted.hpp"

namespace dotcompute::interpret {
namespace {

// What a body puts into `out` for an `n`: the kernel has int32 n, x (0) and the buffer out.
std::vector<std::int32_t> result_of(const std::string& body, std::int32_t n, std::size_t size = 1) {
  std::vector<std::int32_t> out(size, -1);
  const std::string text =
      "kernel k {\nbuffer out: int32 out rank 1 span;\nscalar n: int32;\n"
      "var x: int32 = 0_i32;\n" +
      body + "\nout[0_i32] = x;\n}\n";
  const Status status = run(text, Arguments().buffer(out).scalar(n));
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message());
  return out;
}

std::int32_t value_of(const std::string& body, std::int32_t n) {
  return result_of(body, n).front();
}

// R2.4
TEST(ControlFlowTest, OneBranchIsTaken) {
  const std::string body =
      "if (n < 0_i32) { x = 1_i32; } else if (n == 0_i32) { x = 2_i32; } else { x = 3_i32; }";

  EXPECT_EQ(value_of(body, -1), 1);
  EXPECT_EQ(value_of(body, 0), 2);
  EXPECT_EQ(value_of(body, 1), 3);
  EXPECT_EQ(value_of("if (n < 0_i32) { x = 1_i32; }", 5), 0);
}

// R2.4
TEST(ControlFlowTest, ConditionsEvaluateWhatTheyNeed) {
  // The second operand would divide by zero.
  EXPECT_EQ(value_of("if ((n != 0_i32) && ((1_i32 / n) > 0_i32)) { x = 1_i32; }", 0), 0);
  EXPECT_EQ(value_of("if ((n == 0_i32) || ((1_i32 / n) > 0_i32)) { x = 1_i32; }", 0), 1);
  EXPECT_EQ(value_of("x = (n == 0_i32) ? 7_i32 : (1_i32 / n);", 0), 7);
  EXPECT_EQ(value_of("var b: bool = (n == 0_i32) || ((1_i32 / n) > 0_i32);"
                     "x = b ? 1_i32 : 2_i32;",
                     0),
            1);
  EXPECT_EQ(value_of("var b: bool = true; b = (n > 0_i32) && b; x = b ? 1_i32 : 2_i32;", 1), 1);
  EXPECT_EQ(value_of("var b: bool = true; b = b && (n > 0_i32); x = b ? 1_i32 : 2_i32;", 0), 2);
  EXPECT_EQ(value_of("x = !(!(n > 0_i32) || (n > 5_i32)) ? 1_i32 : 2_i32;", 3), 1);
  EXPECT_EQ(value_of("x = !(!(n > 0_i32) || (n > 5_i32)) ? 1_i32 : 2_i32;", 6), 2);
}

// R2.4
TEST(ControlFlowTest, ASelectMayReadTheVariableItIsAssignedTo) {
  EXPECT_EQ(value_of("x = 4_i32; x = (n > 0_i32) ? ((n > 1_i32) ? (x + x) : x) : 1_i32;", 2), 8);
  EXPECT_EQ(value_of("x = 4_i32; x = (x + 1_i32) * (x - 1_i32);", 0), 15);
}

// R2.4
TEST(ControlFlowTest, LoopsCountBreakAndContinue) {
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) { x = x + i; }", 5), 10);
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) { x = x + i; }", 0), 0);
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) {"
                     "  if ((i % 2_i32) == 0_i32) { continue; }"
                     "  if (i > 6_i32) { break; }"
                     "  x = x + i; }",
                     100),
            1 + 3 + 5);
  EXPECT_EQ(value_of("while (x < n) { x = x + 3_i32; }", 10), 12);
  EXPECT_EQ(value_of("while (x < n) { x = x + 3_i32; if (x > 4_i32) { break; } continue; }", 10),
            6);
  EXPECT_EQ(value_of("do { x = x + 3_i32; } while (x < n);", -1), 3);
  EXPECT_EQ(value_of("do { x = x + 3_i32; if (x < n) { continue; } break; } while (true);", 10),
            12);
  EXPECT_EQ(value_of("for (x = 3_i32; x < n;) { x = x * 2_i32; }", 10), 12);
}

// R2.4
TEST(ControlFlowTest, LoopsWithinLoopsLeaveTheirOwn) {
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) {"
                     "  for (var j: int32 = 0_i32; j < n; j = j + 1_i32) {"
                     "    if (j == i) { break; }"
                     "    if (j == 1_i32) { continue; }"
                     "    x = x + 1_i32; } }",
                     5),
            0 + 1 + 1 + 2 + 3);
}

// R2.4
TEST(ControlFlowTest, ASwitchGoesOnUntilItsBodyLeaves) {
  const std::string body =
      "switch (n) { case 1, 2 { x = x + 1_i32; } case -3 { x = x + 10_i32; break; }"
      " case default { x = x + 100_i32; } case 7 { x = x + 1000_i32; } }";

  EXPECT_EQ(value_of(body, 1), 11);
  EXPECT_EQ(value_of(body, 2), 11);
  EXPECT_EQ(value_of(body, -3), 10);
  EXPECT_EQ(value_of(body, 5), 1100);
  EXPECT_EQ(value_of(body, 7), 1000);
  EXPECT_EQ(value_of("switch (n) { case 1 { x = 1_i32; } }", 9), 0);
}

// R2.4
TEST(ControlFlowTest, ASwitchWithinALoopLetsItContinue) {
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) {"
                     "  switch (i) { case 1 { continue; } case 2 { break; } case default {"
                     "    x = x + 1_i32; } }"
                     "  x = x + 10_i32; }",
                     4),
            11 + 0 + 10 + 11);
}

// R2.4
TEST(ControlFlowTest, AKernelMayReturnEarly) {
  EXPECT_EQ(value_of("while (true) { return; }", 0), -1);
}

// R2.4
TEST(ControlFlowTest, AVariableDeclaredInALoopBeginsAnewEachRound) {
  EXPECT_EQ(value_of("for (var i: int32 = 0_i32; i < n; i = i + 1_i32) {"
                     "  var y: int32 = 0_i32; y = y + 1_i32; x = x + y; }",
                     5),
            5);
}

}  // namespace
}  // namespace dotcompute::interpret
