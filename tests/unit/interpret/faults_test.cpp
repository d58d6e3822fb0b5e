// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "support/code_of.hpp"
#include "support/interpreted.hpp"

#include <stop_token>

namespace dotcompute::interpret {
namespace {

constexpr const char* kBegin =
    "function none: int32 { scalar a: int32; if (a > 0_i32) { return a; } }\n"
    "function at: int32 { buffer inner: int32 in rank 1; scalar i: int32; return inner[i]; @5:1 9 "
    "}\n"
    "kernel k namespace \"a\" dimensions 2 {\n"
    "buffer line: int32 inout rank 1 span;\n"
    "buffer grid: int32 inout rank 2;\n"
    "scalar n: int32;\n"
    "let i: int32 = $global_id(0) as int32;\n";

// The error of a body that is run for one item of a kernel with a line of 4 and a grid of 2 x 3.
Status run_body(const std::string& body,
                std::int32_t n,
                const RunOptions& options = {},
                const ItemRange& items = items_of(1)) {
  std::vector<std::int32_t> line(4);
  std::vector<std::int32_t> grid(6);
  return run(kBegin + body + "\n}\n", Arguments().buffer(line).buffer(grid, {2, 3, 1}).scalar(n),
             items, options);
}

std::string message_of(const Status& status) {
  return status.ok() ? "ok" : status.error().message();
}

struct Case {
  const char* body;
  std::int32_t n;
  const char* parameter;
  const char* expected;
  const char* got;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.body << " with " << one.n;
}

class BeyondTest : public testing::TestWithParam<Case> {};

// R2.4
TEST_P(BeyondTest, IsAnErrorThatNamesWhatAndWhere) {
  const Case& one = GetParam();

  const Status status = run_body(one.body, one.n);

  ASSERT_EQ(code_of(status), ErrorCode::execution_failed);
  const ErrorContext& context = status.error().context;
  EXPECT_EQ(context.kernel.view(), "a::k");
  EXPECT_EQ(context.parameter.view(), one.parameter);
  EXPECT_EQ(context.expected.view(), one.expected);
  EXPECT_EQ(context.got.view(), one.got);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BeyondTest,
    testing::Values(
        Case{"line[n] = 1_i32;", 4, "line", "an index below 4 on axis 0", "4"},
        Case{"line[n] = 1_i32;", -1, "line", "an index below 4 on axis 0", "-1"},
        Case{"line[0_i32] = line[n];", 4, "line", "an index below 4 on axis 0", "4"},
        Case{"line[0_i32] = grid[n, 0_i32];", 2, "grid", "an index below 2 on axis 0", "2"},
        Case{"line[0_i32] = grid[0_i32, n];", 3, "grid", "an index below 3 on axis 1", "3"},
        Case{"grid[1_i32, n] = 1_i32;", -5, "grid", "an index below 3 on axis 1", "-5"},
        Case{"line[0_i32] = at(line, n);", 9, "line", "an index below 4 on axis 0", "9"},
        Case{"var a: int32[2]; a[n] = 1_i32;", 2, "a", "an index below 2 on axis 0", "2"},
        Case{"var a: int32[2][3]; a[1_i32][n] = 1_i32;", 3, "a", "an index below 3 on axis 0", "3"},
        Case{"var a: int32[2]; line[0_i32] = a[-1_i32];", 0, "a", "an index below 2 on axis 0",
             "-1"},
        Case{"var a: int32[2]; line[0_i32] = a[2_i32];", 0, "a", "an index below 2 on axis 0",
             "2"}));

// R2.4
TEST(FaultsTest, TheLastElementsAreWithin) {
  EXPECT_EQ(message_of(run_body("line[n] = grid[1_i32, 2_i32]; var a: int32[4]; a[n] = 1_i32;", 3)),
            "ok");
}

// R2.4
TEST(FaultsTest, AnErrorTellsThePlaceInTheSourceAndTheItem) {
  const Status quotient = run_body("if (i == 2_i32) { line[0_i32] = 1_i32 + (i / n); @12:5 5 33 }",
                                   0, {}, {.begin = {0, 7, 0}, .end = {4, 8, 1}});
  const Status call = run_body("line[0_i32] = at(line, n); @13:1 1 9", 9);

  ASSERT_EQ(code_of(quotient), ErrorCode::execution_failed);
  EXPECT_EQ(quotient.error().context.advice.view(), "At test.cpp:12:33, item (2, 7, 0).");
  ASSERT_EQ(code_of(call), ErrorCode::execution_failed);
  EXPECT_EQ(call.error().context.advice.view(), "At test.cpp:5:9, item (0, 0, 0).");
}

// R2.4
TEST(FaultsTest, IntegersAreNotDividedByZero) {
  EXPECT_EQ(code_of(run_body("line[0_i32] = 1_i32 / n;", 0)), ErrorCode::execution_failed);
  EXPECT_EQ(code_of(run_body("line[0_i32] = 1_i32 % n;", 0)), ErrorCode::execution_failed);
  EXPECT_EQ(message_of(run_body("line[0_i32] = (1_f32 / (n as float32)) as int32;", 0)), "ok");
}

// R2.4
TEST(FaultsTest, AScalarIsSetBeforeItIsRead) {
  const std::string body = "var x: int32; if (n > 0_i32) { x = 1_i32; } line[0_i32] = x;";
  const std::string loop =
      "for (var j: int32 = 0_i32; j < 2_i32; j = j + 1_i32) { var x: int32;"
      " if (j == 0_i32) { x = 1_i32; } line[0_i32] = x; }";

  EXPECT_EQ(message_of(run_body(body, 1)), "ok");
  const Status status = run_body(body, 0);
  ASSERT_EQ(code_of(status), ErrorCode::execution_failed);
  EXPECT_EQ(status.error().context.parameter.view(), "x");
  EXPECT_EQ(code_of(run_body(loop, 0)), ErrorCode::execution_failed);
  // What another item has set is not this one's.
  EXPECT_EQ(code_of(run_body("var x: int32; if (i == 0_i32) { x = 1_i32; } line[0_i32] = x;", 0, {},
                             items_of(2))),
            ErrorCode::execution_failed);
}

// R2.4
TEST(FaultsTest, AFunctionEndsWithItsResult) {
  EXPECT_EQ(message_of(run_body("line[0_i32] = none(n);", 1)), "ok");
  EXPECT_EQ(code_of(run_body("line[0_i32] = none(n);", 0)), ErrorCode::execution_failed);
}

// R2.4
TEST(FaultsTest, AnItemTakesNoMoreStepsThanItMay) {
  const std::string loop = "for (var j: int32 = 0_i32; j < n; j = j + 1_i32) { }";

  EXPECT_EQ(message_of(run_body(loop, 99, {.max_steps = 100}, items_of(50))), "ok");
  EXPECT_EQ(code_of(run_body(loop, 100, {.max_steps = 100})), ErrorCode::execution_failed);
  EXPECT_EQ(message_of(run_body(loop, 99'999, {.max_steps = 100'000})), "ok");
  EXPECT_EQ(code_of(run_body(loop, 100'000, {.max_steps = 100'000})), ErrorCode::execution_failed);
  for (const char* const endless :
       {"while (true) { }", "do { } while (true);", "for (; true;) { continue; }",
        "while (true) { line[0_i32] = none(1_i32); }"}) {
    EXPECT_EQ(code_of(run_body(endless, 0, {.max_steps = 1000})), ErrorCode::execution_failed);
  }
}

