// SPDX-License-Identifier: Apache-2.0
#include "configuration_support.hpp"
#include "runtime/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// R12.1
TEST(ConfigurationEnvironment, TakesEachSpellingOfABooleanInAnyCase) {
  for (const auto* word : {"true", "on", "yes", "1", "TRUE", "On", "yEs"}) {
    const auto result = resolve_variables({{"DOTCOMPUTE_STRICT", word}});
    ASSERT_TRUE(result.ok()) << word;
    EXPECT_TRUE(result->strict) << word;
  }
  for (const auto* word : {"false", "off", "no", "0", "FALSE", "Off", "nO"}) {
    const auto result = resolve_variables({{"DOTCOMPUTE_ENABLE_RECOVERY", word}});
    ASSERT_TRUE(result.ok()) << word;
    EXPECT_FALSE(result->enable_recovery) << word;
  }
}

// R12.1
TEST(ConfigurationEnvironment, RefusesOtherWordsForABoolean) {
  for (const auto* word : {"2", "tru", " true", "true ", "01"}) {
    EXPECT_EQ(problems_of(resolve_variables({{"DOTCOMPUTE_STRICT", word}})).size(), 1U) << word;
  }
}

// R12.1
TEST(ConfigurationEnvironment, TakesBytesPlainOrWithASuffix) {
  const std::vector<std::pair<std::string, std::uint64_t>> cases{
      {"0", 0U},
      {"1000", 1000U},
      {"3KiB", 3072U},
      {"5MiB", 5242880U},
      {"2GiB", 2147483648U},
      {"18446744073709551615", 18446744073709551615U},
      {"17179869183GiB", 18446744072635809792U}};

  for (const auto& [text, bytes] : cases) {
    const auto result = resolve_variables({{"DOTCOMPUTE_MAX_CACHED_BYTES", text}});
    ASSERT_TRUE(result.ok()) << text;
    EXPECT_EQ(result->max_cached_bytes, bytes) << text;
  }
}

// R12.1
TEST(ConfigurationEnvironment, RefusesBytesOutOfRangeOrWithAnotherSuffix) {
  for (const auto* text :
       {"-1", "1.5GiB", "17179869184GiB", "18446744073709551616", "1GB", "1gib", "GiB", "1 KiB"}) {
    const auto lines = problems_of(resolve_variables({{"DOTCOMPUTE_MAX_CACHED_BYTES", text}}));
    ASSERT_EQ(lines.size(), 1U) << text;
    EXPECT_EQ(lines[0],
              std::string("DOTCOMPUTE_MAX_CACHED_BYTES: max_cached_bytes: expected a number of "
                          "bytes, plain or with KiB, MiB or GiB, below 2^64, got \"") +
                  text + "\"");
  }
}

// R12.1
TEST(ConfigurationEnvironment, RefusesThreadsOutOfRange) {
  EXPECT_TRUE(resolve_variables({{"DOTCOMPUTE_CPU_THREADS", "4096"}}).ok());
  for (const auto* text : {"4097", "-1", "4294967296", "99999999999999999999", "4x", "1e3", "+1"}) {
    EXPECT_THAT(problems_of(resolve_variables({{"DOTCOMPUTE_CPU_THREADS", text}})),
                ElementsAre(std::string("DOTCOMPUTE_CPU_THREADS: cpu_threads: expected an integer "
                                        "from 0 to 4096, got \"") +
                            text + "\""));
  }
}

// R12.1
TEST(ConfigurationEnvironment, RefusesAnUnknownWordAndListsTheKnownOnes) {
  EXPECT_THAT(
      problems_of(resolve_variables({{"DOTCOMPUTE_MINIMUM_LOG_LEVEL", "loud"}})),
      ElementsAre("DOTCOMPUTE_MINIMUM_LOG_LEVEL: minimum_log_level: expected one of trace, debug, "
                  "information, warning, error, off, got \"loud\""));
}

// R12.1
TEST(ConfigurationEnvironment, TakesOneModuleWithoutAColon) {
  const auto result = resolve_variables({{"DOTCOMPUTE_MODULES", "/lib/k.so"}});

  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->modules.value(), ElementsAre("/lib/k.so"));
}

// R12.1
TEST(ConfigurationEnvironment, RefusesAnEmptyPathAmongModules) {
  for (const auto* text : {":", "a.so:", ":a.so", "a.so::b.so"}) {
    EXPECT_THAT(problems_of(resolve_variables({{"DOTCOMPUTE_MODULES", text}})),
                ElementsAre("DOTCOMPUTE_MODULES: modules: expected paths with a colon between two, "
                            "none empty and none twice, got an empty path"))
        << text;
  }
}

