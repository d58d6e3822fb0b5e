// SPDX-License-Identifier: Apache-2.0
#include "configuration_support.hpp"
#include "runtime/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>

namespace dotcompute::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ConfigurationFileTest : public testing::Test {
 protected:
  Result<RuntimeOptions> resolve(std::string_view content) {
    path_ = folder_.write(content);
    return resolve_options({}, {.file = path_});
  }

  // The one line of problems that `content` gives, without the path of the file.
  std::string problem_of(std::string_view content) {
    const auto lines = problems_of(resolve(content));
    EXPECT_EQ(lines.size(), 1U);
    if (lines.size() != 1 || !lines[0].starts_with(path_ + ":")) {
      return "not one problem of the file: " + testing::PrintToString(lines);
    }
    return lines[0].substr(path_.size() + 1);
  }

  TemporaryFolder folder_;
  std::string path_;
};

constexpr std::string_view kWholeFile = R"(# An application may keep its own settings here.
title = "mine"

[dotcompute]
default_accelerator = "cuda"
enable_telemetry = false
enable_debug_validation = true
enable_auto_optimization = false
enable_recovery = false
strict = true
minimum_log_level = "trace"
cpu_threads = 0x10
max_cached_bytes = "2MiB"
disk_cache = false
cache_directory = "cache"
max_disk_cache_bytes = 1024
calibration = false
faults = "lost"
modules = [
  "a.so",  # first
  'b.so',
]

[dotcomputer]
anything = 1
)";

// R12.1
TEST_F(ConfigurationFileTest, GivesAllOptions) {
  const auto result = resolve(kWholeFile);

  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(result->default_accelerator, AcceleratorType::cuda);
  EXPECT_FALSE(result->enable_telemetry);
  EXPECT_TRUE(result->enable_debug_validation);
  EXPECT_FALSE(result->enable_auto_optimization);
  EXPECT_FALSE(result->enable_recovery);
  EXPECT_TRUE(result->strict);
  EXPECT_EQ(result->minimum_log_level, LogLevel::trace);
  EXPECT_EQ(result->cpu_threads, 16U);
  EXPECT_EQ(result->max_cached_bytes, 2097152U);
  EXPECT_FALSE(result->disk_cache);
  EXPECT_EQ(result->cache_directory.value(), "cache");
  EXPECT_EQ(result->max_disk_cache_bytes, 1024U);
  EXPECT_FALSE(result->calibration);
  EXPECT_EQ(result->faults.value(), "lost");
  EXPECT_THAT(result->modules.value(), ElementsAre("a.so", "b.so"));
}

// R12.1
TEST_F(ConfigurationFileTest, MayAskForThePlaceThatIsTheDefault) {
  const auto result = resolve("dotcompute.cache_directory = \"\"\n");

  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->cache_directory.is_set());
  EXPECT_TRUE(result->cache_directory.value().empty());
}

// R12.1
TEST_F(ConfigurationFileTest, MayBeEmpty) {
  const auto result = resolve("");

  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->cpu_threads.is_set());
}

