// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engines.hpp"
#include "memory.hpp"
#include "platform/fault_plan.hpp"
#include "platform/virtual_clock.hpp"
#include "profile.hpp"

#include "dotcompute/backend/device.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace dotcompute::simulated {

/// What a device was asked for, refused and failed calls left out.
struct Counts {
  std::uint64_t launches = 0;
  std::uint64_t copies_in = 0;
  std::uint64_t copies_out = 0;
  std::uint64_t copies_within = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

/// What a device is made of beside the device it decorates.
struct Parts {
  Profile profile;
  std::uint32_t number = 0;                   ///< Of the id: "sim:0".
  std::shared_ptr<core::VirtualClock> clock;  ///< Null: time is that of the host.
  std::shared_ptr<core::FaultPlan> faults;    ///< Null: none.
};

/// A device with memory, copy engines and speed of its own, which has another device do the work.
///
/// Launches and copies are queued and done by threads of their own, in the order of `after` only.
/// On the host's clock nothing is done sooner than the inner device can do it. On a virtual clock
/// waiting lets time pass at once: then the device's times are exact and no thread sleeps.
///
/// A function of the host that runs on it must not wait for work that it queues on it itself.
class Device final : public backend::Device {
 public:
  /// \throws std::bad_alloc
  Device(std::unique_ptr<backend::Device> inner, Parts parts);
  ~Device() override;

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(const backend::AllocationRequest& request) noexcept override;
  void free(backend::Allocation allocation) noexcept override;
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override;
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override;
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override;
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override;

  [[nodiscard]] Counts counts() const noexcept;
  /// Allocations not yet freed.
  [[nodiscard]] std::size_t live_allocations() const noexcept { return memory_.live(); }
  /// When the device will have finished all that is done so far, on its clock.
  [[nodiscard]] std::chrono::nanoseconds busy_until() const noexcept {
    return engines_.busy_until();
  }
  /// The device's clock: the virtual one, or the host's since the device was made.
  [[nodiscard]] std::chrono::nanoseconds now() const noexcept;

 private:
  Status check(core::CallGroup group, std::string_view function) const noexcept;
  Result<Engines::Time> run_copy(const backend::CopyRequest& request, Engines::Time duration);
  Result<Engines::Time> run_launch(const backend::LaunchRequest& request);
  Result<bool> wait_on_host(backend::Completion completion,
                            std::chrono::nanoseconds timeout) noexcept;
  Result<bool> wait_on_virtual_clock(backend::Completion completion,
                                     std::chrono::nanoseconds timeout) noexcept;

  const Parts parts_;
  const std::unique_ptr<backend::Device> inner_;
  const backend::DeviceInfo info_;
  const std::chrono::steady_clock::time_point made_at_;
  Memory memory_;
  std::atomic<std::uint64_t> launches_{0};
  std::atomic<std::uint64_t> copies_in_{0};
  std::atomic<std::uint64_t> copies_out_{0};
  std::atomic<std::uint64_t> copies_within_{0};
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> bytes_out_{0};
  Engines engines_;  // last: its threads use what stands above
};

}  // namespace dotcompute::simulated
