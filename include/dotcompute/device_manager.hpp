// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

namespace core {
class DeviceSet;
}

/// A back end and what came of looking for its devices.
struct BackendStatus {
  std::string name;                  ///< Of its folder: "cpu", "opencl".
  std::vector<std::string> devices;  ///< Ids of those that are open.
  std::string problem;  ///< Why there are none, or why some could not be opened; else empty.
};

/// The devices of one runtime.
///
/// Threads: any, at the same time. The devices are found and opened when the runtime is made.
class DeviceManager {
 public:
  explicit DeviceManager(const core::DeviceSet& devices) noexcept : devices_(&devices) {}

  /// All open devices. Their order is that of the back ends, then of their drivers.
  [[nodiscard]] std::vector<backend::DeviceInfo> devices() const;

  /// Every back end of this build: one that failed says why and hides no other.
  [[nodiscard]] std::vector<BackendStatus> backends() const;

 private:
  const core::DeviceSet* devices_;
};

}  // namespace dotcompute
