// SPDX-License-Identifier: Apache-2.0
#include "base/shape_program.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

namespace dotcompute::core {
namespace {

KernelMetadata with_output(std::string rule) {
  return {.name = "k",
          .parameters = {scalar<std::int32_t>("s"), input<float>("x", "n"),
                         output<float>("y", std::move(rule))}};
}

/// The extent that `rule` gives for x of `n` elements and s; nothing if it is not defined.
std::optional<std::uint64_t> extent_by(const std::string& rule, std::uint64_t n, std::int32_t s) {
  const auto metadata = with_output(rule);
  const auto program = ShapeProgram::compile(metadata);
  if (!program) {
    ADD_FAILURE() << program.error().message();
    return std::nullopt;
  }
  std::array<backend::KernelArgument, 3> arguments{};
  arguments[0].data = &s;
  arguments[1].extents = {n, 1, 1};
  ShapeProgram::Solution solution;
  if (program->solve(arguments.data(), 0b011, solution).found) {
    return std::nullopt;
  }
  const auto extents = program->extents_of(2, solution);
  return extents ? std::optional((*extents)[0]) : std::nullopt;
}

// R1.10
TEST(ShapePrograms, EvaluateExpressionsOfExtentsAndScalars) {
  EXPECT_EQ(extent_by("n", 7, 0), 7U);
  EXPECT_EQ(extent_by("(n + 255) / 256", 257, 0), 2U);
  EXPECT_EQ(extent_by("n - s * 2 + 1", 10, 3), 5U);
  EXPECT_EQ(extent_by("10 - 3 - 2", 0, 0), 5U);
  EXPECT_EQ(extent_by("n % 4", 11, 0), 3U);
  EXPECT_EQ(extent_by("s", 0, 9), 9U);
}

// R1.10
TEST(ShapePrograms, AreUndefinedWhereTheResultIsNoExtent) {
  EXPECT_EQ(extent_by("n - 8", 7, 0), std::nullopt);
  EXPECT_EQ(extent_by("n / s", 7, 0), std::nullopt);
  EXPECT_EQ(extent_by("n % s", 7, 0), std::nullopt);
  EXPECT_EQ(extent_by("s", 7, -1), std::nullopt);
  EXPECT_EQ(extent_by("n * n", std::uint64_t{1} << 33U, 0), std::nullopt);
  EXPECT_EQ(extent_by("n + n", std::numeric_limits<std::uint64_t>::max(), 0), std::nullopt);
}

// R5.2
TEST(ShapePrograms, RefuseAGivenExtentWhoseRuleIsUndefined) {
  const auto metadata = with_output("n - 1");
  const auto program = ShapeProgram::compile(metadata);
  std::array<backend::KernelArgument, 3> arguments{};
  std::int32_t scalar = 0;
  arguments[0].data = &scalar;
  arguments[1].extents = {0, 1, 1};
  arguments[2].extents = {4, 1, 1};
  ShapeProgram::Solution solution;

  const auto mismatch = program->solve(arguments.data(), 0b111, solution);

  EXPECT_TRUE(mismatch.found);
  EXPECT_TRUE(mismatch.undefined);
  EXPECT_EQ(mismatch.parameter, 2U);
}

// R2.5
TEST(ShapePrograms, SayWhatIsWrongWithARule) {
  const auto refused = [](std::string rule) {
    const auto metadata = with_output(std::move(rule));
    const auto program = ShapeProgram::compile(metadata);
    EXPECT_FALSE(program.ok());
    return program.ok() ? std::string() : std::string(program.error().context.expected.view());
  };

  EXPECT_EQ(refused("m + 1"), "names that stand alone as an extent, or name an integer scalar");
  EXPECT_EQ(refused("n +"), "a number, a name or '('");
  EXPECT_EQ(refused("(n"), "a closing parenthesis");
  EXPECT_EQ(refused("n n"), "extents parted by commas");
  EXPECT_EQ(refused("n, n"), "as many extents as the parameter has axes");
  EXPECT_EQ(refused("99999999999999999999"), "a number below 2^64");
  EXPECT_EQ(refused(std::string(40, '(') + "n" + std::string(40, ')')),
            "an expression nested at most 16 deep");
}

// R5.2
TEST(ShapePrograms, FindTheExtentThatDoesNotAgree) {
  const KernelMetadata metadata{
      .name = "k",
      .parameters = {input<float, 2>("a", "m, k"), input<float, 2>("b", "k, n"),
                     output<float, 2>("c", "m, n")}};
  const auto program = ShapeProgram::compile(metadata);
  ASSERT_TRUE(program.ok());
  std::array<backend::KernelArgument, 3> arguments{};
  arguments[0].extents = {2, 3, 1};
  arguments[1].extents = {3, 5, 1};
  arguments[2].extents = {2, 6, 1};
  ShapeProgram::Solution solution;

  const auto mismatch = program->solve(arguments.data(), 0b111, solution);

  EXPECT_TRUE(mismatch.found);
  EXPECT_EQ(mismatch.parameter, 2U);
  EXPECT_EQ(mismatch.axis, 1U);
  EXPECT_EQ(mismatch.expected, 5U);
  EXPECT_EQ(mismatch.got, 6U);
  EXPECT_EQ(program->text_of(2, 1), "n");
}

}  // namespace
}  // namespace dotcompute::core
