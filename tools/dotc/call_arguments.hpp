// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.hpp"
#include "npy.hpp"
#include "options.hpp"
#include "scalar_text.hpp"

#include "dotcompute/argument.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/orchestrator.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::dotc {

/// The arguments of one `dotc run` or `dotc explain`: what the options name, as memory.
class CallArguments {
 public:
  /// An array or a value that a parameter has been given.
  struct Given {
    const Parameter* parameter = nullptr;
    std::string path;  ///< Of its file; empty for scalars and for outputs that are not kept.
    DynamicArray array;
    ScalarValue scalar;
  };

  /// Reads the files of in and inout parameters and the values of scalars, and makes the outputs
  /// whose shape the options tell.
  ///
  /// \param kernel outlives this.
  /// \throws UsageError if an option does not fit the kernel or a file its parameter.
  CallArguments(const KernelMetadata& kernel, const Options& options);

  /// Opens the files that are to be written, before anything is computed.
  /// \throws UsageError naming a file that cannot be written.
  void open_outputs();

  /// Makes the outputs that were left to the kernel's rule.
  void add_outputs(const std::vector<OutputShape>& shapes);

  /// All that is there, by name. What it refers to lies in this object.
  [[nodiscard]] std::vector<NamedArgument> named() const;

  /// Writes the inout and out arrays to their files.
  /// \throws UsageError naming a file that cannot be written.
  void write_outputs();

  /// In the order of the kernel's parameters.
  [[nodiscard]] const std::vector<Given>& given() const noexcept { return given_; }
  /// The file of a parameter, or an empty text.
  [[nodiscard]] std::string path_of(std::string_view parameter) const;

 private:
  struct Target {
    std::string parameter;
    NewFile file;
  };

  void take_parameter(const Parameter& parameter, const Options& options);
  [[nodiscard]] DynamicArray read(const Parameter& parameter, const std::string& path) const;

  const KernelMetadata& kernel_;
  std::vector<Given> given_;
  std::vector<NamedText> outputs_;  // parameter and path
  std::vector<Target> targets_;
};

}  // namespace dotcompute::dotc
