// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dotcompute::core {

/// Where Linux says how much processor time a process may use.
struct CgroupFiles {
  std::string membership = "/proc/self/cgroup";
  std::string root = "/sys/fs/cgroup";
};

/// The share of processor time that control groups grant this process, in processors: 1.5 is one
/// and a half. The smallest along the way from the process's group up to the root, of version 2
/// (cpu.max) and version 1 (cpu.cfs_quota_us). Nothing if there is no limit or no such file.
[[nodiscard]] std::optional<double> cgroup_cpu_limit(const CgroupFiles& files) noexcept;

/// Threads that can run at the same time: the least of the processors there are, those the
/// process's affinity allows, and the limit of its control group rounded up. At least 1. Reads
/// files: some 100 us.
[[nodiscard]] std::uint32_t cpu_quota() noexcept;
/// The same with the control groups described by other files.
[[nodiscard]] std::uint32_t cpu_quota(const CgroupFiles& files) noexcept;

}  // namespace dotcompute::core
