// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/host_source.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace dotcompute {

/// The system's memory, counted, and refused when told to.
///
/// Threads: the source may be used from any thread at the same time; plan before that.
class PlannedSource {
 public:
  [[nodiscard]] core::HostSource source() noexcept { return {&allocate, &release, this}; }

  /// Of the requests from now on, the first `skip` are left alone and the `times` after them fail.
  void fail(std::int64_t skip, std::int64_t times) noexcept {
    first_failure_ = requests_ + skip;
    last_failure_ = first_failure_ + times;
  }

  [[nodiscard]] std::int64_t requests() const noexcept { return requests_; }
  [[nodiscard]] std::int64_t live_blocks() const noexcept { return live_blocks_; }
  [[nodiscard]] std::int64_t live_bytes() const noexcept { return live_bytes_; }

 private:
  static void* allocate(void* state, std::size_t bytes) noexcept {
    auto& self = *static_cast<PlannedSource*>(state);
    const std::int64_t request = self.requests_++;
    if (request >= self.first_failure_ && request < self.last_failure_) {
      return nullptr;
    }
    void* const block = core::allocate_from_system(nullptr, bytes);
    if (block != nullptr) {
      ++self.live_blocks_;
      self.live_bytes_ += static_cast<std::int64_t>(bytes);
    }
    return block;
  }

  static void release(void* state, void* block, std::size_t bytes) noexcept {
    auto& self = *static_cast<PlannedSource*>(state);
    --self.live_blocks_;
    self.live_bytes_ -= static_cast<std::int64_t>(bytes);
    core::release_to_system(nullptr, block, bytes);
  }

  std::atomic<std::int64_t> requests_{0};
  std::atomic<std::int64_t> live_blocks_{0};
  std::atomic<std::int64_t> live_bytes_{0};
  std::int64_t first_failure_ = 0;
  std::int64_t last_failure_ = 0;
};

}  // namespace dotcompute
