// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "opencl/api.hpp"
#include "opencl/platforms.hpp"

#include "dotcompute/base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dotcompute::equipment {

/// The OpenCL drivers of this machine, in a process of tests: PoCL as two devices, "basic" on the
/// thread that waits and "pthread" on threads of its own, with a cache that is new each time.
///
/// The first call in a process sets the environment; no other thread may run before it.
struct OpenClDriver {
  std::optional<opencl::Api> api;
  opencl::Found found;
  std::string problem;  ///< Why there is no driver, for the message of a skipped test.
};

[[nodiscard]] const OpenClDriver& opencl_driver();

/// The first device whose name contains `part`; null if there is none.
[[nodiscard]] const opencl::DeviceFacts* find_device(std::string_view part);

/// The first device there is, of those that are quick enough for tests; null if there is none.
[[nodiscard]] const opencl::DeviceFacts* any_device();

}  // namespace dotcompute::equipment
