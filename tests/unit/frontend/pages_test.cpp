// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"
#include "kir/diagnostic_code.hpp"
#include "kir/render.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace dotcompute::frontend {
namespace {

class DiagnosticPageTest : public testing::TestWithParam<kir::DiagnosticTitle> {
 protected:
  [[nodiscard]] static std::string code() { return kir::to_string(GetParam().code); }
  [[nodiscard]] static std::string page() {
    return kir::read_file(DOTCOMPUTE_ROOT "/docs/diagnostics/" + code() + ".md").value_or("");
  }

  /// The code below a heading.
  [[nodiscard]] static std::string example(const std::string& heading) {
    const std::string text = page();
    const std::string fence = "```cpp\n";
    const std::size_t begin = text.find(fence, text.find("\n## " + heading + "\n"));
    const std::size_t end = text.find("```\n", begin + fence.size());
    return end == std::string::npos ? std::string()
                                    : text.substr(begin + fence.size(), end - begin - fence.size());
  }

  [[nodiscard]] static Outcome parse_example(const std::string& heading) {
    return parse({.file = code() + "_" + heading + ".cpp",
                  .include_directories = {DOTCOMPUTE_ROOT "/include"},
                  .text = example(heading)});
  }
};

// R2.3
TEST_P(DiagnosticPageTest, HasTheTitleOfItsCode) {
  const std::string title = "# " + code() + ": " + std::string(GetParam().title) + "\n";

  EXPECT_TRUE(page().starts_with(title)) << page();
}

// R2.3
TEST_P(DiagnosticPageTest, ShowsABadExampleThatGetsTheCodeAndNoOther) {
  const Outcome outcome = parse_example("Bad");

  EXPECT_TRUE(std::any_of(outcome.diagnostics.begin(), outcome.diagnostics.end(),
                          [&](const auto& one) { return one.code == code(); }))
      << outcome.rendered;
  for (const kir::Diagnostic& one : outcome.diagnostics) {
    EXPECT_TRUE(one.code == code() || one.severity == kir::Severity::note) << outcome.rendered;
    EXPECT_GT(one.location.line, 0U);
  }
}

// R2.3
TEST_P(DiagnosticPageTest, ShowsAGoodExampleWithoutAnyDiagnostic) {
  const Outcome outcome = parse_example("Good");

  EXPECT_TRUE(outcome.diagnostics.empty()) << outcome.rendered;
  EXPECT_FALSE(outcome.module.functions.empty());
}

INSTANTIATE_TEST_SUITE_P(All,
                         DiagnosticPageTest,
                         testing::ValuesIn(kir::kDiagnosticTitles),
                         [](const auto& tested) { return kir::to_string(tested.param.code); });

TEST(DiagnosticPagesTest, AreThereForTheCodesThatExistAndForNoOthers) {
  std::size_t pages = 0;
  const std::string index =
      kir::read_file(DOTCOMPUTE_ROOT "/docs/diagnostics/README.md").value_or("");
  for (const auto& file :
       std::filesystem::directory_iterator(DOTCOMPUTE_ROOT "/docs/diagnostics")) {
    pages += file.path().filename().string().starts_with("DC") ? 1 : 0;
  }

  EXPECT_EQ(pages, kir::kDiagnosticTitles.size());
  for (const kir::DiagnosticTitle& one : kir::kDiagnosticTitles) {
    const std::string code = kir::to_string(one.code);
    EXPECT_NE(index.find("| [" + code + "](" + code + ".md) | " + std::string(one.title) + " |"),
              std::string::npos)
        << code;
  }
}

}  // namespace
}  // namespace dotcompute::frontend