// R12.1
TEST(ConfigurationEnvironment, RefusesAModuleTwice) {
  EXPECT_THAT(problems_of(resolve_variables({{"DOTCOMPUTE_MODULES", "a.so:b.so:a.so"}})),
              ElementsAre("DOTCOMPUTE_MODULES: modules: expected paths with a colon between two, "
                          "none empty and none twice, got \"a.so\" twice"));
}

// R12.1
TEST(ConfigurationEnvironment, ListsAllVariablesForAnUnknownOneThatResemblesNone) {
  const auto lines = problems_of(resolve_variables({{"DOTCOMPUTE_XYZ", "1"}}));

  ASSERT_EQ(lines.size(), 1U);
  for (const auto& option : describe_options()) {
    EXPECT_THAT(lines[0], HasSubstr(option.variable));
  }
  EXPECT_THAT(lines[0], HasSubstr("DOTCOMPUTE_CONFIG"));
}

// R12.1
TEST(ConfigurationEnvironment, HandsOnThePlannedFailuresUnread) {
  const auto result = resolve_variables({{"DOTCOMPUTE_FAULTS", "oom:skip=3;seed=7"}});

  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->faults.value(), "oom:skip=3;seed=7");
}

// R12.1
TEST(ConfigurationEnvironment, LeavesTheInstructionSetToGeneratedKernels) {
  EXPECT_TRUE(resolve_variables({{"DOTCOMPUTE_INSTRUCTION_SET", "v3"}}).ok());
}

// R12.1
TEST(ConfigurationEnvironment, DoesNotMindVariablesOfOthers) {
  EXPECT_TRUE(resolve_variables({{"PATH", "/bin"}, {"DOTCOMPUTER", "1"}}).ok());
}

// R12.1
TEST(ConfigurationEnvironment, ShowsAWildValueOnOneShortLine) {
  const auto lines =
      problems_of(resolve_variables({{"DOTCOMPUTE_STRICT", "a\nb\x1B" + std::string(10000, 'x')}}));

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("\"a\\x0Ab\\x1Bxxx"));
  EXPECT_THAT(lines[0], testing::EndsWith("xxx...\""));
  EXPECT_LT(lines[0].size(), 300U);
}

// R12.1
TEST(ConfigurationEnvironment, NamesTheFileUnlessCodeDoes) {
  const TemporaryFolder folder;
  const auto named = folder.write("[dotcompute]\ncpu_threads = 1\n", "variable.toml");
  const auto given = folder.write("[dotcompute]\ncpu_threads = 2\n", "code.toml");
  const auto environment = environment_of({{"DOTCOMPUTE_CONFIG", named}});

  const auto by_variable = resolve_options({}, {.environment = environment});
  const auto by_code = resolve_options({}, {.file = given, .environment = environment});

  ASSERT_TRUE(by_variable.ok());
  EXPECT_EQ(by_variable->cpu_threads, 1U);
  ASSERT_TRUE(by_code.ok());
  EXPECT_EQ(by_code->cpu_threads, 2U);
}

// R12.1
TEST(ConfigurationEnvironment, RefusesAnEmptyNameOfTheFile) {
  EXPECT_THAT(problems_of(resolve_variables({{"DOTCOMPUTE_CONFIG", ""}})),
              ElementsAre("DOTCOMPUTE_CONFIG: expected the path of a file, got an empty text"));
}

// R12.1
TEST(ProcessEnvironment, SeesTheVariablesOfThisProcess) {
  ASSERT_EQ(::setenv("DOTCOMPUTE_TEST_OF_ENVIRONMENT", "a=b", 1), 0);
  const auto environment = process_environment();

  EXPECT_EQ(environment.value_of("DOTCOMPUTE_TEST_OF_ENVIRONMENT"), "a=b");
  EXPECT_THAT(environment.names_beginning_with("DOTCOMPUTE_TEST_"),
              ElementsAre("DOTCOMPUTE_TEST_OF_ENVIRONMENT"));

  ASSERT_EQ(::unsetenv("DOTCOMPUTE_TEST_OF_ENVIRONMENT"), 0);
  EXPECT_EQ(environment.value_of("DOTCOMPUTE_TEST_OF_ENVIRONMENT"), std::nullopt);
  EXPECT_THAT(environment.names_beginning_with("DOTCOMPUTE_TEST_"), IsEmpty());
}

}  // namespace
}  // namespace dotcompute::core
