// SPDX-License-Identifier: Apache-2.0
// What the emitter writes, compared with what it wrote when somebody last read it. To take over what
// it writes now: DOTCOMPUTE_UPDATE_GOLDEN=1 unit_emit_registration --gtest_filter='Golden*'
#include "emit/registration/emit.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace dotcompute::emit {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class GoldenTest : public testing::Test {
 protected:
  static constexpr const char* kBase = DC_GOLDEN_DIRECTORY "/physics";

  static void expect_as_read(const std::string& text, const std::string& ending) {
    const std::string path = kBase + ending;
    if (std::getenv("DOTCOMPUTE_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(path) << text;
    }
    EXPECT_EQ(text, content_of(path));
  }

  void SetUp() override {
    auto parsed = kir::parse(content_of(std::string(kBase) + ".kir"));
    ASSERT_NE(parsed.module, nullptr) << parsed.diagnostics.front().message;
    module_ = std::move(parsed.module);
  }

  std::unique_ptr<kir::Module> module_;
  RegistrationOptions options_{.table = "test_physics",
                               .source = "physics.cpp",
                               .handles = "physics.kernels.hpp",
                               .include_directories = {"/project", "/project/include"},
                               .bodies = {{.symbol = "saxpy",
                                           .backend = "opencl",
                                           .text = "kernel void saxpy_() {}\n",
                                           .entry = "saxpy_"}}};
};

// R2.1
TEST_F(GoldenTest, TheRegistrationIsAsItWasRead) {
  expect_as_read(emit_registration(*module_, options_), ".kernels.cpp.golden");
}

// R1.4
TEST_F(GoldenTest, TheHandlesAreAsTheyWereRead) {
  expect_as_read(emit_handles(*module_, options_), ".kernels.hpp.golden");
}

TEST_F(GoldenTest, TheJointRegistrationIsAsItWasRead) {
  expect_as_read(emit_joint_registration("physics::register_kernels", {"a_fluids", "a_bodies"}),
                 ".registration.cpp.golden");
}

TEST_F(GoldenTest, TheTextOfAKernelHasNothingElse) {
  const std::string text = kernel_text(*module_, *module_->functions.back(), "physics.cpp");

  const auto parsed = kir::parse(text);
  ASSERT_NE(parsed.module, nullptr);
  EXPECT_EQ(kir::print(*parsed.module), text);
  EXPECT_EQ(text.find("/project"), std::string::npos);
  EXPECT_EQ(parsed.module->functions.back()->name, module_->functions.back()->name);
  EXPECT_LT(parsed.module->functions.size(), module_->functions.size());
}

}  // namespace
}  // namespace dotcompute::emit
