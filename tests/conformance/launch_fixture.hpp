// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conformance/device_test.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dotcompute::conformance {

/// Counts how often each item of a range was run, and in how many boxes.
class ItemCounter {
 public:
  explicit ItemCounter(const LaunchRange& range) : range_(range), runs_(range.items()) {}

  /// A body whose state is an ItemCounter.
  static void count(const void* state,
                    const backend::KernelArgument* /*arguments*/,
                    const ItemRange& items) {
    const auto& counter = *static_cast<const ItemCounter*>(state);
    counter.boxes_.fetch_add(1, std::memory_order_relaxed);
    for (std::uint64_t z = items.begin[2]; z < items.end[2]; ++z) {
      for (std::uint64_t y = items.begin[1]; y < items.end[1]; ++y) {
        for (std::uint64_t x = items.begin[0]; x < items.end[0]; ++x) {
          const std::uint64_t item = (z * counter.range_.size[1] + y) * counter.range_.size[0] + x;
          counter.runs_.at(item).fetch_add(1, std::memory_order_relaxed);
        }
      }
    }
  }

  [[nodiscard]] std::uint64_t boxes() const { return boxes_.load(); }
  /// Items run exactly `times` times.
  [[nodiscard]] std::uint64_t items_run(std::uint32_t times) const {
    std::uint64_t items = 0;
    for (const auto& runs : runs_) {
      items += runs.load() == times ? 1 : 0;
    }
    return items;
  }

 private:
  const LaunchRange range_;
  mutable std::vector<std::atomic<std::uint32_t>> runs_;
  mutable std::atomic<std::uint64_t> boxes_{0};
};

/// A test that launches functions of the host.
class LaunchTest : public RunningDeviceTest {
 protected:
  std::unique_ptr<backend::Program> compile(backend::HostFunction function,
                                            const void* state,
                                            bool is_parallel = true) {
    const KernelMetadata metadata{.name = "kernel", .is_parallel = is_parallel};
    auto program = device_->compile({.metadata = &metadata, .host = {function, state}});
    EXPECT_TRUE(program.ok());
    return program.ok() ? std::move(*program) : nullptr;
  }

  /// The outcome of a launch once it is done.
  Status run(const backend::LaunchRequest& request) {
    const auto launched = device_->launch(request);
    if (!launched.ok()) {
      return launched.error();
    }
    const auto waited = device_->wait(*launched, std::chrono::minutes(1));
    return waited.ok() ? success() : Status(waited.error());
  }
};

}  // namespace dotcompute::conformance
