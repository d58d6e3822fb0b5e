// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"
#include "transfer/device_arguments.hpp"
#include "transfer/wait.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dotcompute::core {

/// The buffers of a bound call as their transfer takes them.
/// \param is_whole no range was given that leaves elements out.
/// \param bytes room for the size of each parameter's buffer; lives as long as the result.
[[nodiscard]] GivenBuffers given_buffers(const Signature& signature,
                                         BoundCall& call,
                                         bool is_whole,
                                         std::span<std::size_t> bytes) noexcept;

/// Counts work as queued on a device while it lives.
class QueuedWork {
 public:
  QueuedWork(std::atomic<std::int64_t>& counter, std::int64_t nanoseconds) noexcept
      : counter_(counter), nanoseconds_(nanoseconds) {
    counter_.fetch_add(nanoseconds_, std::memory_order_relaxed);
  }
  QueuedWork(const QueuedWork&) = delete;
  QueuedWork& operator=(const QueuedWork&) = delete;
  ~QueuedWork() { counter_.fetch_sub(nanoseconds_, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t>& counter_;
  const std::int64_t nanoseconds_;
};

}  // namespace dotcompute::core
