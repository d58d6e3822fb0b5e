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
#include <bit>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {

/// What an automatic choice depends on beside the kernel: about how much work there is, how large the
/// unified buffers among the arguments are, and where they are.
struct Situation {
  std::uint8_t size_class = 0;  ///< The width of the number of items, in bits.
  /// Stands for the sizes and the holders of the unified buffers that are given; 0 without such.
  std::uint64_t buffers = 0;

  /// The holders of a buffer for which it does not matter where it is.
  static constexpr std::uint32_t kAnyHolders = ~std::uint32_t{0};
  static_assert(kMaxDevices < 32, "No devices are all bits.");

  /// \param holders devices that have the argument, a bit for each.
  void add(std::size_t parameter, std::size_t bytes, std::uint32_t holders) noexcept {
    constexpr std::uint64_t kPrime = 0x100000001b3;  // of FNV-1a with 64 bits
    const auto width = static_cast<std::uint64_t>(std::bit_width(bytes));
    buffers = (buffers ^ (width << 40U) ^ ((parameter + 1) << 32U) ^ holders) * kPrime;
  }

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
    const std::uint64_t buffers = situation.buffers ^ (situation.buffers >> 32U);
    return kFirstSituation + (situation.size_class + buffers) % kSituationSlots;
  }

  /// Parameters for which it matters to the choice of a device where they are: their copies take a
  /// part of the time of a call that counts.
  [[nodiscard]] std::uint32_t whereabouts() const noexcept {
    return whereabouts_.load(std::memory_order_relaxed);
  }
  void add_whereabouts(std::uint32_t parameters) noexcept {
    if ((parameters & ~whereabouts()) != 0) {
      whereabouts_.fetch_or(parameters, std::memory_order_relaxed);
    }
  }

  /// True once for each preference that could not be met, for the one warning about it.
  bool warn_once(AcceleratorType missed) noexcept {
    const std::uint32_t bit = 1U << static_cast<unsigned>(missed);
    return (warned_.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  static constexpr std::size_t kFirstSituation = 1 + kMaxDevices;
  static constexpr std::size_t kSituationSlots = 64;

  const Signature signature;
  ProgramCache programs;

 private:
  std::array<std::atomic<const LaunchPlan*>, kFirstSituation + kSituationSlots> slots_{};
  std::atomic<std::uint32_t> warned_{0};
  std::atomic<std::uint32_t> whereabouts_{0};
};

}  // namespace dotcompute::core
