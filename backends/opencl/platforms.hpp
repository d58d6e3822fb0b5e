// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api.hpp"
#include "context.hpp"

#include "dotcompute/base/error.hpp"

#include <string>
#include <vector>

namespace dotcompute::opencl {

/// The devices of this machine, and why there are not more.
struct Found {
  std::vector<DeviceFacts> devices;
  std::vector<std::string> notes;  ///< A sentence for each platform or device that gives nothing.
};

/// Asks every platform for its devices. Ids are "opencl:P:D": P counts platforms in the order of
/// their names, which does not depend on the order in which a loader finds them.
/// \retval ErrorCode::device_unavailable if the loader itself fails.
/// \retval ErrorCode::host_memory
Result<Found> find_devices(const Api& api) noexcept;

}  // namespace dotcompute::opencl
