// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/runtime_options.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// The environment variables that the configuration may see. An empty function sees none.
struct Environment {
  /// The value of a variable, or nothing if it is not set.
  std::function<std::optional<std::string>(std::string_view name)> value_of;
  /// The names of all variables that begin with `prefix`.
  std::function<std::vector<std::string>(std::string_view prefix)> names_beginning_with;
};

/// The variables of this process.
///
/// Threads: its functions must not run while another thread changes the environment.
[[nodiscard]] Environment process_environment();

/// Where options come from besides code.
struct ConfigurationSources {
  /// Path of a TOML file. If not given, the variable DOTCOMPUTE_CONFIG may name one.
  std::optional<std::string> file;
  Environment environment;
};

/// Merges the options of all sources; precedence per field, highest first: code, environment,
/// file, default. Every source is checked whole, also values that a higher one overrides.
///
/// Blocks while it reads the file.
/// Threads: any, if the functions of `sources.environment` may be called there.
/// \retval ErrorCode::invalid_argument if any source has a problem. Error::log names all of them,
///   one a line: where, option, what was expected, what was given, and which name was meant.
/// \retval ErrorCode::host_memory if there is no room for the texts.
/// \retval ErrorCode::internal if a function of the environment throws; Error::cause is that.
[[nodiscard]] Result<RuntimeOptions> resolve_options(const RuntimeOptions& code,
                                                     const ConfigurationSources& sources) noexcept;

/// One option as help texts show it.
struct OptionDescription {
  std::string_view name;      ///< In code and in the file, e.g. "cpu_threads".
  std::string variable;       ///< In the environment, e.g. "DOTCOMPUTE_CPU_THREADS".
  std::string type;           ///< What a file may give it, e.g. "an integer from 0 to 4096".
  std::string default_value;  ///< E.g. "0".
  std::string_view help;      ///< One sentence.
};

/// All options, in the order of RuntimeOptions.
[[nodiscard]] std::vector<OptionDescription> describe_options();

}  // namespace dotcompute::core
