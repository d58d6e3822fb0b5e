// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dotcompute {

/// While it lives, the allocation after the first `count` of this thread fails, once.
class FailingHeap {
 public:
  explicit FailingHeap(int count) noexcept;
  ~FailingHeap();
  FailingHeap(const FailingHeap&) = delete;
  FailingHeap& operator=(const FailingHeap&) = delete;

  /// Whether the failure has come.
  [[nodiscard]] bool failed() const noexcept;
};

}  // namespace dotcompute
