// SPDX-License-Identifier: Apache-2.0
#include "runtime/configuration.hpp"

#include "configuration_support.hpp"
#include "runtime/configuration_option.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dotcompute::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A value that is not the default, and the default, as the environment and a file write them.
struct Sample {
  std::string_view name;
  std::array<std::string_view, 2> variable;
  std::array<std::string_view, 2> toml;
};

constexpr std::array kSamples{
    Sample{"default_accelerator", {"opencl", "automatic"}, {R"("opencl")", R"("automatic")"}},
    Sample{"enable_telemetry", {"false", "true"}, {"false", "true"}},
    Sample{"enable_debug_validation", {"on", "off"}, {"true", "false"}},
    Sample{"enable_auto_optimization", {"no", "yes"}, {"false", "true"}},
    Sample{"enable_recovery", {"0", "1"}, {"false", "true"}},
    Sample{"strict", {"true", "false"}, {"true", "false"}},
    Sample{"minimum_log_level", {"warning", "information"}, {R"("warning")", R"("information")"}},
    Sample{"cpu_threads", {"7", "0"}, {"7", "0"}},
    Sample{"max_cached_bytes", {"3MiB", "1GiB"}, {"3_145_728", R"("1GiB")"}},
    Sample{"max_device_bytes", {"3GiB", "7"}, {R"("3GiB")", "7"}},
    Sample{"memory_decay_seconds", {"60", "0"}, {"60", "0"}},
    Sample{"disk_cache", {"off", "on"}, {"false", "true"}},
    Sample{"cache_directory", {"/var/cache/a", "b"}, {R"("/var/cache/a")", R"("b")"}},
    Sample{"max_disk_cache_bytes", {"5MiB", "1GiB"}, {R"("5MiB")", R"("1GiB")"}},
    Sample{"calibration", {"0", "1"}, {"false", "true"}},
    Sample{"faults", {"oom:skip=3", "lost"}, {R"("oom:skip=3")", R"("lost")"}},
    Sample{"simulated",
           {"latency=5us", "speed=4;speed=8"},
           {R"("latency=5us")", R"("speed=4;speed=8")"}},
    Sample{"modules", {"a.so:b.so", "c.so"}, {R"(["a.so", "b.so"])", R"(["c.so"])"}},
};

const Sample* sample_of(const Option& option) {
  const auto* found = std::find_if(kSamples.begin(), kSamples.end(), [&](const Sample& sample) {
    return sample.name == option.name;
  });
  return found == kSamples.end() ? nullptr : found;
}

// The options of code in which only `option` is set, to the sample `index`.
RuntimeOptions code_with(const Option& option, std::size_t index) {
  RuntimeOptions code;
  const Given given{EnvironmentText{std::string(sample_of(option)->variable.at(index))}, ""};
  EXPECT_EQ(option.assign(code, given), std::nullopt);
  return code;
}

Variables variables_with(const Option& option, std::size_t index) {
  return {{variable_of(option), std::string(sample_of(option)->variable.at(index))}};
}

std::string file_with(const Option& option, std::size_t index) {
  return "[dotcompute]\n" + std::string(option.name) + " = " +
         std::string(sample_of(option)->toml.at(index)) + "\n";
}

// A test of something that holds for each option.
class EveryOptionTest : public testing::Test {
 protected:
  void expect(const Option& option, const Result<RuntimeOptions>& result, std::size_t index) {
    ASSERT_TRUE(result.ok()) << option.name << ": " << result.error().message();
    EXPECT_TRUE(option.is_set(*result)) << option.name;
    EXPECT_EQ(option.print(*result), option.print(code_with(option, index))) << option.name;
  }

  TemporaryFolder folder_;
};

// R12.1
TEST_F(EveryOptionTest, HasASampleHereThatIsNotTheDefault) {
  const RuntimeOptions defaults;

  for (const auto& option : all_options()) {
    ASSERT_NE(sample_of(option), nullptr) << option.name;
    EXPECT_NE(option.print(code_with(option, 0)), option.print(defaults)) << option.name;
    EXPECT_NE(option.print(code_with(option, 0)), option.print(code_with(option, 1)));
  }
}

