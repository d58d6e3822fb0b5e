// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/signature.hpp"
#include "compilation/program_cache.hpp"
#include "discovery/kernel_record.hpp"
#include "platform/device_set.hpp"
#include "platform/epoch.hpp"

#include "dotcompute/backend/device.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {

/// What a first call found out, so that the next need not: where the kernel runs and with which
/// program. Immutable; only made for devices that use the host's memory in place.
struct LaunchPlan : Retirable {
  backend::Device* device = nullptr;
  const backend::Program* program = nullptr;
  std::uint64_t selector_epoch = 0;  ///< Of the decision; another epoch of the selector retires it.
  bool needs_groups = false;         ///< False on the CPU, which cuts ranges itself.
};

/// The plans of one kernel, its signature and its programs. Lives with the kernel's record.
class KernelPlanTable final : public KernelPlans {
 public:
  /// \throws std::bad_alloc
  explicit KernelPlanTable(const KernelRecord& record)
      : signature(*record.metadata, record.qualified_name, record.shapes, record.signature) {}
  ~KernelPlanTable() override {
    for (auto& slot : slots_) {
      delete slot.load(std::memory_order_acquire);
    }
  }

  /// Slot 0 is for calls that leave the device open; 1 + index for those that name it.
  [[nodiscard]] const LaunchPlan* plan(std::size_t slot) const noexcept {
    return slots_[slot].load(std::memory_order_acquire);
  }
  void publish(std::size_t slot, const LaunchPlan* plan) noexcept {
    Epoch::retire(slots_[slot].exchange(plan, std::memory_order_acq_rel));
  }

  /// True once for each preference that could not be met, for the one warning about it.
  bool warn_once(AcceleratorType missed) noexcept {
    const std::uint32_t bit = 1U << static_cast<unsigned>(missed);
    return (warned_.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  const Signature signature;
  ProgramCache programs;

 private:
  std::array<std::atomic<const LaunchPlan*>, 1 + kMaxDevices> slots_{};
  std::atomic<std::uint32_t> warned_{0};
};

}  // namespace dotcompute::core
