// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "null/device.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute {

/// A device that does nothing before somebody waits for it, and then only what the completions in
/// `after` ask for: a dependency that was forgotten shows as wrong bytes.
///
/// It also fails the test when memory goes back while work on it is queued, and when it is given a
/// completion of another device.
class LazyDevice final : public backend::Device {
 public:
  /// \param first_serial above that of other devices, by more than the work they get.
  LazyDevice(std::string id, std::uint64_t first_serial)
      : device_({.id = std::move(id), .max_allocation_bytes = std::size_t{1} << 30U}),
        first_(first_serial) {}

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return device_.info(); }

  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    return device_.allocate(request);
  }
  void free(backend::Allocation allocation) noexcept override {
    const std::lock_guard lock(mutex_);
    for (const Work& work : works_) {
      EXPECT_TRUE(is_lost_ || work.is_done || work.handle != allocation.handle)
          << "freed under queued work";
    }
    device_.free(allocation);
  }
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override {
    return device_.compile(source);
  }
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override {
    if (auto planned = plan_.check(null::Operation::copy); !planned) {
      return planned.error();
    }
    auto later = request;
    later.after = {};
    return queue(request.source.handle + request.target.handle, request.after,
                 [this, later] { EXPECT_TRUE(device_.copy(later).ok()); });
  }
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override {
    return device_.launch(request);
  }
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override {
    const std::lock_guard lock(mutex_);
    if (auto planned = plan_.check(null::Operation::wait); !planned) {
      is_lost_ = is_lost_ || planned.error().code == ErrorCode::device_unavailable;
      return planned.error();
    }
    if (timeout.count() == 0) {
      ++looks_;
      return is_done(completion);
    }
    ++waits_;
    run(completion);
    return true;
  }

  /// Queues work like that of a kernel.
  backend::Completion queue(std::uint64_t handle,
                            std::span<const backend::Completion> after,
                            std::function<void()> function) {
    const std::lock_guard lock(mutex_);
    for (const backend::Completion& earlier : after) {
      EXPECT_GT(earlier.serial, first_) << "a completion of another device";
      EXPECT_LE(earlier.serial, first_ + works_.size()) << "a completion of another device";
    }
    works_.push_back({handle, {after.begin(), after.end()}, std::move(function), false});
    return {first_ + works_.size()};
  }

  /// The bytes of an allocation as they are now.
  std::vector<std::byte> bytes_of(backend::Allocation allocation) {
    std::vector<std::byte> bytes(allocation.bytes);
    EXPECT_TRUE(device_.copy({.host_target = bytes, .source = allocation}).ok());
    return bytes;
  }
  void set_bytes(backend::Allocation allocation, std::span<const std::byte> bytes) {
    EXPECT_TRUE(device_.copy({.host_source = bytes, .target = allocation}).ok());
  }

  /// Runs some of what could run, in any order.
  void run_some(std::mt19937_64& random) {
    const std::lock_guard lock(mutex_);
    if (!works_.empty()) {
      run({first_ + 1 + random() % works_.size()});
    }
  }

  void fail(null::Operation operation,
            ErrorCode code,
            std::uint64_t skip,
            std::uint64_t times = 1) noexcept {
    // Work fails when it is queued, or to be waited for, and not when it is run.
    if (operation == null::Operation::allocate) {
      device_.fail(operation, code, skip, times);
    } else {
      plan_.fail(operation, code, skip, times);
    }
  }
  /// No failure is planned any more.
  void fail_no_more() noexcept {
    for (const null::Operation operation : null::kOperations) {
      fail(operation, ErrorCode::internal, 0, 0);
    }
  }

  [[nodiscard]] std::size_t live_allocations() const { return device_.live_allocations(); }
  /// How often somebody waited, and how often somebody looked without waiting.
  [[nodiscard]] std::uint64_t waits() const { return waits_; }
  [[nodiscard]] std::uint64_t looks() const { return looks_; }
  [[nodiscard]] std::size_t queued() const { return works_.size(); }

 private:
  struct Work {
    std::uint64_t handle = 0;
    std::vector<backend::Completion> after;
    std::function<void()> function;
    bool is_done = false;
  };

  [[nodiscard]] bool is_done(backend::Completion completion) const {
    return completion.serial == 0 || works_[completion.serial - first_ - 1].is_done;
  }
  void run(backend::Completion completion) {
    if (is_done(completion)) {
      return;
    }
    Work& work = works_[completion.serial - first_ - 1];
    for (const backend::Completion& earlier : work.after) {
      run(earlier);
    }
    work.function();
    work.is_done = true;
  }

  null::Device device_;
  null::FailurePlan plan_;
  const std::uint64_t first_;
  mutable std::mutex mutex_;
  std::vector<Work> works_;
  std::uint64_t waits_ = 0;
  std::uint64_t looks_ = 0;
  bool is_lost_ = false;  // its work is over, whatever was queued
};

}  // namespace dotcompute