// R12.1
TEST_F(EveryOptionTest, IsTheDefaultAndNotSetWithoutASource) {
  const auto result = resolve_options({}, {});

  ASSERT_TRUE(result.ok());
  for (const auto& option : all_options()) {
    EXPECT_FALSE(option.is_set(*result)) << option.name;
    EXPECT_EQ(option.print(*result), option.print(RuntimeOptions())) << option.name;
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromTheEnvironmentInsteadOfTheDefault) {
  for (const auto& option : all_options()) {
    expect(option, resolve_variables(variables_with(option, 0)), 0);
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromTheFileInsteadOfTheDefault) {
  for (const auto& option : all_options()) {
    expect(option, resolve_options({}, {.file = folder_.write(file_with(option, 0))}), 0);
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromCodeInsteadOfTheDefault) {
  for (const auto& option : all_options()) {
    expect(option, resolve_options(code_with(option, 0), {}), 0);
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromCodeRatherThanTheEnvironment) {
  for (const auto& option : all_options()) {
    for (const std::size_t index : {0U, 1U}) {
      const auto environment = environment_of(variables_with(option, 1 - index));
      expect(option, resolve_options(code_with(option, index), {.environment = environment}),
             index);
    }
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromCodeRatherThanTheFile) {
  for (const auto& option : all_options()) {
    for (const std::size_t index : {0U, 1U}) {
      const auto file = folder_.write(file_with(option, 1 - index));
      expect(option, resolve_options(code_with(option, index), {.file = file}), index);
    }
  }
}

// R12.1
TEST_F(EveryOptionTest, ComesFromTheEnvironmentRatherThanTheFile) {
  for (const auto& option : all_options()) {
    for (const std::size_t index : {0U, 1U}) {
      const auto file = folder_.write(file_with(option, 1 - index));
      const auto environment = environment_of(variables_with(option, index));
      expect(option, resolve_options({}, {.file = file, .environment = environment}), index);
    }
  }
}

// R12.1
TEST_F(EveryOptionTest, RefusesAnEmptyVariableAndNamesIt) {
  for (const auto& option : all_options()) {
    const auto result = resolve_variables({{variable_of(option), ""}});

    EXPECT_THAT(problems_of(result),
                ElementsAre(variable_of(option) + ": " + std::string(option.name) + ": expected " +
                            option.expected(SourceKind::environment) + ", got an empty value"));
  }
}

// R12.1
TEST_F(EveryOptionTest, RefusesADateInTheFileAndNamesThePlace) {
  for (const auto& option : all_options()) {
    const auto file =
        folder_.write("[dotcompute]\n" + std::string(option.name) + " = 1979-05-27\n");

    const auto result = resolve_options({}, {.file = file});

    EXPECT_THAT(problems_of(result),
                ElementsAre(file + ":2:" + std::to_string(option.name.size() + 4) + ": " +
                            std::string(option.name) + ": expected " +
                            option.expected(SourceKind::file) + ", got a date"));
  }
}

// R12.1
TEST_F(EveryOptionTest, StandsInTheDocumentation) {
  const auto path =
      std::filesystem::path(__FILE__).parent_path() / "../../../docs/configuration.md";
  std::ifstream file(path);
  ASSERT_TRUE(file.is_open()) << path;
  const std::string text{std::istreambuf_iterator<char>(file), {}};

  for (const auto& option : describe_options()) {
    const std::string row = "| `" + std::string(option.name) + "` | `" + option.variable + "` | " +
                            option.type + " | `" + option.default_value + "` | " +
                            std::string(option.help) + " |\n";
    EXPECT_THAT(text, HasSubstr(row));
  }
}

// R12.1
TEST(DescribeOptions, TellsNameVariableTypeDefaultAndHelp) {
  const auto options = describe_options();

  const auto threads = std::find_if(options.begin(), options.end(), [](const auto& option) {
    return option.name == "cpu_threads";
  });
  ASSERT_NE(threads, options.end());
  EXPECT_EQ(threads->variable, "DOTCOMPUTE_CPU_THREADS");
  EXPECT_EQ(threads->type, "an integer from 0 to 4096");
  EXPECT_EQ(threads->default_value, "0");
  EXPECT_THAT(std::string(threads->help), HasSubstr("Threads of the CPU"));
}

// R12.1
TEST(RuntimeOptionsTest, TakesAListOfModulesInBraces) {
  const RuntimeOptions options{.modules = {"a.so", "b.so"}};

  EXPECT_TRUE(options.modules.is_set());
  EXPECT_THAT(options.modules.value(), ElementsAre("a.so", "b.so"));
}

// R12.1
TEST(RuntimeOptionsTest, TakesALiteralForAText) {
  const RuntimeOptions options{.cache_directory = "/tmp/cache"};

  EXPECT_TRUE(options.cache_directory.is_set());
  EXPECT_EQ(options.cache_directory.value(), "/tmp/cache");
}

// R12.1
TEST(ResolveOptions, RefusesATextOfCodeThatHoldsAZeroByte) {
  const RuntimeOptions code{.cache_directory = std::string("a\0b", 3)};

  EXPECT_THAT(problems_of(resolve_options(code, {})),
              ElementsAre(R"(code: cache_directory: expected a path, got "a\x00b", )"
                          "which holds a zero byte"));
}

// R12.1
TEST(ResolveOptions, TellsAllThatIsWrongWithSimulatedDevicesBesideOtherProblems) {
  EXPECT_THAT(
      problems_of(resolve_variables(
          {{"DOTCOMPUTE_SIMULATED", "speed=0;memory=1B"}, {"DOTCOMPUTE_STRICT", "maybe"}})),
      testing::UnorderedElementsAre(
          HasSubstr("DOTCOMPUTE_STRICT"),
          "DOTCOMPUTE_SIMULATED: simulated: expected a text such as "
          R"("inner=cpu:0,latency=20us,in=12GB/s;speed=4", got "speed=0;memory=1B", where )"
          R"(position 6: speed: expected a number above 0, got "0"; )"
          R"(position 15: memory: expected a size of at least 1MiB such as 4GiB, got "1B")"));
}

// R12.1
TEST(RuntimeOptionsTest, TakesNoTextForABoolean) {
  EXPECT_TRUE((std::is_constructible_v<Setting<bool>, bool>));
  EXPECT_FALSE((std::is_constructible_v<Setting<bool>, const char*>));
}

// R12.1
TEST(ResolveOptions, KeepsFieldsOfSeveralSourcesApart) {
  const TemporaryFolder folder;
  const auto file = folder.write("[dotcompute]\ncpu_threads = 3\nstrict = true\n");
  const RuntimeOptions code{.enable_recovery = false};

  const auto result = resolve_options(
      code, {.file = file, .environment = environment_of({{"DOTCOMPUTE_STRICT", "no"}})});

  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->enable_recovery);
  EXPECT_FALSE(result->strict);
  EXPECT_EQ(result->cpu_threads, 3U);
  EXPECT_FALSE(result->modules.is_set());
}

// R12.1
TEST(ResolveOptions, ReportsTheProblemsOfAllSourcesAtOnce) {
  const TemporaryFolder folder;
  const auto file = folder.write("[dotcompute]\nstrict = 1\nthread = 4\n");
  const RuntimeOptions code{.cpu_threads = 4097};

  const auto result = resolve_options(
      code, {.file = file,
             .environment =
                 environment_of({{"DOTCOMPUTE_STRICT", "maybe"}, {"DOTCOMPUTE_STRIKT", "1"}})});

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(result.error().what, "The configuration has problems.");
  EXPECT_THAT(
      problems_of(result),
      ElementsAre("code: cpu_threads: expected an integer from 0 to 4096, got 4097",
                  R"(DOTCOMPUTE_STRICT: strict: expected true, false, on, off, yes, no, 1 or 0, )"
                  R"(got "maybe")",
                  "DOTCOMPUTE_STRIKT: expected the variable of an option, got an unknown name; "
                  "did you mean DOTCOMPUTE_STRICT?",
                  file + ":2:10: strict: expected true or false, got the integer 1",
                  file + R"(:3:1: expected the name of an option, got "thread"; )"
                         "did you mean cpu_threads?"));
}

// R12.1
TEST(ResolveOptions, ReportsAWrongValueThatAHigherSourceOverrides) {
  const auto result = resolve_options(
      {.cpu_threads = 2}, {.environment = environment_of({{"DOTCOMPUTE_CPU_THREADS", "many"}})});

  EXPECT_THAT(
      problems_of(result),
      ElementsAre("DOTCOMPUTE_CPU_THREADS: cpu_threads: expected an integer from 0 to 4096, "
                  "got \"many\""));
}

// R12.1
TEST(ResolveOptions, ChecksTheValuesOfCode) {
  const RuntimeOptions code{.default_accelerator = static_cast<AcceleratorType>(99),
                            .minimum_log_level = static_cast<LogLevel>(77),
                            .modules = {"a.so", "b.so", "a.so"}};

  const auto lines = problems_of(resolve_options(code, {}));

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], testing::StartsWith("code: default_accelerator: expected one of auto"));
  EXPECT_THAT(lines[0], testing::EndsWith("null, got the number 99"));
  EXPECT_THAT(lines[1], testing::EndsWith("error, off, got the number 77"));
  EXPECT_THAT(lines[2], testing::EndsWith("none twice, got \"a.so\" twice"));
}

// R12.1
TEST(ResolveOptions, ReportsMissingMemoryAsHostMemory) {
  Environment environment;
  environment.value_of = [](std::string_view) -> std::optional<std::string> {
    throw std::bad_alloc();
  };

  const auto result = resolve_options({}, {.environment = environment});

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::host_memory);
}

// R12.1
TEST(ResolveOptions, HandsOnWhatTheEnvironmentThrows) {
  Environment environment;
  environment.names_beginning_with = [](std::string_view) -> std::vector<std::string> {
    throw std::runtime_error("broken");
  };

  const auto result = resolve_options({}, {.environment = environment});

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::internal);
  EXPECT_THROW(std::rethrow_exception(result.error().cause), std::runtime_error);
}

}  // namespace
}  // namespace dotcompute::core
