// SPDX-License-Identifier: Apache-2.0
#include "equipment/opencl_driver.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace dotcompute::equipment {
namespace {

// Removed when the process ends, by when PoCL has written what it writes.
class CacheFolder {
 public:
  CacheFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "dotcompute_pocl_XXXXXX").string();
    if (mkdtemp(path.data()) != nullptr) {
      path_ = path;
    }
  }
  ~CacheFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

OpenClDriver open_driver() {
  static const CacheFolder cache;
  setenv("POCL_CACHE_DIR", cache.path().c_str(), 1);       // NOLINT: before any thread
  setenv("POCL_DEVICES", "basic pthread", /*replace=*/0);  // NOLINT
  setenv("RUSTICL_ENABLE", "llvmpipe", /*replace=*/0);     // NOLINT
  OpenClDriver driver;
  auto api = opencl::load("libOpenCL.so.1");
  if (!api.ok()) {
    driver.problem = api.error().message();
    return driver;
  }
  auto found = opencl::find_devices(*api);
  if (!found.ok()) {
    driver.problem = found.error().message();
    return driver;
  }
  driver.api = *std::move(api);
  driver.found = *std::move(found);
  driver.problem = "no OpenCL device of that name";
  for (const std::string& note : driver.found.notes) {
    driver.problem += "; " + note;
  }
  return driver;
}

}  // namespace

const OpenClDriver& opencl_driver() {
  static const OpenClDriver driver = open_driver();
  return driver;
}

const opencl::DeviceFacts* find_device(std::string_view part) {
  for (const opencl::DeviceFacts& facts : opencl_driver().found.devices) {
    if (facts.info.name.find(part) != std::string::npos) {
      return &facts;
    }
  }
  return nullptr;
}

const opencl::DeviceFacts* any_device() {
  const auto* threads = find_device("pthread");
  if (threads != nullptr) {
    return threads;
  }
  const auto& devices = opencl_driver().found.devices;
  return devices.empty() ? nullptr : &devices.front();
}

}  // namespace dotcompute::equipment
