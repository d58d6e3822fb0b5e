// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dotcompute {

/// Calls of any operator new in this program so far.
[[nodiscard]] std::uint64_t heap_allocations() noexcept;
/// Calls of any operator delete with a block so far.
[[nodiscard]] std::uint64_t heap_releases() noexcept;

/// While it lives, every operator new on this thread fails.
class EmptyHeap {
 public:
  EmptyHeap() noexcept;
  ~EmptyHeap();
  EmptyHeap(const EmptyHeap&) = delete;
  EmptyHeap& operator=(const EmptyHeap&) = delete;
};

/// While it lives, one operator new on this thread fails: the one after `skip` others.
class PlannedHeapFailure {
 public:
  explicit PlannedHeapFailure(std::uint64_t skip) noexcept;
  ~PlannedHeapFailure();
  PlannedHeapFailure(const PlannedHeapFailure&) = delete;
  PlannedHeapFailure& operator=(const PlannedHeapFailure&) = delete;

  /// Whether it has come to the failure.
  [[nodiscard]] bool happened() const noexcept;
};

}  // namespace dotcompute
