// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::simulated {

/// How a simulated device behaves.
struct Profile {
  std::string inner = "cpu:0";                 ///< Id of the device that does the work.
  std::chrono::nanoseconds launch_latency{0};  ///< Of each launch, before its first item.
  std::chrono::nanoseconds copy_latency{0};    ///< Of each copy, before its first byte.
  double in_bytes_per_second = 0;              ///< Host to device; 0: takes no time.
  double out_bytes_per_second = 0;             ///< Device to host; 0: takes no time.
  double speed = 1;                            ///< Launches take the inner device's time over this,
  std::chrono::duration<double, std::nano> item_time{0};  ///< or, if not 0, this for each item.
  std::size_t memory_bytes = 0;                           ///< 0: what the inner device has.
  /// 2: copies in and copies out each have an engine of their own. 1: they share one. 0: they take
  /// turns with the launches.
  std::uint32_t copy_engines = 2;

  friend bool operator==(const Profile&, const Profile&) = default;
};

/// Reads the profiles of one or more devices, parted by semicolons, such as
///
///     "inner=cpu:0,latency=20us,copy_latency=5us,in=12GB/s,out=12GB/s,speed=8,memory=4GiB,engines=2"
///
/// `item=0.5ns` stands in the place of `speed`. Times are in ns, us, ms or s; sizes in B, kB, MB, GB,
/// KiB, MiB or GiB. What is not named is as in Profile.
/// \retval ErrorCode::invalid_argument with all problems, one a line, in Error::log.
/// \retval ErrorCode::host_memory
Result<std::vector<Profile>> read_profiles(std::string_view text) noexcept;

/// A profile as text that read_profiles() takes. May throw std::bad_alloc.
[[nodiscard]] std::string to_string(const Profile& profile);

}  // namespace dotcompute::simulated
