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

}  // namespace dotcompute
