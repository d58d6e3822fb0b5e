// SPDX-License-Identifier: Apache-2.0
#include "kir/render.hpp"

#include <gtest/gtest.h>

namespace dotcompute::kir {
namespace {

std::string render_one(const Diagnostic& diagnostic, const std::string& text) {
  Module module;
  module.files = {"first.cpp", "second.cpp"};
  return render(module, {diagnostic},
                [&](const std::string&) { return std::optional<std::string>(text); });
}

// R2.3
TEST(RenderTest, ShowsPlaceLineAndCaret) {
  const Diagnostic diagnostic{
      .code = "DC008", .location = {.file = 1, .line = 2, .column = 4}, .message = "No pointers."};

  EXPECT_EQ(render_one(diagnostic, "void f() {\n  *p = 1;\n}\n"),
            "second.cpp:2:4: error: No pointers. [DC008]\n"
            "    2 |   *p = 1;\n"
            "      |    ^\n");
}

TEST(RenderTest, KeepsTabsSoThatTheCaretStandsBelowItsColumn) {
  const Diagnostic diagnostic{.severity = Severity::warning,
                              .location = {.file = 0, .line = 1, .column = 3},
                              .message = "Odd."};

  EXPECT_EQ(render_one(diagnostic, "\t\tx;"),
            "first.cpp:1:3: warning: Odd.\n"
            "    1 | \t\tx;\n"
            "      | \t\t^\n");
}

TEST(RenderTest, SaysOnlyTheMessageOfWhatIsNowhere) {
  const Diagnostic nowhere{.message = "Nothing to read."};
  const Diagnostic beyond{.location = {.file = 7, .line = 1, .column = 1}, .message = "Odd."};

  EXPECT_EQ(render_one(nowhere, "text"), "error: Nothing to read.\n");
  EXPECT_EQ(render_one(beyond, "text"), "error: Odd.\n");
}

TEST(RenderTest, PutsTheCaretBehindALineThatIsShorterThanTheColumn) {
  const Diagnostic diagnostic{.location = {.file = 0, .line = 3, .column = 9}, .message = "End."};

  EXPECT_EQ(render_one(diagnostic, "a\nb\n"), "first.cpp:3:9: error: End.\n    3 | \n      | ^\n");
}

}  // namespace
}  // namespace dotcompute::kir
