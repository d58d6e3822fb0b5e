// SPDX-License-Identifier: Apache-2.0
#include "configuration.hpp"

#include "configuration_kinds.hpp"
#include "configuration_option.hpp"
#include "discovery/suggestions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

std::string join(std::span<const std::string> words, std::string_view separator) {
  std::string result;
  for (const auto& word : words) {
    result.append(result.empty() ? "" : separator).append(word);
  }
  return result;
}

template <auto Member, class Kind>
constexpr Option describe(std::string_view name, std::string_view help) noexcept {
  return {
      .name = name,
      .help = help,
      .expected = &Kind::expected,
      .assign = [](RuntimeOptions& options, const Given& given) -> std::optional<std::string> {
        auto value = Kind::read(given);
        if (!value) {
          return given.shown;
        }
        auto fault = Kind::fault(*value);
        if (!fault) {
          options.*Member = *std::move(value);
        }
        return fault;
      },
      .fault = [](const RuntimeOptions& options) { return Kind::fault((options.*Member).value()); },
      .is_set = [](const RuntimeOptions& options) { return (options.*Member).is_set(); },
      .copy = [](RuntimeOptions& to, const RuntimeOptions& from) { to.*Member = from.*Member; },
      .print =
          [](const RuntimeOptions& options) { return Kind::print((options.*Member).value()); }};
}

std::string_view level_name(LogLevel level) noexcept {
  constexpr std::array<std::string_view, 6> kNames{"trace",   "debug", "information",
                                                   "warning", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

using Accelerator = kinds::Choice<AcceleratorType, AcceleratorType::null, &to_string>;
using Level = kinds::Choice<LogLevel, LogLevel::off, &level_name>;

constexpr std::array kOptions{
    describe<&RuntimeOptions::default_accelerator, Accelerator>(
        "default_accelerator",
        "Where kernels run when the call does not say; a preference, not a force."),
    describe<&RuntimeOptions::enable_telemetry, kinds::Switch>(
        "enable_telemetry", "Counts, times and traces executions."),
    describe<&RuntimeOptions::enable_debug_validation, kinds::Switch>(
        "enable_debug_validation", "Checks results against a second run of the kernel on the CPU."),
    describe<&RuntimeOptions::enable_auto_optimization, kinds::Switch>(
        "enable_auto_optimization",
        "Chooses the device for each workload; false: the default accelerator if set, else the "
        "CPU."),
    describe<&RuntimeOptions::enable_recovery, kinds::Switch>(
        "enable_recovery", "Tries again or elsewhere after a failure; false: reports the first."),
    describe<&RuntimeOptions::strict, kinds::Switch>(
        "strict", "Makes a preference that cannot be met an error, not a warning."),
    describe<&RuntimeOptions::minimum_log_level, Level>(
        "minimum_log_level", "The lowest level of log lines that are written."),
    describe<&RuntimeOptions::cpu_threads, kinds::Count<4096>>(
        "cpu_threads", "Threads of the CPU back end; 0: as many as the process may use."),
    describe<&RuntimeOptions::max_cached_bytes, kinds::Bytes>(
        "max_cached_bytes", "Freed memory kept for reuse, per device."),
    describe<&RuntimeOptions::max_device_bytes, kinds::Bytes>(
        "max_device_bytes", "Memory taken from each device, in use and kept; 0: no limit."),
    describe<&RuntimeOptions::memory_decay_seconds, kinds::Count<86'400>>(
        "memory_decay_seconds",
        "Kept memory that was not needed for so long goes back to device and host; 0: never."),
    describe<&RuntimeOptions::disk_cache, kinds::Switch>(
        "disk_cache", "Keeps compiled programs and measured rates on the disk."),
    describe<&RuntimeOptions::cache_directory, kinds::Path>(
        "cache_directory",
        "Where they are kept; empty: `$XDG_CACHE_HOME/dotcompute`, else `~/.cache/dotcompute`."),
    describe<&RuntimeOptions::max_disk_cache_bytes, kinds::Bytes>(
        "max_disk_cache_bytes",
        "Compiled programs kept on the disk; the least recently used go first."),
    describe<&RuntimeOptions::calibration, kinds::Switch>(
        "calibration", "Measures the devices at first use, to choose among them."),
    describe<&RuntimeOptions::faults, kinds::Text>(
        "faults", "Failures that drivers shall report, for tests; empty: none."),
    describe<&RuntimeOptions::simulated, kinds::SimulatedDevices>(
        "simulated", "Devices to be simulated beside those that are here; empty: none."),
    describe<&RuntimeOptions::modules, kinds::Paths>(
        "modules", "Shared libraries with kernels, loaded when the runtime is made."),
};

std::string_view without_prefix(std::string_view name) noexcept {
  return name.starts_with(kVariablePrefix) ? name.substr(kVariablePrefix.size()) : name;
}

void check_code(const RuntimeOptions& code, ConfigurationProblems& problems) {
  for (const auto& option : all_options()) {
    if (auto wrong = option.fault(code)) {
      problems.add({.where = "code",
                    .name = option.name,
                    .expected = option.expected(SourceKind::file),
                    .got = *std::move(wrong)});
    }
  }
}

void read_any_file(const ConfigurationSources& sources,
                   RuntimeOptions& options,
                   ConfigurationProblems& problems) {
  if (sources.file) {
    read_file(*sources.file, "code", options, problems);
  } else if (sources.environment.value_of) {
    if (const auto path = sources.environment.value_of(kConfigVariable)) {
      read_file(*path, kConfigVariable, options, problems);
    }
  }
}

Result<RuntimeOptions> resolve(const RuntimeOptions& code, const ConfigurationSources& sources) {
  ConfigurationProblems problems;
  check_code(code, problems);
  RuntimeOptions environment;
  read_environment(sources.environment, environment, problems);
  RuntimeOptions merged;
  read_any_file(sources, merged, problems);
  if (!problems.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .what = "The configuration has problems.",
                 .log = problems.log()};
  }
  // The higher one last, so that it wins.
  for (const auto* source : {&std::as_const(environment), &code}) {
    for (const auto& option : all_options()) {
      if (option.is_set(*source)) {
        option.copy(merged, *source);
      }
    }
  }
  return merged;
}

}  // namespace

