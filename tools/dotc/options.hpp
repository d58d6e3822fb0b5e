// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/range.hpp"
#include "dotcompute/extension/log_sink.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::dotc {

enum class Command { run, explain, devices, kernels, demo, cache, doctor };

/// NAME=VALUE as the user gave it.
using NamedText = std::pair<std::string, std::string>;

/// The shape of an output as the user gave it.
struct NamedShape {
  std::string parameter;
  Extents extents{1, 1, 1};
  int rank = 1;
};

/// One call of the program.
struct Options {
  Command command = Command::devices;

  // Of every command.
  std::string configuration_file;
  std::optional<LogLevel> log_level;
  std::vector<std::string> modules;
  bool json = false;

  // run, explain; `kernel` also of kernels, `device` also of demo.
  std::string kernel;
  std::vector<NamedText> inputs;
  std::vector<NamedText> in_outs;
  std::vector<NamedText> outputs;
  std::vector<NamedText> scalars;
  std::vector<NamedShape> shapes;
  std::optional<LaunchRange> range;
  std::string device;

  std::string source;  ///< kernels: the back end whose text is wanted, or empty.

  std::string action;  ///< cache: path, stats, clear or prune.

  // demo
  std::string picture = "dotcompute_demo.png";  ///< Written.
  std::string photograph;                       ///< Read; empty: one is drawn.
};

/// Reads the command line. Nothing is returned if it asked for help or the version, which is then in
/// `answer`.
/// \throws UsageError with one line.
[[nodiscard]] std::optional<Options> parse_options(int argc,
                                                   const char* const* argv,
                                                   std::string& answer);

}  // namespace dotcompute::dotc
