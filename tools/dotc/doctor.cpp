// SPDX-License-Identifier: Apache-2.0
#include "doctor.hpp"

#include "compilation/cache_folder.hpp"
#include "platform/driver_library.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace dotcompute::dotc {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> driver_files(const fs::path& vendors) {
  std::error_code ignored;  // what cannot be read has no drivers
  if (!fs::is_directory(vendors, ignored)) {
    return fs::exists(vendors, ignored) ? std::vector{vendors} : std::vector<fs::path>();
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(vendors, ignored)) {
    if (entry.path().extension() == ".icd") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The first line of an .icd file: the library of the driver.
std::string library_of(const fs::path& file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  line.erase(line.find_last_not_of(" \t\r") + 1);
  return line;
}

/// The nearest folder above `path` that is there.
fs::path nearest_folder(fs::path path) {
  std::error_code ignored;  // what cannot be seen is not there
  while (!fs::exists(path, ignored) && path.has_relative_path()) {
    path = path.parent_path();
  }
  return path;
}

}  // namespace

std::string_view to_string(Health health) noexcept {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::missing:
      return "missing";
    case Health::failed:
      break;
  }
  return "failed";
}

SystemPlaces system_places() {
  SystemPlaces places;
  const char* const vendors = std::getenv("OCL_ICD_VENDORS");  // NOLINT: one thread only
  if (vendors != nullptr && *vendors != '\0') {
    places.opencl_vendors = vendors;
  }
  return places;
}

Finding examine_opencl_loader(const SystemPlaces& places) {
  const auto loader = core::DriverLibrary::open(places.opencl_loader.c_str());
  if (loader) {
    return {.name = "opencl loader", .found = places.opencl_loader};
  }
  return {.name = "opencl loader",
          .health = Health::missing,
          .found = std::string(loader.error().context.got.view()),
          .remedy = "apt-get install ocl-icd-libopencl1"};
}

Finding examine_opencl_drivers(const SystemPlaces& places) {
  Finding finding{.name = "opencl drivers"};
  for (const fs::path& file : driver_files(places.opencl_vendors)) {
    const std::string library = library_of(file);
    const auto loaded = core::DriverLibrary::open(library.c_str());
    const std::string problem =
        loaded ? "" : " (" + std::string(loaded.error().context.got.view()) + ")";
    finding.found += (finding.found.empty() ? "" : ", ") + file.filename().string() + problem;
    if (!loaded) {
      finding.health = Health::missing;
      finding.remedy = "apt-get install --reinstall $(dpkg -S " + file.string() + " | cut -d: -f1)";
    }
  }
  if (finding.found.empty()) {
    finding.health = Health::missing;
    finding.found = "no .icd file in " + places.opencl_vendors;
    finding.remedy = "apt-get install pocl-opencl-icd";
  }
  return finding;
}

Finding examine_opencl_devices(const std::vector<BackendStatus>& backends) {
  const auto opencl = std::find_if(backends.begin(), backends.end(),
                                   [](const auto& backend) { return backend.name == "opencl"; });
  if (opencl == backends.end()) {
    return {.name = "opencl devices",
            .health = Health::missing,
            .found = "this build has no OpenCL back end",
            .remedy = "cmake -D DOTCOMPUTE_BACKENDS=\"opencl;cpu;interpreter;null\" ..."};
  }
  Finding finding{.name = "opencl devices"};
  for (const std::string& id : opencl->devices) {
    finding.found += (finding.found.empty() ? "" : ", ") + id;
  }
  if (finding.found.empty()) {
    finding.health = Health::missing;
    finding.found = opencl->problem;
    finding.remedy = "apt-get install ocl-icd-libopencl1 pocl-opencl-icd";
  }
  return finding;
}

Finding examine_cache(const std::string& directory) {
  const fs::path programs = fs::path(directory) / "programs";
  const auto folder = core::CacheFolder::open(directory);
  const fs::path there = nearest_folder(programs);
  Finding finding{.name = "disk cache", .found = directory};
  if (!folder && folder.error().native != ENOENT) {
    finding.health = Health::missing;
    finding.found += ": " + folder.error().message();
    finding.remedy =
        "chown $(id -u) '" + there.string() + "' && chmod 700 '" + there.string() + "'";
  } else if (::access(there.c_str(), W_OK | X_OK) != 0) {
    finding.health = Health::missing;
    finding.found = there.string() + ": " + std::generic_category().message(errno);
    finding.remedy = "export DOTCOMPUTE_CACHE_DIRECTORY=$(mktemp -d)";
  }
  return finding;
}

Finding examine_quota(unsigned threads, unsigned processors) {
  Finding finding{.name = "processors",
                  .found = std::to_string(threads) + " of " + std::to_string(processors)};
  if (threads < processors) {
    finding.health = Health::missing;
    finding.found += ", by the affinity or the control group of this process";
    finding.remedy = "cat /sys/fs/cgroup/cpu.max; taskset -cp $$; docker update --cpus " +
                     std::to_string(processors) + " CONTAINER";
  }
  return finding;
}

Finding examine_huge_pages(const SystemPlaces& places) {
  std::ifstream stream(places.huge_pages);
  std::string modes{std::istreambuf_iterator<char>(stream), {}};
  modes.erase(std::remove(modes.begin(), modes.end(), '\n'), modes.end());
  if (modes.find("[always]") != std::string::npos || modes.find("[madvise]") != std::string::npos) {
    return {.name = "huge pages", .found = modes};
  }
  return {.name = "huge pages",
          .health = Health::missing,
          .found = modes.empty() ? "this kernel has none" : modes,
          .remedy = modes.empty() ? "" : "echo madvise > " + places.huge_pages};
}

}  // namespace dotcompute::dotc
