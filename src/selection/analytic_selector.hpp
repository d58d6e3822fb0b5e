// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/device_rates.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/extension/backend_selector.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// Chooses the device that is expected to finish first, by what is known of the kernel and of each
/// device's speed.
///
/// Threads: every member may be called from any thread at the same time.
class AnalyticSelector final : public extension::BackendSelector {
 public:
  /// \param devices those of the runtime, where data may lie; may be empty if select_backend() is not
  /// used and all data lies on the host.
  /// May throw std::bad_alloc.
  explicit AnalyticSelector(std::vector<backend::DeviceInfo> devices = {});

  Result<extension::SelectionDecision> choose(
      const extension::SelectionRequest& request) noexcept override;
  [[nodiscard]] std::uint64_t epoch() const noexcept override {
    return epoch_.load(std::memory_order_acquire);
  }
  [[nodiscard]] Result<extension::DeviceChoice> select_backend(
      const WorkloadCharacteristics& characteristics) noexcept override;
  [[nodiscard]] std::optional<DeviceRates> rates(std::string_view device) const noexcept override;

  /// From now on these are the rates of a device. Decisions made before are made anew.
  /// \param device id. \retval ErrorCode::host_memory
  Status set_rates(std::string_view device, const DeviceRates& rates) noexcept;

  /// Calls `prepare` once, before the first choice between two devices or more; none waits for it
  /// but those that choose meanwhile. Not to be set while choices are made.
  void before_first_choice(std::function<void()> prepare) { prepare_ = std::move(prepare); }

 private:
  struct Known {
    std::string device;
    DeviceRates rates;
  };

  [[nodiscard]] DeviceRates rates_or_prior(const backend::DeviceInfo& device) const noexcept;
  [[nodiscard]] DeviceRates rates_for(
      const extension::SelectionCandidate& candidate) const noexcept;
  void prepare() noexcept;

  const std::vector<backend::DeviceInfo> devices_;
  mutable std::mutex mutex_;
  std::vector<Known> known_;  // guarded by mutex_
  std::atomic<std::uint64_t> epoch_{1};
  std::function<void()> prepare_;
  std::once_flag prepared_;
};

}  // namespace dotcompute::core
