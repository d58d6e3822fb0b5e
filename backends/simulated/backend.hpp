// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device.hpp"
#include "platform/fault_plan.hpp"
#include "platform/virtual_clock.hpp"
#include "profile.hpp"

#include "dotcompute/backend/backend.hpp"
#include "dotcompute/base/error.hpp"

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace dotcompute::simulated {

/// A back end of simulated devices, "sim:0", "sim:1" and so on. It is of no list of back ends, as it
/// needs to be told what to simulate: RuntimeBuilder::add_backend() takes it.
class Backend final : public backend::Backend {
 public:
  struct Parts {
    std::vector<Profile> profiles;
    /// Where the devices that do the work are looked for; they outlive this.
    std::vector<backend::Backend*> inner;
    std::shared_ptr<core::VirtualClock> clock;  ///< Of all devices; null: time is that of the host.
    std::shared_ptr<core::FaultPlan> faults;    ///< Of all devices; null: none.
  };

  explicit Backend(Parts parts) noexcept : parts_(std::move(parts)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "simulated"; }
  Result<backend::FoundDevices> enumerate() noexcept override { return find(nullptr); }
  Result<backend::FoundDevices> enumerate_with(core::FaultPlan& faults) noexcept override {
    return find(&faults);
  }
  Result<std::unique_ptr<backend::Device>> open(
      std::size_t index, const backend::DeviceOptions& options) noexcept override;

  /// The device opened last at a place in enumerate(), as long as whoever opened it keeps it; null
  /// before.
  [[nodiscard]] Device* device(std::size_t index) const noexcept;

 private:
  struct Found {
    std::size_t profile = 0;
    backend::Backend* backend = nullptr;
    std::size_t index = 0;  // among the devices of `backend`
    Device* opened = nullptr;
  };

  Result<backend::FoundDevices> find(core::FaultPlan* faults) noexcept;

  const Parts parts_;
  mutable std::mutex mutex_;
  std::vector<Found> found_;  // guarded by mutex_
};

/// A back end of the devices that `description` names; see read_profiles().
/// \retval ErrorCode::invalid_argument with all problems, one a line, in Error::log.
/// \retval ErrorCode::host_memory
Result<std::shared_ptr<Backend>> make_backend(std::string_view description,
                                              Backend::Parts parts) noexcept;

}  // namespace dotcompute::simulated
