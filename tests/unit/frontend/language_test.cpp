// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"
#include "interpret/interpret.hpp"
#include "kir/render.hpp"
#include "kir/verify.hpp"
#include "language_cases.hpp"

#include "dotcompute/base/range.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace dotcompute::frontend {
namespace {

struct LanguageCase {
  const char* name;
  int (*function)(int, int);
};

class LanguageTest : public testing::TestWithParam<LanguageCase> {};

Outcome parse_case(const std::string& name) {
  return parse(
      {.file = "language_case.cpp",
       .include_directories = {DOTCOMPUTE_ROOT "/include", DOTCOMPUTE_ROOT "/tests/unit/frontend"},
       .text = "#include <dotcompute/kernel.hpp>\n"
               "#include \"language_cases.hpp\"\n"
               "DC_KERNEL void run(std::span<const int> a, std::span<const int> b,\n"
               "                   std::span<int> result) {\n"
               "  const std::size_t i = dc::global_id();\n"
               "  if (i < result.size()) { result[i] = language::" +
               name + "(a[i], b[i]); }\n}\n"});
}

std::vector<int> interpret(const kir::Module& module, std::vector<int>& a, std::vector<int>& b) {
  std::vector<int> result(a.size(), -1);
  const auto kernel = interpret::Kernel::make(module, *module.functions.back());
  EXPECT_TRUE(kernel.ok());
  std::array<backend::KernelArgument, 3> arguments{};
  std::array<std::vector<int>*, 3> buffers{&a, &b, &result};
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    arguments[i].data = buffers[i]->data();
    arguments[i].extents = {buffers[i]->size(), 1, 1};
  }
  if (kernel.ok()) {
    EXPECT_TRUE(kernel->run(arguments, {{0, 0, 0}, {a.size(), 1, 1}}).ok());
  }
  return result;
}

// R2.4
TEST_P(LanguageTest, MeansInAKernelWhatItMeansToTheHostsCompiler) {
  const Outcome outcome = parse_case(GetParam().name);
  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  const auto defects = kir::verify(outcome.module);
  ASSERT_TRUE(defects.empty()) << kir::render(outcome.module, defects);
  std::vector<int> a;
  std::vector<int> b;
  std::vector<int> expected;
  for (int x = -9; x <= 9; ++x) {
    for (int y = -9; y <= 9; ++y) {
      a.push_back(x);
      b.push_back(y);
      expected.push_back(GetParam().function(x, y));
    }
  }

  const std::vector<int> got = interpret(outcome.module, a, b);

  EXPECT_EQ(got, expected);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    LanguageTest,
    testing::Values(LanguageCase{"order_of_assignment", &language::order_of_assignment},
                    LanguageCase{"short_circuits", &language::short_circuits},
                    LanguageCase{"loops", &language::loops},
                    LanguageCase{"switches", &language::switches},
                    LanguageCase{"locals_of_earlier_cases", &language::locals_of_earlier_cases},
                    LanguageCase{"lambdas", &language::lambdas},
                    LanguageCase{"chosen_targets", &language::chosen_targets},
                    LanguageCase{"arrays_taken_apart", &language::arrays_taken_apart},
                    LanguageCase{"numbers", &language::numbers},
                    LanguageCase{"structs", &language::structs},
                    LanguageCase{"templates_and_constants", &language::templates_and_constants},
                    LanguageCase{"references", &language::references}),
    [](const auto& tested) {
      std::string name;
      bool capital = true;
      for (const char c : std::string(tested.param.name)) {
        if (c != '_') {
          name += capital ? static_cast<char>(c - 'a' + 'A') : c;
        }
        capital = c == '_';
      }
      return name;
    });

}  // namespace
}  // namespace dotcompute::frontend
