// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace dotcompute::cpu {

/// What one item of a kernel takes on one thread, learned from its launches: one figure for each
/// power of four of the number of items, since in a small launch the call weighs more and since the
/// items of some kernels do more when there are more of them.
///
/// Threads: every member may be called from any thread at the same time. Of two measurements at
/// once one may be lost.
class CostModel {
 public:
  CostModel() noexcept;

  /// Nanoseconds that `items` take on one thread; infinity if no launch of about that size has been
  /// measured.
  /// \pre items > 0
  [[nodiscard]] double measured_nanoseconds(std::uint64_t items) const noexcept {
    return static_cast<double>(per_item_[bucket_of(items)].load(std::memory_order_relaxed)) *
           static_cast<double>(
               static_cast<std::int64_t>(items));  // one instruction, as unsigned none
  }

  /// The same, from the nearest size if that one is not known; infinity if none is.
  [[nodiscard]] double expected_nanoseconds(std::uint64_t items) const noexcept;

  /// Takes in that `items` have taken `nanoseconds` on one thread. A single outlier, such as a
  /// launch during which the thread was set aside, moves the figure by less than twice.
  void record(std::uint64_t items, double nanoseconds) noexcept;

 private:
  static constexpr std::size_t kBuckets = 33;
  static std::size_t bucket_of(std::uint64_t items) noexcept {
    return static_cast<std::size_t>(std::bit_width(items)) / 2;
  }

  std::array<std::atomic<float>, kBuckets> per_item_;  // infinity: not known
};

}  // namespace dotcompute::cpu
