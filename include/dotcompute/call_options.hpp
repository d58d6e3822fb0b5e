// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/exception.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

/// Which queued call a free worker takes first.
enum class Priority : std::uint8_t { low, normal, high };

/// The story of one finished call.
struct ExecutionReport {
  std::string kernel;  ///< Qualified name.
  std::string device;  ///< Id of the device that gave the result; empty if none did.
  AcceleratorType accelerator = AcceleratorType::automatic;
  std::string reason;                   ///< Why that device.
  bool fell_back = false;               ///< Another device than the preferred or first chosen one.
  std::vector<AttemptRecord> attempts;  ///< In order, failed ones too.
  std::uint64_t items = 0;              ///< Work items of the launch.
  std::array<std::uint32_t, 3> groups{};      ///< Work groups along x, y, z.
  std::array<std::uint32_t, 3> group_size{};  ///< Items of a group along x, y, z.
  std::size_t bytes_to_device = 0;            ///< 0 where the device uses the host's memory.
  std::size_t bytes_from_device = 0;
  bool validated = false;
  std::chrono::nanoseconds preparation{};  ///< From the call to the launch.
  std::chrono::nanoseconds execution{};    ///< From the launch to its completion.
};

/// What a single call may ask for.
struct CallOptions {
  /// Only this kind of accelerator: the call fails if it cannot run there.
  AcceleratorType force_backend = AcceleratorType::automatic;
  /// Rather this kind; if the kernel cannot run there another is taken, and the report says so.
  AcceleratorType prefer_backend = AcceleratorType::automatic;
  /// Only the device with this id, such as "cpu:0". Must live until the call returns.
  std::string_view device;
  /// Ends the call early with OperationCancelled.
  std::stop_token stop;
  /// Ends the call with OperationCancelled once it has passed.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// Whether the result is checked; unset: as the attached validator decides.
  std::optional<bool> validate;
  /// Of asynchronous calls that are queued.
  Priority priority = Priority::normal;
  /// Items along x, y, z; unset: the extents of the first output.
  std::optional<LaunchRange> range;
  /// Items of a work group along x, y, z; unset: the kernel's wish within the device's limits.
  std::optional<std::array<std::uint32_t, 3>> group_size;
  /// Filled when the call ends, failed or not. Must live until then.
  ExecutionReport* report = nullptr;
};

}  // namespace dotcompute
