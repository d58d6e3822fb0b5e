// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <cstdint>

namespace dotcompute::core {

/// How a range is cut into work groups.
struct Geometry {
  std::array<std::uint32_t, 3> group_size{1, 1, 1};  ///< Items of a group along x, y, z.
  std::array<std::uint32_t, 3> groups{1, 1, 1};      ///< Groups along x, y, z; cover the range.
};

/// Group size as the call asks, else as the kernel wishes, else a square-ish block, halved until the
/// device takes it; groups to cover the range.
/// \retval ErrorCode::invalid_argument if the size asked for is 0 or above the device's limit, or
///         the range needs more than 2^32 - 1 groups on an axis.
Result<Geometry> find_geometry(const Signature& signature,
                               const dotcompute::detail::CallRequest& request,
                               const LaunchRange& range,
                               const backend::DeviceInfo& device) noexcept;

/// Whether the device can take the kernel's types and the call's range and buffers at all.
/// \retval ErrorCode::invalid_argument naming the device's limit and, of a buffer, the parameter.
Status check_device_limits(const Signature& signature,
                           const BoundCall& call,
                           const backend::DeviceInfo& device) noexcept;

}  // namespace dotcompute::core
