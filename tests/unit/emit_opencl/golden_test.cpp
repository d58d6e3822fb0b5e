// SPDX-License-Identifier: Apache-2.0
// What the emitter writes, compared with what it wrote when somebody last read it. To take over what
// it writes now: DOTCOMPUTE_UPDATE_GOLDEN=1 unit_emit_opencl --gtest_filter='*Golden*'
#include "emit/opencl/emit.hpp"
#include "kir/parse.hpp"
#include "kir/verify.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace dotcompute::emit {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class GoldenTest : public testing::TestWithParam<std::string> {};

// R2.1
TEST_P(GoldenTest, TheTextIsAsItWasRead) {
  const std::string golden = DC_GOLDEN_DIRECTORY "/" + GetParam() + ".cl.golden";
  const auto parsed = kir::parse(content_of(DC_GOLDEN_DIRECTORY "/" + GetParam() + ".kir"));
  ASSERT_NE(parsed.module, nullptr)
      << parsed.diagnostics.front().location.line << ": " << parsed.diagnostics.front().message;
  ASSERT_TRUE(kir::verify(*parsed.module).empty()) << kir::verify(*parsed.module).front().message;

  const std::string text = emit_opencl(*parsed.module);

  if (std::getenv("DOTCOMPUTE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden) << text;
  }
  EXPECT_EQ(text, content_of(golden));
  EXPECT_EQ(text, emit_opencl(*parsed.module));
}

INSTANTIATE_TEST_SUITE_P(OpenCl, GoldenTest, testing::Values("language", "spaces", "integers"));

}  // namespace
}  // namespace dotcompute::emit
