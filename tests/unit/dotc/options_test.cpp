// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace dotcompute::dotc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::optional<Options> parse(std::vector<const char*> words, std::string& answer) {
  std::vector<const char*> arguments{"dotc"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return parse_options(static_cast<int>(arguments.size()), arguments.data(), answer);
}
Options parse(std::vector<const char*> words) {
  std::string answer;
  return parse(words, answer).value();
}
std::string refusal(std::vector<const char*> words) {
  return refusal_of([&] { (void)parse(words); });
}

TEST(ParseOptions, ReadsAWholeRun) {
  const Options options =
      parse({"run",     "saxpy", "--in",     "x=x.npy", "--inout",   "y=y.npy", "--set",
             "a=2.5",   "--out", "r=r.npy",  "--out",   "s=s=1.npy", "--shape", "r=10,2",
             "--range", "20,3",  "--device", "cpu:0",   "--module",  "a.so",    "--json"});

  EXPECT_EQ(options.command, Command::run);
  EXPECT_EQ(options.kernel, "saxpy");
  EXPECT_THAT(options.inputs, ElementsAre(Pair("x", "x.npy")));
  EXPECT_THAT(options.in_outs, ElementsAre(Pair("y", "y.npy")));
  EXPECT_THAT(options.scalars, ElementsAre(Pair("a", "2.5")));
  EXPECT_THAT(options.outputs, ElementsAre(Pair("r", "r.npy"), Pair("s", "s=1.npy")));
  ASSERT_EQ(options.shapes.size(), 1U);
  EXPECT_EQ(options.shapes[0].extents, (Extents{10, 2, 1}));
  EXPECT_EQ(options.shapes[0].rank, 2);
  EXPECT_EQ(options.range, (LaunchRange{{20, 3, 1}}));
  EXPECT_EQ(options.device, "cpu:0");
  EXPECT_THAT(options.modules, ElementsAre("a.so"));
  EXPECT_TRUE(options.json);
}

TEST(ParseOptions, TakesNegativeValuesAndRepeatedOptionsOneValueAtATime) {
  const Options options = parse({"run", "--set", "a=-1", "--set", "b=2", "k"});

  EXPECT_THAT(options.scalars, ElementsAre(Pair("a", "-1"), Pair("b", "2")));
  EXPECT_EQ(options.kernel, "k");
}

TEST(ParseOptions, TakesGeneralOptionsBeforeAndAfterTheCommand) {
  EXPECT_EQ(parse({"--log-level", "debug", "devices"}).log_level, LogLevel::debug);
  EXPECT_EQ(parse({"devices", "--log-level", "off"}).log_level, LogLevel::off);
  EXPECT_EQ(parse({"kernels", "--config", "c.toml"}).configuration_file, "c.toml");
}

TEST(ParseOptions, KnowsTheOtherCommands) {
  EXPECT_EQ(parse({"explain", "k"}).command, Command::explain);
  EXPECT_EQ(parse({"devices"}).command, Command::devices);
  EXPECT_EQ(parse({"kernels", "k"}).kernel, "k");
  EXPECT_EQ(parse({"demo"}).picture, "dotcompute_demo.png");
  EXPECT_EQ(parse({"doctor"}).command, Command::doctor);
  EXPECT_EQ(parse({"cache", "prune"}).command, Command::cache);
  EXPECT_EQ(parse({"cache", "prune"}).action, "prune");
  EXPECT_EQ(parse({"demo", "a.png", "--input", "b.png"}).photograph, "b.png");
}

TEST(ParseOptions, AnswersHelpAndVersionInsteadOfACommand) {
  std::string answer;

  EXPECT_FALSE(parse({"--help"}, answer).has_value());
  EXPECT_THAT(answer, HasSubstr("run"));
  EXPECT_FALSE(parse({"run", "--help"}, answer).has_value());
  EXPECT_THAT(answer, HasSubstr("--inout"));
  EXPECT_FALSE(parse({"--version"}, answer).has_value());
  EXPECT_THAT(answer, HasSubstr("dotc 0."));
}

TEST(ParseOptions, NamesAWordThatIsNoCommand) {
  EXPECT_EQ(refusal({"walk"}),
            "expected run, explain, devices, kernels, demo, cache or doctor, got 'walk'");
}

TEST(ParseOptions, RefusesWrongUsageInOneLine) {
  const std::vector<std::vector<const char*>> wrong{
      {},
      {"walk"},
      {"run"},
      {"devices", "--what"},
      {"cache"},
      {"cache", "away"},
      {"run", "k", "--in"},
      {"run", "k", "--in", "a"},
      {"run", "k", "--set", "=1"},
      {"run", "k", "--out", "a="},
      {"run", "k", "--range", "0x"},
      {"run", "k", "--range", "1,2,3,4"},
      {"run", "k", "--range", "1,,2"},
      {"run", "k", "--range", "-1"},
      {"run", "k", "--shape", "r=1,"},
      {"run", "k", "--shape", "r=99999999999999999999"},
      {"devices", "--log-level", "loud"}};
  for (const auto& words : wrong) {
    const std::string message = refusal(words);

    EXPECT_NE(message, "");
    EXPECT_THAT(message, Not(HasSubstr("\n")));
  }
}

TEST(ParseOptions, ReadsWhichTextOfAKernelIsWanted) {
  const Options options = parse({"kernels", "saxpy", "--source", "opencl"});

  EXPECT_EQ(options.kernel, "saxpy");
  EXPECT_EQ(options.source, "opencl");
}

TEST(ParseOptions, RefusesATextOfNoKernelOrNoLanguage) {
  EXPECT_THAT(refusal({"kernels", "--source", "kir"}), HasSubstr("--source"));
  EXPECT_THAT(refusal({"kernels", "saxpy", "--source", "pascal"}), HasSubstr("pascal"));
}

}  // namespace
}  // namespace dotcompute::dotc
