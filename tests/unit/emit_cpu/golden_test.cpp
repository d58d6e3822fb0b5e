// SPDX-License-Identifier: Apache-2.0
// What the emitter writes, compared with what it wrote when somebody last read it. To take over what
// it writes now: DOTCOMPUTE_UPDATE_GOLDEN=1 unit_emit_cpu --gtest_filter='Golden*'
#include "emit/cpu/emit.hpp"
#include "kir/parse.hpp"

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

class GoldenTest : public testing::TestWithParam<const char*> {};

// R2.1
TEST_P(GoldenTest, TheTextIsAsItWasRead) {
  const std::string path = std::string(DC_GOLDEN_DIRECTORY "/") + GetParam();
  const auto parsed = kir::parse(content_of(path + ".kir"));
  ASSERT_NE(parsed.module, nullptr) << parsed.diagnostics.front().message;

  const std::string text = emit_cpu(*parsed.module, {.table = GetParam()});

  if (std::getenv("DOTCOMPUTE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path + ".cpu.golden") << text;
  }
  EXPECT_EQ(text, content_of(path + ".cpu.golden"));
  EXPECT_EQ(text, emit_cpu(*parsed.module, {.table = GetParam()}));
}

INSTANTIATE_TEST_SUITE_P(Cpu, GoldenTest, testing::Values("language"));

}  // namespace
}  // namespace dotcompute::emit
