// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "interpret/interpret.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <memory>
#include <utility>

namespace dotcompute::interpreter {

/// A kernel ready to be interpreted.
class Program final : public backend::Program {
 public:
  /// \param is_parallel false: one item does all the work, whatever the range.
  Program(interpret::Kernel kernel, bool is_parallel) noexcept
      : kernel_(std::move(kernel)), is_parallel_(is_parallel) {}

  /// Runs all items of a launch, in order.
  [[nodiscard]] Status run(const backend::LaunchRequest& request) const noexcept;

 private:
  const interpret::Kernel kernel_;
  const bool is_parallel_;
};

/// Reads KIR as text and makes the kernel ready whose symbol is the source's entry.
///
/// \retval ErrorCode::compilation_failed if the source is not KIR, is not well formed (Error::log has
///         the mistakes), has no such kernel, or one with other parameters than the metadata says.
/// \retval ErrorCode::host_memory if there is no memory for the program.
Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source) noexcept;

}  // namespace dotcompute::interpreter