std::span<const Option> all_options() noexcept {
  return kOptions;
}

std::string variable_of(const Option& option) {
  std::string result(kVariablePrefix);
  for (const char letter : option.name) {
    result += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return result;
}

void ConfigurationProblems::add(const ConfigurationProblem& problem) {
  std::string line = problem.where + ": ";
  if (!problem.name.empty()) {
    line.append(problem.name).append(": ");
  }
  line.append("expected ").append(problem.expected).append(", got ").append(problem.got);
  if (!problem.advice.empty()) {
    line.append("; ").append(problem.advice);
  }
  lines_.push_back(std::move(line));
}

std::shared_ptr<const std::string> ConfigurationProblems::log() const {
  return std::make_shared<const std::string>(join(lines_, "\n"));
}

std::string printable(std::string_view text, std::size_t limit) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto continues = [](char byte) { return (static_cast<unsigned>(byte) & 0xC0U) == 0x80U; };
  std::size_t kept = std::min(text.size(), limit);
  while (kept > 0 && kept < text.size() && continues(text[kept])) {
    --kept;  // not in the middle of a UTF-8 sequence
  }
  std::string result;
  for (const char letter : text.substr(0, kept)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20U || byte == 0x7FU) {
      result.append("\\x").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0xFU]);
    } else {
      result += letter;
    }
  }
  return kept < text.size() ? result + "..." : result;
}

std::string quoted_value(std::string_view text) {
  constexpr std::size_t kLimit = 120;
  return '"' + printable(text, kLimit) + '"';
}

std::string advice_for(std::string_view unknown, std::span<const std::string> known) {
  const auto given = kinds::in_small_letters(without_prefix(unknown));
  const std::string* nearest = nullptr;
  std::size_t least = 0;
  for (const auto& name : known) {
    // Beyond half of the name it is another word.
    const auto word = kinds::in_small_letters(without_prefix(name));
    const std::size_t enough = word.size() / 2;
    const std::size_t changes = edit_distance(given, word, enough);
    if (changes <= enough && (nearest == nullptr || changes < least)) {
      nearest = &name;
      least = changes;
    }
  }
  return nearest != nullptr ? "did you mean " + *nearest + "?" : "known are " + join(known, ", ");
}

Result<RuntimeOptions> resolve_options(const RuntimeOptions& code,
                                       const ConfigurationSources& sources) noexcept {
  try {
    return resolve(code, sources);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "There is no memory to read the configuration."};
  } catch (...) {
    return Error{.code = ErrorCode::internal,
                 .what = "The environment given to the configuration throws.",
                 .cause = std::current_exception()};
  }
}

std::vector<OptionDescription> describe_options() {
  const RuntimeOptions defaults;
  std::vector<OptionDescription> descriptions;
  for (const auto& option : all_options()) {
    descriptions.push_back({.name = option.name,
                            .variable = variable_of(option),
                            .type = option.expected(SourceKind::file),
                            .default_value = option.print(defaults),
                            .help = option.help});
  }
  return descriptions;
}

}  // namespace dotcompute::core
