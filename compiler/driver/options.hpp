// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dotcompute::driver {

/// What dotcompute-kernelc writes.
enum class Emit : std::uint8_t {
  files,  ///< All that a program needs, into the output directory.
  kir,    ///< One text, to standard output, as the rest.
  cpu,
  opencl,
  registration,
  handles,
};

struct Options {
  std::vector<std::string> files;
  std::string output_directory = ".";
  std::string name = "kernels";  ///< The beginning of all names with external linkage.
  std::string function;          ///< Registers all files' kernels; empty: runtimes find them.
  std::string root;              ///< Metadata names files below it relative to it.
  std::string depfile;           ///< Or empty.
  std::string stamp;             ///< Touched after success; or empty.
  std::vector<std::string> include_directories;
  std::vector<std::string> definitions;
  std::vector<std::string> arguments;  ///< For Clang, as they are.
  std::string standard = "c++20";
  Emit emit = Emit::files;
};

/// what() is one line for the user; the program ends with status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// \param answer gets what --help or --version say; nothing is to be done then.
/// \throws UsageError if the arguments are wrong.
[[nodiscard]] std::optional<Options> parse_options(int argc,
                                                   const char* const* argv,
                                                   std::string& answer);

}  // namespace dotcompute::driver
