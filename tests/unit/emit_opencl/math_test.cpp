// SPDX-License-Identifier: Apache-2.0
// Functions of OpenCL against the interpreter, which computes them in double.
#include "emit/opencl/emit.hpp"
#include "interpret/interpret.hpp"
#include "kir/parse.hpp"
#include "unit/emit_opencl/launcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute::emit {
namespace {

struct Function {
  const char* name;
  int operands;
  double ulps;  // Source: OpenCL Numerical Compliance, relative error as ULPs, full profile
  float low;
  float high;
};

constexpr Function kFunctions[] = {
    {"sqrt", 1, 0.5, 0, 1e30F},     {"cbrt", 1, 2, -1e9F, 1e9F},  {"exp", 1, 3, -80, 80},
    {"exp2", 1, 3, -120, 120},      {"expm1", 1, 3, -5, 80},      {"log", 1, 3, 1e-9F, 1e9F},
    {"log2", 1, 3, 1e-9F, 1e9F},    {"log10", 1, 3, 1e-9F, 1e9F}, {"log1p", 1, 2, -0.9F, 1e3F},
    {"sin", 1, 4, -100, 100},       {"cos", 1, 4, -100, 100},     {"tan", 1, 5, -100, 100},
    {"asin", 1, 4, -1, 1},          {"acos", 1, 4, -1, 1},        {"atan", 1, 5, -50, 50},
    {"atan2", 2, 6, -50, 50},       {"sinh", 1, 4, -50, 50},      {"cosh", 1, 4, -50, 50},
    {"tanh", 1, 5, -9, 9},          {"asinh", 1, 4, -1e3F, 1e3F}, {"acosh", 1, 4, 1, 1e3F},
    {"atanh", 1, 5, -0.99F, 0.99F}, {"pow", 2, 16, 0.01F, 9},     {"hypot", 2, 4, -1e3F, 1e3F},
    {"erf", 1, 16, -4, 4},          {"erfc", 1, 16, -4, 4},       {"tgamma", 1, 16, 0.1F, 20},
    {"fmod", 2, 0, -90, 90},        {"remainder", 2, 0, -90, 90}, {"floor", 1, 0, -90, 90},
    {"ceil", 1, 0, -90, 90},        {"trunc", 1, 0, -90, 90},     {"round", 1, 0, -90, 90},
    {"rint", 1, 0, -90, 90},        {"copysign", 2, 0, -90, 90},  {"fdim", 2, 0.5, -90, 90},
    {"fmin", 2, 0, -90, 90},        {"fmax", 2, 0, -90, 90},      {"abs", 1, 0, -90, 90},
    {"min", 2, 0, -90, 90},         {"max", 2, 0, -90, 90},
};
constexpr std::size_t kSamples = 2000;

// One kernel for all, as drivers take their time for each: row f of `out` is function f of row f of x.
std::string text_of_kernel() {
  std::string text =
      "kir 1;\nfile \"math.cpp\";\nkernel functions { @1:1\n"
      "  buffer x: const float32 in rank 2; @1:1\n  buffer out: float32 out rank 2; @1:1\n"
      "  let i: uint64 = $global_id(0); @1:1\n";
  for (std::size_t at = 0; at < std::size(kFunctions); ++at) {
    const std::string place = "[" + std::to_string(at) + "_u64, i]";
    text.append("  out").append(place).append(" = $").append(kFunctions[at].name);
    text.append("(x").append(place).append(kFunctions[at].operands == 2 ? ", 1.75_f32)" : ")");
    text += "; @1:1\n";
  }
  return text + "}\n";
}

// Units in the last place of what is right.
double ulps_between(float got, float right) {
  if (got == right || (std::isnan(got) && std::isnan(right))) {
    return 0;
  }
  const float next = std::nextafter(std::fabs(right), INFINITY);
  return std::fabs(static_cast<double>(got) - right) / (next - std::fabs(right));
}

// R2.4
TEST(OpenClMath, IsAsAccurateAsTheStandardSays) {
  OpenClLauncher launcher;
  if (!launcher.problem().empty()) {
    GTEST_SKIP() << launcher.problem();
  }
  const auto parsed = kir::parse(text_of_kernel());
  ASSERT_NE(parsed.module, nullptr) << parsed.diagnostics.front().message;
  ASSERT_EQ(launcher.build(emit_opencl(*parsed.module),
                           "-cl-std=CL1.2 -Werror -cl-fp32-correctly-rounded-divide-sqrt"),
            "");
  std::vector<float> x;
  for (const Function& function : kFunctions) {
    for (std::size_t i = 0; i < kSamples; ++i) {
      x.push_back(function.low + (function.high - function.low) * static_cast<float>(i) / kSamples);
    }
  }
  std::vector<float> right(x.size());
  std::vector<float> got(x.size());
  const kir::Function& kernel = *parsed.module->functions.front();
  const Extents shape{std::size(kFunctions), kSamples, 1};
  const auto reference = interpret::Kernel::make(*parsed.module, kernel);
  ASSERT_TRUE(
      reference
          ->run(std::vector<backend::KernelArgument>{{x.data(), shape}, {right.data(), shape}},
                {{0, 0, 0}, {kSamples, 1, 1}})
          .ok());

  ASSERT_EQ(launcher.run(*parsed.module, kernel, "functions",
                         {{x.data(), shape}, {got.data(), shape}}, {.items = {kSamples, 1, 1}}),
            "");

  for (std::size_t at = 0; at < std::size(kFunctions); ++at) {
    const Function& function = kFunctions[at];
    double worst = 0;
    for (std::size_t i = at * kSamples; i < (at + 1) * kSamples; ++i) {
      worst = std::max(worst, ulps_between(got[i], right[i]));
    }
    // What is right is itself rounded, by half a unit at most.
    EXPECT_LE(worst, function.ulps + (function.ulps > 0.5 ? 0.5 : 0)) << function.name;
  }
}

}  // namespace
}  // namespace dotcompute::emit
