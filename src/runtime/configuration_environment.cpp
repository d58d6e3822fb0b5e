// SPDX-License-Identifier: Apache-2.0
#include "configuration_option.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

// Read elsewhere: the path of the file by resolve_options(), the instruction set by generated
// kernels. CONFIG is a name to suggest, the other is for tests only.
constexpr std::array kReadElsewhere{kConfigVariable,
                                    std::string_view("DOTCOMPUTE_INSTRUCTION_SET")};

void report_unknown(const Environment& environment,
                    std::vector<std::string> known,
                    ConfigurationProblems& problems) {
  known.emplace_back(kConfigVariable);
  auto names = environment.names_beginning_with(kVariablePrefix);
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end() ||
        std::find(kReadElsewhere.begin(), kReadElsewhere.end(), name) != kReadElsewhere.end()) {
      continue;
    }
    problems.add({.where = printable(name, name.size()),
                  .expected = "the variable of an option",
                  .got = "an unknown name",
                  .advice = advice_for(name, known)});
  }
}

}  // namespace

Environment process_environment() {
  Environment result;
  result.value_of = [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());  // NOLINT: see Threads
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  result.names_beginning_with = [](std::string_view prefix) {
    std::vector<std::string> names;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (text.starts_with(prefix)) {
        names.emplace_back(text.substr(0, text.find('=')));
      }
    }
    return names;
  };
  return result;
}

void read_environment(const Environment& environment,
                      RuntimeOptions& options,
                      ConfigurationProblems& problems) {
  std::vector<std::string> known;
  for (const auto& option : all_options()) {
    known.push_back(variable_of(option));
    auto text = environment.value_of ? environment.value_of(known.back()) : std::nullopt;
    if (!text) {
      continue;
    }
    auto shown = text->empty() ? std::string("an empty value") : quoted_value(*text);
    const Given given{EnvironmentText{*std::move(text)}, std::move(shown)};
    if (auto wrong = option.assign(options, given)) {
      problems.add({.where = known.back(),
                    .name = option.name,
                    .expected = option.expected(SourceKind::environment),
                    .got = *std::move(wrong)});
    }
  }
  if (environment.names_beginning_with) {
    report_unknown(environment, std::move(known), problems);
  }
}

}  // namespace dotcompute::core