// R2.4
TEST(FaultsTest, TheItemsBeforeAFaultHaveRun) {
  std::vector<std::int32_t> out(3, -1);

  const Status status =
      run("kernel k { buffer out: int32 out rank 1 span; let i: int32 = $global_id(0) as int32;"
          "out[i] = 1_i32 / (2_i32 - i); }",
          Arguments().buffer(out), items_of(3));

  EXPECT_FALSE(status.ok());
  EXPECT_EQ(out, (std::vector<std::int32_t>{0, 1, -1}));
}

// R1.6
TEST(FaultsTest, TheCallerMayStopItemsAndEndlessLoops) {
  std::stop_source source;
  source.request_stop();
  const backend::CallControl control{.stop = source.get_token()};

  EXPECT_EQ(code_of(run_body("", 0, {.control = &control})), ErrorCode::cancelled);

  const backend::CallControl late{.deadline = std::chrono::steady_clock::now() +
                                              std::chrono::milliseconds(20)};
  EXPECT_EQ(code_of(run_body("while (true) { }", 0, {.control = &late})),
            ErrorCode::deadline_exceeded);
}

// R2.4
TEST(FaultsTest, WhatIsNotWellFormedIsNotRun) {
  kir::Module module;
  kir::Function& kernel = kir::add_kernel(module, "k");
  kernel.body = kir::statements(kir::make_break_out({}));

  const auto made = Kernel::make(module, kernel);

  ASSERT_EQ(code_of(made), ErrorCode::compilation_failed);
  EXPECT_NE(made.error().log->find("kir-jump"), std::string::npos);
}

// R2.4
TEST(FaultsTest, AnItemHasABoundOfMemory) {
  kir::Module module;
  kir::Function& kernel = kir::add_kernel(module, "k");
  for (int i = 0; i < 5; ++i) {
    kir::Variable& local =
        kir::add_local(kernel, "a" + std::to_string(i),
                       kir::array_type(kir::scalar_type(ElementType::int8), {1U << 24U}));
    kernel.body.push_back(kir::make_declare(local));
  }

  EXPECT_EQ(code_of(Kernel::make(module, kernel)), ErrorCode::compilation_failed);
}

}  // namespace
}  // namespace dotcompute::interpret
