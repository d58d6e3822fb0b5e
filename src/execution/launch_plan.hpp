// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/signature.hpp"
#include "compilation/program_cache.hpp"
#include "discovery/kernel_record.hpp"
#include "platform/device_set.hpp"
#include "platform/epoch.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/buffer_pool.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {

/// What an automatic choice depends on beside the kernel: about how much work there is, and where
/// the data is.
struct Situation {
  std::uint8_t size_class = 0;  ///< The width of the number of items, in bits.
  std::uint8_t holder = 0;      ///< 0: the host; 1 + index of the device that has the data.

  friend bool operator==(const Situation&, const Situation&) noexcept = default;
};

/// What a first call found out, so that the next need not: where the kernel runs and with which
/// program. Immutable.
struct LaunchPlan : Retirable {
  backend::Device* device = nullptr;
  std::size_t place = 0;       ///< Of the device in the set.
  BufferPool* pool = nullptr;  ///< Of a device with memory of its own; else null.
  const backend::Program* program = nullptr;
  std::uint64_t selector_epoch = 0;  ///< Of the decision; another epoch of the selector retires it.
  bool needs_groups = false;         ///< False on the CPU, which cuts ranges itself.
  std::int64_t expected_nanoseconds = 0;  ///< Of a call on a device with memory of its own.
  /// Of an automatic choice: the situation it was made for.
  Situation situation;
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

  /// Slot 0 is for calls that leave the device open, whatever their size; 1 + index for those that
  /// name it; those from kFirstSituation on for calls that leave it open, by their situation.
  [[nodiscard]] const LaunchPlan* plan(std::size_t slot) const noexcept {
    return slots_[slot].load(std::memory_order_acquire);
  }
  void publish(std::size_t slot, const LaunchPlan* plan) noexcept {
    Epoch::retire(slots_[slot].exchange(plan, std::memory_order_acq_rel));
  }

  /// The slot of a situation. Several share one: the plan says whose it is.
  [[nodiscard]] static std::size_t slot_of(const Situation& situation) noexcept {
    return kFirstSituation + (situation.size_class + 5U * situation.holder) % kSituationSlots;
  }

  /// True once for each preference that could not be met, for the one warning about it.
  bool warn_once(AcceleratorType missed) noexcept {
    const std::uint32_t bit = 1U << static_cast<unsigned>(missed);
    return (warned_.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  static constexpr std::size_t kFirstSituation = 1 + kMaxDevices;
  static constexpr std::size_t kSituationSlots = 32;

  const Signature signature;
  ProgramCache programs;

 private:
  std::array<std::atomic<const LaunchPlan*>, kFirstSituation + kSituationSlots> slots_{};
  std::atomic<std::uint32_t> warned_{0};
};

}  // namespace dotcompute::core
