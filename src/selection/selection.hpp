// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/device_set.hpp"

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/call_options.hpp"
#include "dotcompute/extension/backend_selector.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace dotcompute::core {

/// What is to run, as far as the choice of a device depends on it.
struct Workload {
  const KernelMetadata& kernel;
  std::string_view kernel_name;                  ///< Qualified.
  KernelBackends bodies = KernelBackends::none;  ///< Those the kernel has a body for.
  LaunchRange range;
  std::uint64_t buffer_bytes = 0;
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
};

/// Whether a device can run a kernel with these bodies. The null device runs every kernel, by
/// running nothing.
[[nodiscard]] bool can_run(const backend::DeviceInfo& device, KernelBackends bodies) noexcept;

/// Chooses a device. Precedence: the call's force, the call's preference, the configured default,
/// the selector.
///
/// \retval ErrorCode::device_unavailable if the device asked for is not here, or none can run the
///         kernel.
Result<Choice> choose_device(const DeviceSet& devices,
                             const Workload& workload,
                             const CallOptions* options,
                             const SelectionRules& rules,
                             extension::BackendSelector& selector) noexcept;

/// Takes the first hardware device that has a body for the kernel, in the order of devices().
std::shared_ptr<extension::BackendSelector> make_default_selector();

}  // namespace dotcompute::core
