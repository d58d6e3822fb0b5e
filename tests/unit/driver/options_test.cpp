// SPDX-License-Identifier: Apache-2.0
#include "driver/options.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace dotcompute::driver {
namespace {

std::optional<Options> parse(std::initializer_list<const char*> arguments, std::string& answer) {
  std::vector<const char*> all{"dotcompute-kernelc"};
  all.insert(all.end(), arguments);
  return parse_options(static_cast<int>(all.size()), all.data(), answer);
}
Options parse(std::initializer_list<const char*> arguments) {
  std::string answer;
  return parse(arguments, answer).value();
}

TEST(KernelcOptions, TakeWhatCompilersTake) {
  const Options options = parse(
      {"-I", "a", "-Ib", "-DX", "-D", "Y=2", "--output-directory", "out", "one.cpp", "two.cpp"});

  EXPECT_EQ(options.include_directories, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.definitions, (std::vector<std::string>{"X", "Y=2"}));
  EXPECT_EQ(options.files, (std::vector<std::string>{"one.cpp", "two.cpp"}));
  EXPECT_EQ(options.output_directory, "out");
  EXPECT_EQ(options.emit, Emit::files);
}

TEST(KernelcOptions, ChooseOneTextForStandardOutput) {
  EXPECT_EQ(parse({"--emit", "kir", "one.cpp"}).emit, Emit::kir);
  EXPECT_EQ(parse({"--emit", "opencl", "one.cpp"}).emit, Emit::opencl);
  EXPECT_EQ(parse({"--emit", "handles", "one.cpp"}).emit, Emit::handles);
  EXPECT_THROW(parse({"--emit", "kir", "one.cpp", "two.cpp"}), UsageError);
  EXPECT_THROW(parse({"--emit", "assembly", "one.cpp"}), UsageError);
}

TEST(KernelcOptions, RefuseWhatCannotWork) {
  EXPECT_THROW(parse({}), UsageError);
  EXPECT_THROW(parse({"--unknown", "one.cpp"}), UsageError);
  EXPECT_THROW(parse({"--name", "2x", "one.cpp"}), UsageError);
  EXPECT_THROW(parse({"a/one.cpp", "b/one.cpp"}), UsageError);
}

TEST(KernelcOptions, HelpAndVersionAreAnswers) {
  std::string answer;

  EXPECT_FALSE(parse({"--version"}, answer).has_value());
  EXPECT_TRUE(answer.starts_with("dotcompute-kernelc "));
  EXPECT_FALSE(parse({"--help"}, answer).has_value());
  EXPECT_NE(answer.find("--output-directory"), std::string::npos);
}

}  // namespace
}  // namespace dotcompute::driver
