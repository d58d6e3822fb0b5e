// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace dotcompute::extension {

/// The work a device is chosen for.
struct SelectionRequest {
  const KernelMetadata& kernel;
  LaunchRange range;
  std::uint64_t buffer_bytes = 0;                          ///< Of all buffer arguments together.
  std::span<const backend::DeviceInfo* const> candidates;  ///< Open and with a body; at least one.
};

/// One of the candidates, and why.
struct SelectionDecision {
  std::size_t candidate = 0;  ///< Index into SelectionRequest::candidates.
  std::string_view reason;    ///< Static text, one sentence.
};

/// Decides where a kernel runs when the call leaves it open.
///
/// Threads: called from any thread, several at once.
class BackendSelector {
 public:
  virtual ~BackendSelector() = default;

  virtual Result<SelectionDecision> choose(const SelectionRequest& request) noexcept = 0;

  /// Decisions made are kept and used again while this number stays the same.
  [[nodiscard]] virtual std::uint64_t epoch() const noexcept { return 0; }
};

}  // namespace dotcompute::extension
