// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/device_set.hpp"

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/workload.hpp"
#include "dotcompute/call_options.hpp"
#include "dotcompute/extension/backend_selector.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace dotcompute::core {

/// How things stand on a device.
struct DeviceLoad {
  std::uint64_t bytes_in = 0;     ///< To be copied there first: what is not there already.
  std::uint64_t bytes_out = 0;    ///< To be copied to the host after.
  double queued_nanoseconds = 0;  ///< Until it has done what it was given before.
};

/// What is to run, as far as the choice of a device depends on it.
struct Workload {
  const KernelMetadata& kernel;
  std::string_view kernel_name;                  ///< Qualified.
  KernelBackends bodies = KernelBackends::none;  ///< Those the kernel has a body for.
  LaunchRange range;
  std::uint64_t buffer_bytes = 0;  ///< Of all buffer arguments together.
  /// Of those that are read and of those that are written; nothing: as `buffer_bytes`.
  std::optional<std::uint64_t> read_bytes;
  std::optional<std::uint64_t> written_bytes;
  /// How things stand on each device of the set; empty: nothing is queued, and on devices that do
  /// not share the host's memory is nothing of what is read.
  std::span<const DeviceLoad> loads;
  const WorkloadCharacteristics* given = nullptr;  ///< The call's own; null: the kernel's facts.
  /// Empty, or to be filled for those devices of the set among which the selector chooses.
  std::span<std::optional<extension::CostEstimate>> estimates;
};

/// What the configuration says about the choice.
struct SelectionRules {
  AcceleratorType default_accelerator = AcceleratorType::automatic;
  bool automatic = true;  ///< False: the default accelerator, else the CPU.
  bool strict = false;    ///< A preference that cannot be met is an error.
};

/// The chosen device and why.
struct Choice {
  std::size_t device = 0;                               ///< Index into the DeviceSet.
  std::string_view reason;                              ///< Static text.
  AcceleratorType missed = AcceleratorType::automatic;  ///< A preference that could not be met.
  /// The choice may be kept for launches of so many items, both ends included.
  std::uint64_t valid_from = 0;
  std::uint64_t valid_to = std::numeric_limits<std::uint64_t>::max();
};

/// Whether a device can run a kernel with these bodies. The null device runs every kernel, by
/// running nothing.
[[nodiscard]] bool can_run(const backend::DeviceInfo& device, KernelBackends bodies) noexcept;

/// Chooses a device. Precedence: the call's force, the call's preference, the kernel's preference,
/// the configured default, the selector.
///
/// \retval ErrorCode::device_unavailable if the device asked for is not here, or none can run the
///         kernel.
Result<Choice> choose_device(const DeviceSet& devices,
                             const Workload& workload,
                             const CallOptions* options,
                             const SelectionRules& rules,
                             extension::BackendSelector& selector) noexcept;

}  // namespace dotcompute::core
