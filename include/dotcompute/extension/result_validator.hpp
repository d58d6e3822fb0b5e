// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace dotcompute::extension {

/// A finished launch whose results are back on the host.
struct ValidationRequest {
  const KernelMetadata& kernel;
  std::string_view device;  ///< Id of the device it ran on.
  LaunchRange range;
  std::span<const backend::KernelArgument> arguments;  ///< In parameter order, host memory.
  /// In parameter order: what an in-out buffer held before the launch; empty for the others.
  std::span<const std::span<const std::byte>> before;
};

/// Checks results, usually by running the kernel again elsewhere.
///
/// Threads: called from any thread, several at once.
class ResultValidator {
 public:
  virtual ~ResultValidator() = default;

  /// Whether this execution is to be checked: decided before it, so that in-out arguments can be
  /// kept. A call's own CallOptions::validate overrides the answer.
  [[nodiscard]] virtual bool wants(const KernelMetadata& kernel,
                                   std::string_view device) noexcept = 0;

  /// \retval ErrorCode::validation_failed if the results are wrong: the call then fails.
  virtual Status validate(const ValidationRequest& request) noexcept = 0;
};

}  // namespace dotcompute::extension
