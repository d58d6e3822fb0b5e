// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"
#include "kir/module.hpp"

#include <optional>
#include <string>
#include <vector>

/// From C++ to KIR, by Clang's front end. Only what lies in this folder includes Clang.
namespace dotcompute::frontend {

/// One file of kernels, and how it would be compiled.
struct Request {
  std::string file;
  std::vector<std::string> include_directories;
  std::vector<std::string> definitions;  ///< "NAME" or "NAME=value".
  std::string standard = "c++20";
  std::vector<std::string> extra_arguments;  ///< As the program clang++ takes them.
  std::optional<std::string> text;           ///< Stands in for what is in `file`.
};

/// What became of a file.
struct Outcome {
  /// The kernels without mistakes, and all they use. Of files with mistakes only good for checks.
  kir::Module module;
  /// Of Clang, of the front end and of analysis::check(), in the order of the source.
  kir::Diagnostics diagnostics;
  std::string rendered;                   ///< The same as text, one below the other.
  std::vector<std::string> dependencies;  ///< Every file read.

  /// True unless one of the diagnostics is an error.
  [[nodiscard]] bool ok() const noexcept;
};

/// Reads one file. What several files of one process include first is read only once, if that is
/// dotcompute/kernel.hpp.
///
/// Threads: any, but one call waits for another. Memory runs out as in any C++ program: by throwing.
[[nodiscard]] Outcome parse(const Request& request);

}  // namespace dotcompute::frontend
