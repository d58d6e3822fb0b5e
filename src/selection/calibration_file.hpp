// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace dotcompute::core {

/// What a device was measured to be.
struct MeasuredRates : DeviceRates {
  MeasuredRates() = default;
  MeasuredRates(const DeviceRates& rates,
                bool disturbed = false) noexcept  // NOLINT: any rates may be
      : DeviceRates(rates), is_disturbed(disturbed) {}

  /// What was done several times took very different times: something else kept the machine busy.
  bool is_disturbed = false;
  /// How many times it was measured, if each was disturbed.
  std::uint32_t disturbed_times = 1;
};

/// What a measurement holds for: where any of it changes, it is made anew.
struct CalibrationKey {
  std::string device;  ///< Id and name.
  std::string driver;  ///< Version.
  std::string host;    ///< The processor of the host, and what it runs kernels with.
  std::string quota;   ///< Threads that the process may use.

  friend bool operator==(const CalibrationKey&, const CalibrationKey&) = default;
};

/// The key of a device of this host. May throw std::bad_alloc.
[[nodiscard]] CalibrationKey calibration_key_of(const backend::DeviceInfo& device);

/// Where the rates with a key are kept: a file of its own in `folder`. May throw std::bad_alloc.
[[nodiscard]] std::string calibration_path(const std::string& folder, const CalibrationKey& key);

/// The rates kept for `key`; nothing if there are none, or what is there is damaged, of another
/// version or of another key. Never touches the file. May throw std::bad_alloc.
[[nodiscard]] std::optional<MeasuredRates> load_rates(const std::string& folder,
                                                      const CalibrationKey& key);

/// Keeps rates, whole or not at all. The folder is made for its owner alone, if it is not there.
/// \retval ErrorCode::device_unavailable if it cannot be written; Error::native is the errno.
Status store_rates(const std::string& folder,
                   const CalibrationKey& key,
                   const MeasuredRates& rates) noexcept;

}  // namespace dotcompute::core
