// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration.hpp"

#include "dotcompute/runtime_options.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What the readers of the sources share: the table of options and the list of problems.
namespace dotcompute::core {

inline constexpr std::string_view kVariablePrefix = "DOTCOMPUTE_";
inline constexpr std::string_view kConfigVariable = "DOTCOMPUTE_CONFIG";

/// The two kinds of source that give values from outside; they spell them differently.
enum class SourceKind : std::uint8_t { environment, file };

/// The text of an environment variable, which may mean any type.
struct EnvironmentText {
  std::string text;
};

/// A value as a source gave it.
struct Given {
  /// monostate: something that no option takes, such as a date.
  std::variant<std::monostate,
               EnvironmentText,
               bool,
               std::int64_t,
               std::string,
               std::vector<std::string>>
      value;
  std::string shown;  ///< For messages, e.g. `the integer -1`.
};

/// An option of RuntimeOptions, described once for all sources.
struct Option {
  std::string_view name;
  std::string_view help;
  std::string (*expected)(SourceKind source);
  /// Sets the option in `options`. If the value is not acceptable: returns what is wrong with it,
  /// as the "got" of a message, and leaves `options` alone.
  std::optional<std::string> (*assign)(RuntimeOptions& options, const Given& given);
  /// What is wrong with the value that `options` holds, if anything.
  std::optional<std::string> (*fault)(const RuntimeOptions& options);
  bool (*is_set)(const RuntimeOptions& options);
  void (*copy)(RuntimeOptions& to, const RuntimeOptions& from);
  std::string (*print)(const RuntimeOptions& options);
};

/// All options, in the order of RuntimeOptions.
[[nodiscard]] std::span<const Option> all_options() noexcept;

/// "DOTCOMPUTE_CPU_THREADS" for cpu_threads.
[[nodiscard]] std::string variable_of(const Option& option);

struct ConfigurationProblem {
  std::string where;      ///< File with line and column, or the name of a variable.
  std::string_view name;  ///< The option; empty if it is about none.
  std::string expected;
  std::string got;
  std::string advice = {};
};

/// Collects what is wrong with all sources, one line each.
class ConfigurationProblems {
 public:
  void add(const ConfigurationProblem& problem);
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  /// All lines, with a line end between two.
  [[nodiscard]] std::shared_ptr<const std::string> log() const;

 private:
  std::vector<std::string> lines_;
};

/// `text` on one line: control characters are written as \xNN, and what follows the first `limit`
/// bytes becomes "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit);

/// `text` printable and in quotes, cut to the length that suits a message.
[[nodiscard]] std::string quoted_value(std::string_view text);

/// "did you mean cpu_threads?", or all `known` names if none resembles `unknown`.
[[nodiscard]] std::string advice_for(std::string_view unknown, std::span<const std::string> known);

/// Reads all DOTCOMPUTE_ variables but DOTCOMPUTE_CONFIG into `options`.
void read_environment(const Environment& environment,
                      RuntimeOptions& options,
                      ConfigurationProblems& problems);

/// Reads the table [dotcompute] of the TOML file at `path` into `options`.
/// \param named_by who wants the file, for messages.
void read_file(const std::string& path,
               std::string_view named_by,
               RuntimeOptions& options,
               ConfigurationProblems& problems);

}  // namespace dotcompute::core
