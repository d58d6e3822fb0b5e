// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"
#include "interpret/interpret.hpp"
#include "kir/render.hpp"
#include "kir/verify.hpp"
#include "view_cases.hpp"

#include "dotcompute/base/range.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace dotcompute::frontend {
namespace {

struct ViewCase {
  const char* name;
  const char* test;
  void (*function)(std::span<const int>, std::span<int>, std::size_t);
};

class ViewsTest : public testing::TestWithParam<ViewCase> {};

Outcome parse_case(const std::string& name) {
  return parse(
      {.file = "view_case.cpp",
       .include_directories = {DOTCOMPUTE_ROOT "/include", DOTCOMPUTE_ROOT "/tests/unit/frontend"},
       .text = "#include <dotcompute/kernel.hpp>\n"
               "#include \"view_cases.hpp\"\n"
               "DC_KERNEL void run(std::span<const int> x, std::span<int> y) {\n"
               "  const std::size_t i = dc::global_id();\n"
               "  if (i < y.size()) { language::" +
               name + "(x, y, i); }\n}\n"});
}

// R2.4
TEST_P(ViewsTest, MeansInAKernelWhatItMeansToTheHostsCompiler) {
  const Outcome outcome = parse_case(GetParam().name);
  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  EXPECT_TRUE(outcome.diagnostics.empty()) << outcome.rendered;
  const auto defects = kir::verify(outcome.module);
  ASSERT_TRUE(defects.empty()) << kir::render(outcome.module, defects);
  std::vector<int> x{5, -3, 8, 0, 2, 7, -1, 4, 6, 11};
  std::vector<int> expected(x.size(), 1);
  std::vector<int> got = expected;
  for (std::size_t i = 0; i < x.size(); ++i) {
    GetParam().function(x, expected, i);
  }

  const auto kernel = interpret::Kernel::make(outcome.module, *outcome.module.functions.back());
  ASSERT_TRUE(kernel.ok());
  std::array<backend::KernelArgument, 2> arguments{};
  arguments[0].data = x.data();
  arguments[1].data = got.data();
  arguments[0].extents = arguments[1].extents = {x.size(), 1, 1};
  ASSERT_TRUE(kernel->run(arguments, {{0, 0, 0}, {x.size(), 1, 1}}).ok());

  EXPECT_EQ(got, expected);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ViewsTest,
    testing::Values(
        ViewCase{"parts_of_spans", "PartsOfSpans", &language::parts_of_spans},
        ViewCase{"written_parts", "WrittenParts", &language::written_parts},
        ViewCase{"effects_in_parts", "EffectsInParts", &language::effects_in_parts},
        ViewCase{"spans_from_functions", "SpansFromFunctions", &language::spans_from_functions},
        ViewCase{"captured_by_reference", "CapturedByReference", &language::captured_by_reference},
        ViewCase{"captured_by_copy", "CapturedByCopy", &language::captured_by_copy},
        ViewCase{"lambdas_handed_on", "LambdasHandedOn", &language::lambdas_handed_on},
        ViewCase{"captured_objects", "CapturedObjects", &language::captured_objects},
        ViewCase{"references_from_lambdas", "ReferencesFromLambdas",
                 &language::references_from_lambdas}),
    [](const auto& tested) { return std::string(tested.param.test); });

}  // namespace
}  // namespace dotcompute::frontend
