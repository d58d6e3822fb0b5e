// SPDX-License-Identifier: Apache-2.0
#include "platform/cpu_quota.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace dotcompute::core {
namespace {

using Limit = std::optional<double>;

Limit smaller(Limit a, Limit b) {
  if (a && b) {
    return std::min(*a, *b);
  }
  return a ? a : b;
}

Limit ratio(double quota, double period) {
  return quota > 0 && period > 0 ? Limit(quota / period) : std::nullopt;
}

// "150000 100000", or "max 100000" for no limit.
Limit read_version_2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0;
  double period = 0;
  return file >> quota >> period ? ratio(quota, period) : std::nullopt;
}

// Microseconds per period, -1 for no limit.
Limit read_version_1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  return quota_file >> quota && period_file >> period ? ratio(quota, period) : std::nullopt;
}

// The group's own folder may be missing, as inside a container, where the root is the group's.
template <class Read>
Limit smallest_up_to_root(const std::string& root, std::string group, Read read) {
  Limit limit;
  while (true) {
    while (!group.empty() && group.back() == '/') {
      group.pop_back();
    }
    limit = smaller(limit, read(root + group));
    if (group.empty()) {
      return limit;
    }
    const std::size_t slash = group.rfind('/');
    group.resize(slash == std::string::npos ? 0 : slash);
  }
}

bool names_cpu(std::string controllers) {
  std::ranges::replace(controllers, ',', ' ');
  std::istringstream words(controllers);
  std::string word;
  while (words >> word) {
    if (word == "cpu") {
      return true;
    }
  }
  return false;
}

// One line of /proc/self/cgroup: "0::/group" in version 2, "4:cpu,cpuacct:/group" in version 1.
Limit limit_of_line(const std::string& line, const std::string& root) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
  if (second == std::string::npos) {
    return std::nullopt;
  }
  const std::string controllers = line.substr(first + 1, second - first - 1);
  const std::string group = line.substr(second + 1);
  if (controllers.empty()) {
    // Beside version 1, systemd mounts version 2 in a folder of its own.
    return smaller(smallest_up_to_root(root, group, read_version_2),
                   smallest_up_to_root(root + "/unified", group, read_version_2));
  }
  if (!names_cpu(controllers)) {
    return std::nullopt;
  }
  return smaller(smallest_up_to_root(root + "/cpu", group, read_version_1),
                 smallest_up_to_root(root + "/" + controllers, group, read_version_1));
}

std::uint32_t processors_by_affinity() {
#if defined(__linux__)
  // The kernel refuses a mask smaller than its own; 2^16 processors are more than any has.
  for (std::size_t count = 1024; count <= 65536; count *= 4) {
    std::vector<cpu_set_t> mask(count / (8 * sizeof(cpu_set_t)));
    const std::size_t bytes = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) {
      return static_cast<std::uint32_t>(CPU_COUNT_S(bytes, mask.data()));
    }
  }
#endif
  return std::thread::hardware_concurrency();
}

}  // namespace

std::optional<double> cgroup_cpu_limit(const CgroupFiles& files) noexcept {
  try {
    Limit limit;
    std::ifstream membership(files.membership);
    std::string line;
    while (std::getline(membership, line)) {
      limit = smaller(limit, limit_of_line(line, files.root));
    }
    return limit;
  } catch (const std::exception&) {
    // Without memory to read the files there is no known limit.
    return std::nullopt;
  }
}

std::uint32_t cpu_quota(const CgroupFiles& files) noexcept {
  std::uint32_t threads = std::max(1U, std::thread::hardware_concurrency());
  try {
    threads = std::min(threads, std::max(1U, processors_by_affinity()));
  } catch (const std::exception&) {
    // The count of processors stands.
  }
  if (const auto limit = cgroup_cpu_limit(files); limit && *limit < threads) {
    threads = static_cast<std::uint32_t>(std::ceil(*limit));
  }
  return std::max(1U, threads);
}

std::uint32_t cpu_quota() noexcept {
  try {
    return cpu_quota(CgroupFiles{});
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace dotcompute::core
