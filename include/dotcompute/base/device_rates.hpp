// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dotcompute {

/// How fast a device is. A byte for each nanosecond is a GB/s, an operation a GFLOP/s.
struct DeviceRates {
  double launch_nanoseconds = 0;  ///< A launch of one item, until its end is known.
  double copy_nanoseconds = 0;    ///< A copy of next to nothing.
  /// Host to device, and back. 0 where the device works in the host's memory.
  double in_bytes_per_nanosecond = 0;
  double out_bytes_per_nanosecond = 0;
  double memory_bytes_per_nanosecond = 1;  ///< Read and written by a kernel on large arrays.
  double cache_bytes_per_nanosecond = 1;   ///< The same on arrays of kCachedBytes together.
  double float32_operations_per_nanosecond = 1;
  double float64_operations_per_nanosecond = 1;
  /// The speed of what runs alone over that of the whole device: of one thread on the CPU, of one
  /// work item elsewhere.
  double serial_share = 1;
  /// On the CPU, what it takes until other threads help. 0 elsewhere.
  double threads_nanoseconds = 0;
  bool is_measured = false;  ///< False: figures of its kind, which rather make it too slow.

  /// Arrays of a kernel that are taken to stay in a cache.
  static constexpr double kCachedBytes = 768 * 1024;

  friend bool operator==(const DeviceRates&, const DeviceRates&) = default;
};

}  // namespace dotcompute
