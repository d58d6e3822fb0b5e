// SPDX-License-Identifier: Apache-2.0
#include "runtime/selector.hpp"

#include "runtime/cache_directory.hpp"
#include "selection/analytic_selector.hpp"

#include <string>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

/// Where rates are kept; empty: nowhere.
std::string rates_folder(const RuntimeOptions& options) {
  if (!options.disk_cache) {
    return {};
  }
  auto directory = cache_directory(options.cache_directory.value(), process_environment());
  return directory ? *std::move(directory) + "/calibration" : std::string();
}

}  // namespace

std::shared_ptr<extension::BackendSelector> make_selector(const DeviceSet& devices) {
  std::vector<backend::DeviceInfo> infos;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    infos.push_back(devices[index].info());
  }
  return std::make_shared<AnalyticSelector>(std::move(infos));
}

std::unique_ptr<Calibrator> make_calibrator(const DeviceSet& devices,
                                            extension::BackendSelector& selector,
                                            const RuntimeOptions& options,
                                            const Logger& logger) {
  auto* const analytic = dynamic_cast<AnalyticSelector*>(&selector);
  if (analytic == nullptr || !options.calibration) {
    return nullptr;
  }
  std::vector<backend::Device*> all;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    all.push_back(&devices[index]);
  }
  return std::make_unique<Calibrator>(
      std::move(all), *analytic,
      Calibrator::Options{.folder = rates_folder(options), .measure = &measure_on_host}, logger);
}

}  // namespace dotcompute::core
