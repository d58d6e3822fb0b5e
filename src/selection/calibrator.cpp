// SPDX-License-Identifier: Apache-2.0
#include "selection/calibrator.hpp"

#include "platform/thread_pool.hpp"
#include "selection/calibration.hpp"
#include "selection/calibration_file.hpp"

#include <exception>
#include <system_error>
#include <tuple>
#include <utility>

namespace dotcompute::core {

Calibrator::Calibrator(std::vector<backend::Device*> devices,
                       AnalyticSelector& selector,
                       Options options,
                       const Logger& logger)
    : devices_(std::move(devices)),
      selector_(selector),
      options_(std::move(options)),
      logger_(logger) {
  selector_.before_first_choice([this] { begin(); });
}

Calibrator::~Calibrator() {
  selector_.before_first_choice(nullptr);
  const std::lock_guard lock(mutex_);
  if (thread_.joinable() && !options_.folder.empty()) {
    // What is kept is measured once. If short programs broke it off, all of them would begin anew.
    thread_.join();
  }
}

void Calibrator::wait() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Calibrator::begin() {
  std::vector<backend::Device*> later;
  for (backend::Device* device : devices_) {
    const AcceleratorType type = device->info().type;
    if (!is_chosen_automatically(type) || take_from_disk(*device)) {
      continue;
    }
    // Small work on the CPU is what all others are compared with, so it is never guessed.
    if (type == AcceleratorType::cpu && device->info().host_memory) {
      measure(*device, {});
    } else {
      later.push_back(device);
    }
  }
  if (later.empty()) {
    return;
  }
  try {
    const std::lock_guard lock(mutex_);
    thread_ = std::jthread([this, later = std::move(later)](const std::stop_token& stop) {
      for (backend::Device* device : later) {
        if (!stop.stop_requested()) {
          measure(*device, stop);
        }
      }
    });
  } catch (const std::system_error&) {
    logger_.log(LogLevel::warning, "There is no thread left to measure devices on.");
  }
}

bool Calibrator::take_from_disk(const backend::Device& device) {
  if (options_.folder.empty()) {
    return false;
  }
  const auto rates = load_rates(options_.folder, calibration_key_of(device.info()));
  // If it cannot be measured again, disturbed rates are better than those of its kind.
  return rates && selector_.set_rates(device.info().id, *rates) &&
         (!rates->is_disturbed || rates->disturbed_times >= kMostTimes);
}

void Calibrator::measure(backend::Device& device, const std::stop_token& stop) noexcept {
  const std::string_view id = device.info().id;
  const auto rates = options_.measure(device, stop);
  if (!rates) {
    // It is judged by what its kind suggests.
    if (rates.error().code != ErrorCode::cancelled) {
      logger_.log(LogLevel::debug, "Device ", id, " is not measured: ", rates.error().what);
    }
    return;
  }
  std::ignore = selector_.set_rates(id, *rates);  // without memory for it, as if not measured
  if (options_.folder.empty()) {
    return;
  }
  try {
    keep(device, *rates);
  } catch (const std::exception&) {
    // It is measured again by the next process.
  }
}

// What another process has kept meanwhile counts: disturbed rates never take the place of others.
void Calibrator::keep(const backend::Device& device, MeasuredRates rates) {
  const CalibrationKey key = calibration_key_of(device.info());
  if (rates.is_disturbed) {
    if (const auto kept = load_rates(options_.folder, key)) {
      if (!kept->is_disturbed) {
        std::ignore = selector_.set_rates(device.info().id, *kept);
        return;
      }
      rates.disturbed_times = kept->disturbed_times + 1;
    }
  }
  const Status stored = store_rates(options_.folder, key, rates);
  if (!stored) {
    logger_.log(LogLevel::warning, "What was measured of device ",
                std::string_view(device.info().id), " is not kept in ",
                std::string_view(options_.folder), ": ", stored.error().what);
  }
}

Result<MeasuredRates> measure_on_host(backend::Device& device, std::stop_token stop) noexcept {
  CalibrationOptions options;
  options.stop = std::move(stop);
  if (device.info().type == AcceleratorType::cpu) {
    if (const auto pool = ThreadPool::shared(device.info().compute_units)) {
      // Sharing is worth it for twice the time that a helper needs.
      options.threads_nanoseconds = (*pool)->threads() > 1 ? (*pool)->grain_nanoseconds() / 2 : 0;
    }
  }
  return measure_rates(device, options);
}

}  // namespace dotcompute::core
