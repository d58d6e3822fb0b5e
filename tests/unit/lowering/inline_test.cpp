// SPDX-License-Identifier: Apache-2.0
#include "lowering/inline.hpp"

#include "kir/parse.hpp"
#include "kir/walk.hpp"
#include "lowering/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

namespace dotcompute::lowering {
namespace {

constexpr const char* kFunctions = R"(kir 1;
struct "Pair" size 16 align 8 {
  "before": uint64 offset 0;
  "here": uint64 offset 8;
}
function around: "Pair" {
  scalar place: uint64;
  return {(place == 0_u64) ? 0_u64 : (place - 1_u64), place} as "Pair";
}
function before: uint64 {
  scalar place: uint64;
  return around(place).before;
}
function element: float32 {
  buffer from: const float32 in rank 1 span;
  scalar place: uint64;
  return from[place];
}
function square: float32 {
  scalar x: float32;
  return x * x;
}
function by_steps: float32 {
  scalar x: float32;
  let y: float32 = x + 1_f32;
  return y * y;
}
kernel k {
  buffer a: const float32 in rank 1 span;
  buffer out: float32 out rank 1 span;
  let i: uint64 = $global_id(0);
)";

std::unique_ptr<kir::Module> module_of(const std::string& text) {
  auto parsed = kir::parse(text);
  if (parsed.module == nullptr) {
    throw std::invalid_argument(parsed.diagnostics.front().message + " in\n" + text);
  }
  return std::move(parsed.module);
}

std::unique_ptr<kir::Module> kernel_of(const std::string& body) {
  return module_of(kFunctions + body + "}\n");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
  return text;
}

/// A kernel that calls the last of functions of which each gives `value`, with a call of the one
/// before in the place of every "f(x)".
std::unique_ptr<kir::Module> chain_of(std::size_t length, const std::string& value) {
  std::string text = "kir 1;\n";
  std::string last = "x";
  for (std::size_t i = 0; i < length; ++i) {
    const std::string name = "f" + std::to_string(i);
    text += "function " + name + ": float32 {\n  scalar x: float32;\n  return " +
            replaced(value, "f(x)", last) + ";\n}\n";
    last = name + "(x)";
  }
  return module_of(text +
                   "kernel k {\n  buffer out: float32 out rank 1 span;\n  scalar x: float32;\n"
                   "  let i: uint64 = $global_id(0);\n  out[i] = " +
                   last + ";\n}\n");
}

std::size_t expressions_in(const Body& body) {
  std::size_t count = 0;
  kir::for_each_expression(body.statements, [&](const kir::Expression&) { ++count; });
  return count;
}

std::size_t depth_of(const kir::Expression& root) {
  std::size_t deepest = 0;
  for (const kir::ExpressionPtr& operand : root.operands) {
    deepest = std::max(deepest, depth_of(*operand));
  }
  return deepest + 1;
}

std::size_t deepest_in(const Body& body) {
  std::size_t deepest = 0;
  kir::for_each_expression(body.statements, [&](const kir::Expression& part) {
    deepest = std::max(deepest, depth_of(part));
  });
  return deepest;
}

std::size_t calls_in(const kir::Module& module) {
  std::size_t calls = 0;
  const Body body = make_body(*module.functions.back());
  kir::for_each_expression(body.statements, [&](const kir::Expression& part) {
    calls += part.kind == kir::ExpressionKind::call ? 1 : 0;
  });
  return calls;
}

std::size_t structures_in(const kir::Module& module) {
  std::size_t structures = 0;
  const Body body = make_body(*module.functions.back());
  kir::for_each_statement(body.statements, [&](const kir::Statement& statement) {
    structures += statement.variable != nullptr && statement.variable->type.has_structure() ? 1 : 0;
  });
  return structures;
}

// R3.2
TEST(InlineTest, PutsAValueInThePlaceOfItsCall) {
  EXPECT_EQ(calls_in(*kernel_of("out[i] = a[before(i)];")), 0U);
  EXPECT_EQ(calls_in(*kernel_of("out[i] = element(a, i + 1_u64);")), 0U);
}

// R3.2
TEST(InlineTest, LeavesACallThatWouldComputeACostlyArgumentTwice) {
  EXPECT_EQ(calls_in(*kernel_of("out[i] = square($sqrt(a[i]));")), 1U);
  EXPECT_EQ(calls_in(*kernel_of("let x: float32 = $sqrt(a[i]); out[i] = square(x);")), 0U);
}

// R3.2
TEST(InlineTest, LeavesACallOfAFunctionOfSeveralStatements) {
  EXPECT_EQ(calls_in(*kernel_of("out[i] = by_steps(2_f32);")), 1U);
}

// R3.2
TEST(InlineTest, LeavesCallsWhereFunctionsThatCallOthersTwiceWouldMakeTheBodyHuge) {
  const auto module = chain_of(14, "f(x) * f(x)");

  const Body body = make_body(*module->functions.back());

  EXPECT_LT(expressions_in(body), 5000U);
  EXPECT_GT(calls_in(*module), 0U);
}

// R3.2
TEST(InlineTest, LeavesCallsWhereALongChainWouldMakeTheBodyDeep) {
  const auto module = chain_of(500, "f(x) + 1_f32");

  const Body body = make_body(*module->functions.back());

  EXPECT_LE(deepest_in(body), 100U);
  EXPECT_EQ(calls_in(*module), 1U);
}

// R3.2
TEST(InlineTest, SplitsAStructureThatIsOnlyTakenApart) {
  EXPECT_EQ(
      structures_in(*kernel_of("let p: \"Pair\" = around(i); out[i] = a[p.before] + a[p.here];")),
      0U);
}

// R3.2
TEST(InlineTest, LeavesAStructureThatIsHandedOnOrChanged) {
  EXPECT_EQ(structures_in(*kernel_of("let p: \"Pair\" = around(i); let q: \"Pair\" = p; "
                                     "out[i] = a[q.before] + a[q.here];")),
            2U);
  EXPECT_EQ(structures_in(*kernel_of("var p: \"Pair\" = around(i); p.here = 0_u64; "
                                     "out[i] = a[p.before] + a[p.here];")),
            1U);
}

// R3.2
TEST(InlineTest, TellsTheInteriorFromTheRimInAFunctionOfAnId) {
  const auto module = kernel_of("let p: \"Pair\" = around(i); out[i] = a[p.before] + a[p.here];");

  const KernelPlan plan = make_plan(*module->functions.back());

  ASSERT_EQ(plan.interior.size(), 1U);
  EXPECT_TRUE(plan.interior[0].is_begin);
  EXPECT_EQ(plan.interior[0].offset, 1);
}

}  // namespace
}  // namespace dotcompute::lowering
