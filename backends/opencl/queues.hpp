// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/try.hpp"
#include "context.hpp"
#include "errors.hpp"
#include "timeline.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <utility>

namespace dotcompute::opencl {

/// What a command does: on a device without out-of-order queues each has a queue of its own.
enum class Lane : std::uint8_t { launch, copy_in, copy_out };

/// The queues of a device: commands start once those that they name have ended, in no other order.
///
/// Threads: every member may be called from any thread at the same time.
class Queues {
 public:
  static Result<std::unique_ptr<Queues>> open(std::shared_ptr<const Context> context) noexcept;

  explicit Queues(std::shared_ptr<const Context> context) noexcept
      : context_(std::move(context)), timeline_(context_->api()) {}
  /// Waits for all work.
  ~Queues();
  Queues(const Queues&) = delete;
  Queues& operator=(const Queues&) = delete;

  /// Queues one command and starts it.
  /// \param enqueue called as enqueue(cl_command_queue, const EventList&, cl_event*); its cl_int.
  template <class Enqueue>
  Result<backend::Completion> submit(Lane lane,
                                     std::span<const backend::Completion> after,
                                     Enqueue&& enqueue) noexcept {
    DC_TRY_ASSIGN(const EventList waits, timeline_.pending(after));
    cl_event event = nullptr;
    const cl_command_queue queue = lanes_[static_cast<std::size_t>(lane)];
    if (const cl_int code = enqueue(queue, waits, &event); code != CL_SUCCESS) [[unlikely]] {
      return error_of(code);
    }
    if (context_->api().flush(queue) != CL_SUCCESS) [[unlikely]] {
      // The command is queued, so that this may not fail any more: who waits flushes again.
      needs_flush_.store(true, std::memory_order_release);
    }
    return timeline_.add(Event(context_->api(), event));
  }

  /// Waits for a command; see backend::Device::wait().
  Result<bool> wait(backend::Completion completion, std::chrono::nanoseconds timeout) noexcept;

  [[nodiscard]] cl_command_queue lane(Lane lane) const noexcept {
    return lanes_[static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] Timeline& timeline() noexcept { return timeline_; }

 private:
  Status open_lanes() noexcept;
  Status flush_again() noexcept;
  Result<bool> ended(backend::Completion completion, cl_event event) noexcept;
  Status wait_without_end(cl_event event) noexcept;
  Result<bool> wait_until(cl_event event, std::chrono::nanoseconds timeout) noexcept;

  const std::shared_ptr<const Context> context_;
  std::array<cl_command_queue, 3> lanes_{};  // the same three times on an out-of-order device
  std::atomic<bool> needs_flush_{false};
  Timeline timeline_;
};

}  // namespace dotcompute::opencl
