// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/device_manager.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::dotc {

enum class Health {
  ok,
  missing,  ///< Kernels run, but not on every device or not as fast as they could.
  failed,   ///< Kernels do not run.
};

/// "ok", "missing", "failed".
[[nodiscard]] std::string_view to_string(Health health) noexcept;

/// What was found out about one thing, and the command that mends it on Debian; empty if none does.
struct Finding {
  std::string_view name;
  Health health = Health::ok;
  std::string found;
  std::string remedy;
};

/// Where the system says what it has.
struct SystemPlaces {
  std::string opencl_loader = "libOpenCL.so.1";
  std::string opencl_vendors =
      "/etc/OpenCL/vendors";  ///< A folder with .icd files, or one of them.
  std::string huge_pages = "/sys/kernel/mm/transparent_hugepage/enabled";
};

/// The places of this process: OCL_ICD_VENDORS may name another one.
[[nodiscard]] SystemPlaces system_places();

[[nodiscard]] Finding examine_opencl_loader(const SystemPlaces& places);
[[nodiscard]] Finding examine_opencl_drivers(const SystemPlaces& places);
/// \param backends as a runtime has found them.
[[nodiscard]] Finding examine_opencl_devices(const std::vector<BackendStatus>& backends);
/// \param directory of the cache.
[[nodiscard]] Finding examine_cache(const std::string& directory);
/// \param threads that may run at the same time. \param processors that the machine has.
[[nodiscard]] Finding examine_quota(unsigned threads, unsigned processors);
[[nodiscard]] Finding examine_huge_pages(const SystemPlaces& places);

}  // namespace dotcompute::dotc
