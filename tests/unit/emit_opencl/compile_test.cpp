// SPDX-License-Identifier: Apache-2.0
// The emitted text, compiled by clang as OpenCL C 1.2 with warnings as errors. To do the same by
// hand: clang-19 -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Wall -Werror -fsyntax-only.
#include "emit/opencl/emit.hpp"
#include "kir/parse.hpp"
#include "support/random_kernel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dotcompute::emit {
namespace {

class CompiledTextTest : public testing::Test {
 protected:
  void SetUp() override {
    if (output_of("clang-19 --version").empty()) {
      GTEST_SKIP() << "there is no clang-19: apt-get install clang-19";
    }
  }
  void TearDown() override { std::filesystem::remove(path_); }

  static std::string output_of(const std::string& command) {
    std::string output;
    if (FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r"); pipe != nullptr) {
      char buffer[1024];
      while (std::fgets(buffer, sizeof(buffer), pipe) != nullptr) {
        output += buffer;
      }
      if (::pclose(pipe) == 127 << 8) {
        return {};  // the shell found no such program
      }
    }
    return output;
  }

  /// What the compiler says; nothing if it likes the text.
  std::string complaints(const std::string& text, const std::string& options = {}) {
    std::ofstream(path_) << text;
    return output_of(
        "clang-19 -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Wall -Werror "
        "-fsyntax-only " +
        options + " " + path_);
  }

 private:
  std::string path_ = testing::TempDir() + "dotcompute_text_" + std::to_string(::getpid()) + ".cl";
};

// R2.1
TEST_F(CompiledTextTest, HasNoWarnings) {
  for (const char* name : {"language", "integers", "spaces"}) {
    std::ifstream in(std::string(DC_GOLDEN_DIRECTORY "/") + name + ".kir");
    const auto parsed = kir::parse(std::string{std::istreambuf_iterator<char>(in), {}});
    ASSERT_NE(parsed.module, nullptr) << name;

    EXPECT_EQ(complaints(emit_opencl(*parsed.module)), "") << name;
  }
}

// R2.1
TEST_F(CompiledTextTest, OfRandomKernelsIsOpenClToo) {
  // Nobody compares constants as they are drawn, or assigns a variable to itself.
  const std::string lenient =
      "-Wno-constant-logical-operand -Wno-self-assign -Wno-tautological-compare "
      "-Wno-tautological-constant-compare -Wno-tautological-constant-out-of-range-compare "
      "-Wno-tautological-overlap-compare -Wno-constant-conversion "
      "-Wno-implicit-const-int-float-conversion "
      "-Wno-unused-value -Wno-integer-overflow -Wno-shift-negative-value";
  for (std::uint64_t seed = DC_FIRST_SEED; seed < DC_FIRST_SEED + DC_SEEDS; ++seed) {
    const auto module = random_kernel(seed, {.has_halves = seed % 2 == 0});

    EXPECT_EQ(complaints(emit_opencl(*module), lenient), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace dotcompute::emit
