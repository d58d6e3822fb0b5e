// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"

#include "kir/print.hpp"
#include "kir/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dotcompute::frontend {
namespace {

Outcome parse_text(const std::string& text) {
  return parse({.file = "test.cpp",
                .include_directories = {DOTCOMPUTE_ROOT "/include"},
                .text = "#include <dotcompute/kernel.hpp>\n" + text});
}

const char* const kSaxpy =
    "namespace a::b { DC_KERNEL_NAMED(\"Saxpy\") DC_GROUP(32, 2) DC_SHAPE(x, n) DC_SHAPE(y, n)\n"
    "void saxpy(float a, std::span<const float> x, dc::inout<float> y) {\n"
    "  const std::size_t i = dc::global_id();\n"
    "  if (i >= y.size()) { return; }\n"
    "  y[i] = a * x[i] + y[i];\n"
    "} }\n";

// R2.1
TEST(FrontendTest, ReadsWhatAnnotationsAndParametersSay) {
  const Outcome outcome = parse_text(kSaxpy);

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  ASSERT_EQ(outcome.module.functions.size(), 1U);
  const kir::Function& kernel = *outcome.module.functions[0];
  EXPECT_TRUE(kernel.is_kernel);
  EXPECT_EQ(kernel.name, "saxpy");
  EXPECT_EQ(kernel.name_space, "a::b");
  EXPECT_EQ(kernel.registered_name, "Saxpy");
  EXPECT_EQ(kernel.location.line, 3U);
  EXPECT_EQ(kernel.dimensions, 1);
  EXPECT_EQ(kernel.group_size, (std::array<std::uint32_t, 3>{32, 2, 1}));
  ASSERT_EQ(kernel.parameters.size(), 3U);
  EXPECT_EQ(kernel.parameters[0]->kind, kir::VariableKind::scalar);
  EXPECT_TRUE(kernel.parameters[1]->is_const && kernel.parameters[1]->is_span);
  EXPECT_EQ(kernel.parameters[1]->extents, "n");
  EXPECT_EQ(kernel.parameters[2]->direction, Direction::inout);
  EXPECT_FALSE(kernel.parameters[2]->is_span);
}

// R2.4
TEST(FrontendTest, GivesALaunchRangeAsManyAxesAsIdsAreAskedForInFunctionsToo) {
  const Outcome outcome = parse_text(
      "DC_DEVICE std::size_t depth() { return dc::global_id(2); }\n"
      "DC_KERNEL void fill(dc::out<float, 3> y) {\n"
      "  if (depth() < y.extent(0)) { y(depth(), 0, 0) = 1.0F; }\n"
      "}\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_EQ(outcome.module.functions.back()->dimensions, 3);
}

// R2.3
TEST(FrontendTest, ReportsAllMistakesOfAFileInItsOrder) {
  const Outcome outcome = parse_text(
      "DC_KERNEL int first(std::span<float> y) { return 0; }\n"
      "DC_KERNEL void second(float* p, std::span<float> y) { int* q = p; y[0] = undefined; }\n"
      "DC_KERNEL void third(std::span<float> y) { static int calls = 0; y[0] = ++calls; }\n");

  std::vector<std::string> codes;
  for (const kir::Diagnostic& one : outcome.diagnostics) {
    codes.push_back(one.code + "@" + std::to_string(one.location.line));
  }
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(codes, testing::IsSupersetOf({"DC006@2", "DC002@3", "DC008@3", "@3", "DC010@4"}));
  EXPECT_TRUE(std::is_sorted(
      outcome.diagnostics.begin(), outcome.diagnostics.end(),
      [](const auto& a, const auto& b) { return a.location.line < b.location.line; }));
}

TEST(FrontendTest, KeepsTheKernelsWithoutMistakesForFurtherChecks) {
  const Outcome outcome =
      parse_text(std::string(kSaxpy) + "DC_KERNEL void bad(std::span<float> y) { throw 1; }\n");

  ASSERT_EQ(outcome.module.functions.size(), 1U);
  EXPECT_TRUE(kir::verify(outcome.module).empty());
}

TEST(FrontendTest, LowersAFunctionOnceForAllItsCallers) {
  const Outcome outcome = parse_text(
      "DC_DEVICE float square(float x) { return x * x; }\n"
      "DC_KERNEL void one(std::span<float> y) { y[0] = square(1.0F) + square(2.0F); }\n"
      "DC_KERNEL void two(std::span<float> y) { y[0] = square(3.0F); }\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_EQ(outcome.module.functions.size(), 3U);
  EXPECT_FALSE(outcome.module.functions[0]->is_kernel);
}

TEST(FrontendTest, KeepsAParametersNameThoughItsKernelHasTheSame) {
  const Outcome outcome = parse_text(
      "constexpr float y = 2.0F;\n"
      "DC_KERNEL void grey(std::span<float> grey) { grey[0] = y; }\n"
      "DC_KERNEL void other(std::span<float> y) { y[0] = 1.0F; }\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_EQ(outcome.module.functions[0]->name, "grey");
  EXPECT_EQ(outcome.module.functions[0]->parameters[0]->name, "grey");
  EXPECT_EQ(outcome.module.functions[1]->parameters[0]->name, "y");
  EXPECT_TRUE(kir::verify(outcome.module).empty());
}

TEST(FrontendTest, LaysStructuresOutAsTheHostDoes) {
  struct Inner {
    std::int8_t a;
    double b;
  };
  struct Host {
    bool flag;
    Inner inner[2];
    std::int16_t last;
  };
  const Outcome outcome = parse_text(
      "struct Inner { std::int8_t a; double b; };\n"
      "struct Host { bool flag; Inner inner[2]; std::int16_t last; };\n"
      "DC_KERNEL void touch(std::span<Host> h) { h[0].last = 1; }\n");

  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  ASSERT_EQ(outcome.module.structures.size(), 2U);
  const kir::Structure& host = outcome.module.structures[1];
  EXPECT_EQ(host.name, "Host");
  EXPECT_EQ(host.size, sizeof(Host));
  EXPECT_EQ(host.alignment, alignof(Host));
  EXPECT_EQ(host.fields[1].offset, offsetof(Host, inner));
  EXPECT_EQ(host.fields[2].offset, offsetof(Host, last));
}

TEST(FrontendTest, NamesEveryFileItReadAlsoThoseReadBefore) {
  std::ignore = parse_text(kSaxpy);

  const Outcome outcome = parse_text(kSaxpy);

  EXPECT_THAT(outcome.dependencies,
              testing::IsSupersetOf({testing::EndsWith("dotcompute/kernel.hpp"),
                                     testing::EndsWith("dotcompute/base/view.hpp")}));
}

TEST(FrontendTest, ReadsAFileAlikeWhetherTheHeaderWasReadBeforeOrNot) {
  const Outcome cached = parse_text(kSaxpy);
  const Outcome whole =
      parse({.file = "test.cpp",
             .include_directories = {DOTCOMPUTE_ROOT "/include"},
             .text = std::string("#define X 1\n#include <dotcompute/kernel.hpp>\n") + kSaxpy});

  ASSERT_TRUE(whole.ok()) << whole.rendered;
  const auto without_lines = [](std::string text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '@') {
        i = text.find('\n', i);
      }
      plain += text[i];
    }
    return plain;
  };
  EXPECT_EQ(without_lines(kir::print(cached.module)), without_lines(kir::print(whole.module)));
}

TEST(FrontendTest, DefinesAndIncludesAsItIsTold) {
  const Outcome outcome = parse({.file = "test.cpp",
                                 .include_directories = {DOTCOMPUTE_ROOT "/include"},
                                 .definitions = {"SCALE=3"},
                                 .text = "#include <dotcompute/kernel.hpp>\n"
                                         "DC_KERNEL void f(std::span<int> y) { y[0] = SCALE; }\n"});

  EXPECT_TRUE(outcome.ok()) << outcome.rendered;
}

TEST(FrontendTest, SaysSoIfAFileCannotBeRead) {
  const Outcome outcome = parse({.file = "no/such/file.cpp"});

  EXPECT_FALSE(outcome.ok());
  EXPECT_NE(outcome.rendered.find("no/such/file.cpp"), std::string::npos) << outcome.rendered;
}

TEST(FrontendTest, SaysSoIfItsArgumentsAreWrong) {
  const Outcome outcome = parse({.file = "x.cpp", .standard = "c++99", .text = "int x;"});

  EXPECT_FALSE(outcome.ok());
}

}  // namespace
}  // namespace dotcompute::frontend
