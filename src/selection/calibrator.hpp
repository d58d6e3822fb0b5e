// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/log.hpp"
#include "selection/analytic_selector.hpp"
#include "selection/calibration_file.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::core {

/// Finds out how fast the devices of a runtime are, and tells the selector: the CPU before the first
/// choice, the others beside the calls. What was measured before is taken from the disk, unless it was
/// disturbed: then it is measured anew, until it has been measured kMostTimes.
///
/// Lifetime: the selector and the devices outlive it.
class Calibrator {
 public:
  /// A machine that stays busy is not measured by every program for ever.
  static constexpr std::uint32_t kMostTimes = 3;

  struct Options {
    std::string folder;  ///< Where rates are kept; empty: nowhere, and no file is touched.
    /// How a device is measured. Called on one thread at a time; `stop` asks it to end early.
    std::function<Result<MeasuredRates>(backend::Device& device, std::stop_token stop)> measure;
  };

  /// Measures nothing yet: the selector asks before its first choice. May throw std::bad_alloc.
  Calibrator(std::vector<backend::Device*> devices,
             AnalyticSelector& selector,
             Options options,
             const Logger& logger);
  /// Waits for what is being measured; where rates are not kept, asks it to end early.
  ~Calibrator();
  Calibrator(const Calibrator&) = delete;
  Calibrator& operator=(const Calibrator&) = delete;

  /// Waits until all devices have been measured.
  void wait();

 private:
  void begin();
  bool take_from_disk(const backend::Device& device);
  void measure(backend::Device& device, const std::stop_token& stop) noexcept;
  void keep(const backend::Device& device, MeasuredRates rates);

  const std::vector<backend::Device*> devices_;
  AnalyticSelector& selector_;
  const Options options_;
  const Logger& logger_;
  std::mutex mutex_;
  std::jthread thread_;  // guarded by mutex_
};

/// Measures a device by the clock of this host, the CPU together with its threads.
Result<MeasuredRates> measure_on_host(backend::Device& device, std::stop_token stop) noexcept;

}  // namespace dotcompute::core
