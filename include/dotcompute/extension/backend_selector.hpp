// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/fixed_text.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/workload.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace dotcompute::extension {

/// A device on which the work can be done, and how things stand there.
struct SelectionCandidate {
  const backend::DeviceInfo* device = nullptr;
  std::uint64_t bytes_in = 0;     ///< To be copied there first: what is not there already.
  std::uint64_t bytes_out = 0;    ///< To be copied to the host after.
  double queued_nanoseconds = 0;  ///< Until the device has done what it was given before.
};

/// What a candidate is expected to take, in nanoseconds.
struct CostEstimate {
  double queue = 0;          ///< Until it has done what it was given before.
  double launch = 0;         ///< Of a launch of next to nothing.
  double transfer_in = 0;    ///< Of what is not there.
  double compute = 0;        ///< If nothing but operations took time.
  double memory = 0;         ///< If nothing but reading and writing took time.
  double transfer_out = 0;   ///< Of the results.
  bool is_measured = false;  ///< By measured rates of the device.

  [[nodiscard]] double total() const noexcept {
    return queue + launch + transfer_in + std::max(compute, memory) + transfer_out;
  }
};

/// The work a device is chosen for.
struct SelectionRequest {
  const KernelMetadata& kernel;
  LaunchRange range;
  std::uint64_t buffer_bytes = 0;                  ///< Of all buffer arguments together.
  std::span<const SelectionCandidate> candidates;  ///< Open and with a body; at least one.
  const WorkloadCharacteristics* given = nullptr;  ///< In the place of the kernel's facts.
  std::span<CostEstimate> estimates;  ///< Empty, or to be filled: one for each candidate.
};

/// One of the candidates, and why.
struct SelectionDecision {
  std::size_t candidate = 0;  ///< Index into SelectionRequest::candidates.
  std::string_view reason;    ///< Static text, one sentence.
  /// The decision may be kept for launches of so many items, both ends included.
  std::uint64_t valid_from = 0;
  std::uint64_t valid_to = std::numeric_limits<std::uint64_t>::max();
};

/// A device for work that is only described.
struct DeviceChoice {
  FixedText<24> device;  ///< Id.
  AcceleratorType accelerator = AcceleratorType::automatic;
  CostEstimate estimate;
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

  /// The device of the runtime that would finish such work first, all data lying on the host.
  /// \retval ErrorCode::invalid_argument if this selector only chooses among given candidates.
  /// \retval ErrorCode::device_unavailable if the runtime has no device.
  [[nodiscard]] virtual Result<DeviceChoice> select_backend(
      const WorkloadCharacteristics& /*characteristics*/) noexcept {
    return Error{ErrorCode::invalid_argument, "This selector needs to be given candidates."};
  }

  /// What is known of a device's speed; nothing if this selector does not go by it.
  /// \param device id, such as "cpu:0".
  [[nodiscard]] virtual std::optional<DeviceRates> rates(
      std::string_view /*device*/) const noexcept {
    return std::nullopt;
  }
};

}  // namespace dotcompute::extension