// R12.1
TEST_F(ConfigurationFileTest, MayAskForNoModules) {
  const auto result = resolve("dotcompute.modules = []\n");

  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->modules.is_set());
  EXPECT_TRUE(result->modules.value().empty());
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItIsMissing) {
  const auto path = folder_.path_of("missing.toml");

  const auto result = resolve_options({}, {.file = path});

  EXPECT_THAT(problems_of(result),
              ElementsAre(path + ": expected a readable file, got \"No such file or directory\"; "
                                 "named by code"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWithTheVariableThatNamesIt) {
  const auto path = folder_.path_of("missing.toml");

  const auto result =
      resolve_options({}, {.environment = environment_of({{"DOTCOMPUTE_CONFIG", path}})});

  const auto lines = problems_of(result);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], StartsWith(path + ": "));
  EXPECT_THAT(lines[0], testing::EndsWith("; named by DOTCOMPUTE_CONFIG"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItIsADirectory) {
  const auto path = folder_.path().string();

  const auto result = resolve_options({}, {.file = path});

  EXPECT_THAT(
      problems_of(result),
      ElementsAre(path + ": expected a readable file, got \"Is a directory\"; named by code"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItCannotBeOpened) {
  const auto path = folder_.path_of("loop.toml");
  std::filesystem::create_symlink(path, path);  // refuses even the superuser

  const auto lines = problems_of(resolve_options({}, {.file = path}));

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], StartsWith(path + ": expected a readable file, got \"Too many"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItsPathIsEmptyOrHoldsAZeroByte) {
  EXPECT_THAT(problems_of(resolve_options({}, {.file = ""})),
              ElementsAre("code: expected the path of a file, got an empty text"));
  EXPECT_THAT(
      problems_of(resolve_options({}, {.file = std::string("a\0b", 3)})),
      ElementsAre(R"(code: expected the path of a file, got "a\x00b", which holds a zero byte)"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItIsTooLong) {
  const std::string comment = "#" + std::string((1U << 20U) - 1, 'x');

  EXPECT_TRUE(resolve(comment).ok());
  const auto longer = resolve(comment + "x");

  EXPECT_THAT(problems_of(longer),
              ElementsAre(path_ + ": expected a file of at most 1048576 bytes, got a longer one"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWithLineAndColumnOfASyntaxError) {
  const auto problem = problem_of("[dotcompute]\nstrict = true\ncpu_threads = = 3\n");

  EXPECT_THAT(problem, StartsWith("3:15: expected TOML, got \"Error while parsing"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenAKeyStandsTwice) {
  const auto problem = problem_of("[dotcompute]\nstrict = true\nstrict = false\n");

  EXPECT_THAT(problem, StartsWith("3:"));
  EXPECT_THAT(problem, HasSubstr("redefine"));
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesAValueInPlaceOfTheTable) {
  EXPECT_EQ(problem_of("dotcompute = 5\n"),
            "1:14: dotcompute: expected a table, got the integer 5");
  EXPECT_EQ(problem_of("[[dotcompute]]\nstrict = true\n").substr(2),
            "1: dotcompute: expected a table, got an array that holds a table");
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesAValueOfAnotherType) {
  EXPECT_EQ(problem_of("[dotcompute]\nstrict = \"true\"\n"),
            "2:10: strict: expected true or false, got the text \"true\"");
  EXPECT_EQ(problem_of("[dotcompute]\ncpu_threads = \"4\"\n"),
            "2:15: cpu_threads: expected an integer from 0 to 4096, got the text \"4\"");
  EXPECT_EQ(problem_of("[dotcompute]\ncpu_threads = 2.5\n"),
            "2:15: cpu_threads: expected an integer from 0 to 4096, got the number 2.500000");
  EXPECT_EQ(problem_of("[dotcompute]\nmodules = \"a.so\"\n"),
            "2:11: modules: expected an array of paths, none empty and none twice, "
            "got the text \"a.so\"");
  EXPECT_EQ(problem_of("[dotcompute]\nmodules = [\"a.so\", 3]\n"),
            "2:11: modules: expected an array of paths, none empty and none twice, "
            "got an array that holds the integer 3");
  EXPECT_EQ(problem_of("[dotcompute.strict]\n").substr(4),
            " strict: expected true or false, got a table");
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesAValueOutOfRange) {
  EXPECT_EQ(problem_of("[dotcompute]\ncpu_threads = -1\n"),
            "2:15: cpu_threads: expected an integer from 0 to 4096, got the integer -1");
  EXPECT_EQ(problem_of("[dotcompute]\ncpu_threads = 4097\n"),
            "2:15: cpu_threads: expected an integer from 0 to 4096, got the integer 4097");
  EXPECT_THAT(problem_of("[dotcompute]\nmax_cached_bytes = -5\n"),
              testing::EndsWith("got the integer -5"));
  EXPECT_TRUE(resolve("[dotcompute]\ncpu_threads = 4096\n").ok());
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesAnEmptyText) {
  EXPECT_THAT(problem_of("[dotcompute]\ndefault_accelerator = \"\"\n"),
              testing::EndsWith("vulkan, interp, null, got an empty text"));
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesModulesThatAreEmptyOrTwiceOrHoldAZeroByte) {
  EXPECT_THAT(problem_of("[dotcompute]\nmodules = [\"a.so\", \"\"]\n"),
              testing::EndsWith("got an empty path"));
  EXPECT_THAT(problem_of("[dotcompute]\nmodules = [\"a\", \"b\", \"a\"]\n"),
              testing::EndsWith("got \"a\" twice"));
  EXPECT_THAT(problem_of("[dotcompute]\nmodules = [\"a\\u0000\"]\n"),
              testing::EndsWith(R"(got "a\x00", which holds a zero byte)"));
}

// R12.1
TEST_F(ConfigurationFileTest, RefusesAnUnknownKeyAndSuggestsTheNearest) {
  EXPECT_EQ(problem_of("[dotcompute]\nEnable-Telemetri = true\n"),
            "2:1: expected the name of an option, got \"Enable-Telemetri\"; "
            "did you mean enable_telemetry?");
  EXPECT_THAT(problem_of("[dotcompute]\nxyz = true\n"),
              HasSubstr("; known are default_accelerator, enable_telemetry, "));
}

// R12.1
TEST_F(ConfigurationFileTest, ReportsItsProblemsInTheOrderOfItsLines) {
  const auto lines = problems_of(resolve("[dotcompute]\nzzz = 1\nstrict = 2\naaa = 3\n"));

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], StartsWith(path_ + ":2:1: "));
  EXPECT_THAT(lines[1], StartsWith(path_ + ":3:10: "));
  EXPECT_THAT(lines[2], StartsWith(path_ + ":4:1: "));
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) {
    result += text;
  }
  return result;
}

constexpr std::string_view kTooDeep =
    ": expected at most 32 nested brackets and 64 dots in a key, got more";

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenItsTablesLieTooDeep) {
  constexpr std::size_t kManyLevels = 200000;  // more than a stack holds

  EXPECT_EQ(problem_of("\n[a" + repeated(".a", kManyLevels) + "]\n"), "2" + std::string(kTooDeep));
  EXPECT_EQ(problem_of("a" + repeated(" . \"a\"", 65) + " = 1\n"), "1" + std::string(kTooDeep));
  EXPECT_EQ(problem_of("a = '''\n\n''''' \nb = " + repeated("[", 33)), "4" + std::string(kTooDeep));
  EXPECT_EQ(problem_of("a = " + repeated("{b = ", 33)), "1" + std::string(kTooDeep));
}

// R12.1
TEST_F(ConfigurationFileTest, MayNestAndWriteDotsAndBracketsUpToTheLimits) {
  const auto many = repeated(".[{", 100);
  const std::string content = "k" + repeated(".k", 64) + " = 1\n" +                      //
                              "n = " + repeated("[", 32) + repeated("]", 32) + "\n" +    //
                              "# " + many + "\n" +                                       //
                              "b = \"" + many + "\\\"" + many + "\"\n" +                 //
                              "l = '" + many + "\\'\n" +                                 //
                              "m = \"\"\"" + many + "\n\"\" " + many + "\"\"\"\"\"\n" +  //
                              "o = '''" + many + "\n'' " + many + "\\'''\n" +            //
                              "f = [" + repeated("1.5, ", 100) + "]\n" +                 //
                              repeated("[[t.t]]\n", 100) + "[dotcompute]\nstrict = true\n";

  const auto result = resolve(content);

  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->strict);
}

// R12.1
TEST_F(ConfigurationFileTest, MayHoldLettersOfAnyLanguageInItsTexts) {
  const auto result = resolve(
      "# caf\u00E9 \u3001\n'\u00FC' = '\u00E4'\n[dotcompute]\n"
      "modules = [\"\"\"k\\\n  \u00FC\u3001.so\"\"\"]\n");

  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_THAT(result->modules.value(), ElementsAre("k\u00FC\u3001.so"));
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenOtherLettersStandOutsideOfTexts) {
  for (const auto* content :
       {"a = \u00FC\n", "a = 07:32:0\u042B\n", "\u00FC = 1\n", "[\u00FC]\n"}) {
    EXPECT_THAT(problem_of(content), StartsWith("1:")) << content;
    EXPECT_THAT(problem_of(content), HasSubstr("expected TOML, got \"Error")) << content;
  }
}

// R12.1
TEST_F(ConfigurationFileTest, IsReportedWhenAKeyIsMissing) {
  for (const auto* content : {"[=]\n", "[[=]]\n", "= 1\n", "a = {=1}\n", "a. = 1\n"}) {
    EXPECT_THAT(problem_of(content), HasSubstr(": expected TOML, got \"Error")) << content;
  }
}

// Whatever the file holds: options, or an error that says where.
void expect_an_answer(const Result<RuntimeOptions>& result, std::string_view path) {
  if (result.ok()) {
    return;
  }
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  const auto lines = problems_of(result);
  EXPECT_FALSE(lines.empty());
  for (const auto& line : lines) {
    EXPECT_THAT(line, StartsWith(std::string(path) + ":"));
    EXPECT_THAT(line, HasSubstr(": expected "));
  }
}

// R12.1
TEST_F(ConfigurationFileTest, OfRandomBytesGivesOptionsOrAnError) {
  std::mt19937 random(20240229);  // NOLINT: the same bytes in each run

  for (int round = 0; round < 300; ++round) {
    std::string content(random() % 200, '\0');
    std::generate(content.begin(), content.end(), [&] { return static_cast<char>(random()); });
    const auto result = resolve(content);
    expect_an_answer(result, path_);
  }
}

// R12.1
TEST_F(ConfigurationFileTest, WithRandomDamageGivesOptionsOrAnError) {
  constexpr std::string_view kTelling = "[]{}=.,\"'\\#\n\t \r\0-_0e:u";
  std::mt19937 random(19700101);  // NOLINT: the same bytes in each run
  int damaged = 0;

  for (int round = 0; round < 500; ++round) {
    std::string content(kWholeFile);
    for (auto changes = random() % 8; changes > 0; --changes) {
      const auto place = random() % content.size();
      const char letter = kTelling[random() % kTelling.size()];
      switch (random() % 3) {
        case 0:
          content[place] = letter;
          break;
        case 1:
          content.insert(place, 1 + random() % 5, letter);
          break;
        default:
          content.erase(place, 1 + random() % 5);
      }
    }
    const auto result = resolve(content);
    expect_an_answer(result, path_);
    damaged += result.ok() ? 0 : 1;
  }
  EXPECT_GT(damaged, 100);
}

}  // namespace
}  // namespace dotcompute::core
