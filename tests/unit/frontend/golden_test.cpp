// SPDX-License-Identifier: Apache-2.0
// What the front end makes of the sources in tests/golden/frontend. After a change on purpose, this
// writes it anew: DOTCOMPUTE_UPDATE_GOLDEN=1 unit_frontend --gtest_filter='*Golden*'
#include "frontend/frontend.hpp"
#include "kir/print.hpp"
#include "kir/render.hpp"
#include "kir/verify.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace dotcompute::frontend {
namespace {

class FrontendGoldenTest : public testing::TestWithParam<const char*> {};

// R2.1
TEST_P(FrontendGoldenTest, MakesTheKirThatIsKept) {
  const std::string stem = std::string(DOTCOMPUTE_ROOT "/tests/golden/frontend/") + GetParam();
  const auto text = kir::read_file(stem + ".cpp");
  ASSERT_TRUE(text.has_value());
  const Outcome outcome = parse({.file = std::string(GetParam()) + ".cpp",
                                 .include_directories = {DOTCOMPUTE_ROOT "/include"},
                                 .text = text});
  ASSERT_TRUE(outcome.ok()) << outcome.rendered;
  const auto defects = kir::verify(outcome.module);
  ASSERT_TRUE(defects.empty()) << kir::render(outcome.module, defects);
  const std::string made = kir::print(outcome.module);
  if (std::getenv("DOTCOMPUTE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(stem + ".kir.golden") << made;
  }

  EXPECT_EQ(made, kir::read_file(stem + ".kir.golden").value_or(""));
}

INSTANTIATE_TEST_SUITE_P(All,
                         FrontendGoldenTest,
                         testing::Values("basics", "effects", "structures"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace dotcompute::frontend
