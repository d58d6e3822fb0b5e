// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {
class FaultPlan;
}

namespace dotcompute::backend {

/// What a back end is told of the runtime that opens a device.
struct DeviceOptions {
  std::uint32_t cpu_threads = 0;  ///< 0: as many as the process may use.
  /// Failures to rehearse, of the calls that the device makes of its driver; null: none.
  std::shared_ptr<core::FaultPlan> faults;
};

/// What a back end found.
struct FoundDevices {
  std::vector<DeviceInfo> devices;
  std::vector<std::string> notes;  ///< Why a driver or a platform gives no device, a sentence each.
};

/// One way to reach devices: the threads of this host, OpenCL, CUDA, Metal, Vulkan.
class Backend {
 public:
  virtual ~Backend() = default;

  /// The name of its folder, such as "cuda".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Looks for devices now. None is not an error: a driver without devices gives an empty answer.
  /// \retval ErrorCode::device_unavailable if there is no driver; Error::what says why.
  virtual Result<FoundDevices> enumerate() noexcept = 0;

  /// enumerate() while the calls that it makes of its driver fail as planned. Who has no driver has
  /// nothing that could fail.
  virtual Result<FoundDevices> enumerate_with(core::FaultPlan& /*faults*/) noexcept {
    return enumerate();
  }

  /// \param index into the devices that enumerate() or enumerate_with() gave last.
  virtual Result<std::unique_ptr<Device>> open(std::size_t index,
                                               const DeviceOptions& options) noexcept = 0;
};

/// The back ends this build has, best first.
[[nodiscard]] std::span<Backend* const> built_in() noexcept;

}  // namespace dotcompute::backend
