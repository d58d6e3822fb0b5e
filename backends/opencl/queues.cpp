// SPDX-License-Identifier: Apache-2.0
#include "queues.hpp"

#include "errors.hpp"
#include "platform/clock.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

namespace dotcompute::opencl {
namespace {

// A sleeping thread takes about as long to wake: for shorter work looking again and again is faster.
constexpr double kSpinNanoseconds = 50'000;

// Longer than any program runs, and short enough to be added to the clock.
constexpr std::chrono::nanoseconds kForever = std::chrono::hours(24 * 365);

// PoCL 3.1 does not call back for commands that fail, so that a sleeping thread looks now and then.
constexpr std::chrono::milliseconds kLookAgain{10};

// What the driver's threads tell those that sleep: that some command has ended. One for the process,
// and never destroyed, since a driver may call back long after a wait was given up, or not at all.
struct Signal {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t ended = 0;  // guarded by mutex

  static Signal& instance() noexcept {
    alignas(Signal) static std::array<std::byte, sizeof(Signal)> place;
    static Signal& signal = *new (place.data()) Signal();
    return signal;
  }

  std::uint64_t count() {
    const std::lock_guard lock(mutex);
    return ended;
  }
};

void CL_CALLBACK count_end(cl_event /*event*/, cl_int /*status*/, void* /*data*/) {
  Signal& signal = Signal::instance();
  const std::lock_guard lock(signal.mutex);
  ++signal.ended;
  signal.changed.notify_all();
}

Result<cl_int> status_of(const Api& api, cl_event event) noexcept {
  cl_int status = CL_QUEUED;
  const cl_int code = api.get_event_info(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status),
                                         &status, nullptr);
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  return status;
}

}  // namespace

Result<std::unique_ptr<Queues>> Queues::open(std::shared_ptr<const Context> context) noexcept {
  try {
    auto queues = std::make_unique<Queues>(std::move(context));
    DC_TRY(queues->open_lanes());
    return queues;
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

// clCreateCommandQueue also for devices of 2.0 and later: they all have it, and those of 1.x have
// nothing else.
Status Queues::open_lanes() noexcept {
  const bool out_of_order = context_->facts().has_out_of_order_queues;
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (lane > 0 && out_of_order) {
      lanes_[lane] = lanes_[0];
      continue;
    }
    cl_int code = CL_SUCCESS;
    lanes_[lane] = context_->api().create_queue(
        context_->handle(), context_->device(),
        out_of_order ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0, &code);
    if (code != CL_SUCCESS) {
      lanes_[lane] = nullptr;
      return error_of(code);
    }
  }
  return success();
}

Queues::~Queues() {
  const Api& api = context_->api();
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (lanes_[lane] == nullptr || (lane > 0 && lanes_[lane] == lanes_[0])) {
      continue;
    }
    // A device that is lost is done with its work too.
    std::ignore = api.finish(lanes_[lane]);
    std::ignore = api.release_queue(lanes_[lane]);
  }
}

Result<bool> Queues::wait(backend::Completion completion,
                          std::chrono::nanoseconds timeout) noexcept {
  if (completion.serial == 0) {
    return true;
  }
  if (needs_flush_.load(std::memory_order_acquire)) [[unlikely]] {
    DC_TRY(flush_again());
  }
  DC_TRY_ASSIGN(const Event event, timeline_.find(completion));
  if (event.get() == nullptr) {
    return true;
  }
  DC_TRY_ASSIGN(bool is_done, ended(completion, event.get()));
  if (is_done || timeout <= std::chrono::nanoseconds(0)) {
    return is_done;
  }
  const core::Ticks begin = core::ticks_now();
  for (std::uint32_t round = 1; core::nanoseconds_since(begin) < kSpinNanoseconds; ++round) {
    DC_TRY_ASSIGN(is_done, ended(completion, event.get()));
    if (is_done) {
      return true;
    }
    if (round % 16 == 0) {
      // The driver's own threads may need this processor.
      std::this_thread::yield();
    }
  }
  if (timeout >= kForever) {
    DC_TRY(wait_without_end(event.get()));
  } else {
    DC_TRY_ASSIGN(is_done, wait_until(event.get(), timeout));
    if (!is_done) {
      return false;
    }
  }
  return ended(completion, event.get());
}

Status Queues::flush_again() noexcept {
  needs_flush_.store(false, std::memory_order_relaxed);
  for (const cl_command_queue lane : lanes_) {
    if (const cl_int code = context_->api().flush(lane); code != CL_SUCCESS) {
      needs_flush_.store(true, std::memory_order_release);
      return error_of(code);
    }
  }
  return success();
}

// Whether the command has ended well; the timeline then lets go of it.
Result<bool> Queues::ended(backend::Completion completion, cl_event event) noexcept {
  DC_TRY_ASSIGN(const cl_int status, status_of(context_->api(), event));
  if (status > CL_COMPLETE) {
    return false;
  }
  timeline_.settle(completion, status);
  if (status < 0) {
    return error_of_command(status);
  }
  return true;
}

Status Queues::wait_without_end(cl_event event) noexcept {
  const cl_int code = context_->api().wait_for_events(1, &event);
  // Of a command that has failed its own status says more.
  if (code != CL_SUCCESS && code != CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST) {
    return error_of(code);
  }
  return success();
}

Result<bool> Queues::wait_until(cl_event event, std::chrono::nanoseconds timeout) noexcept {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const cl_int code = context_->api().set_event_callback(event, CL_COMPLETE, &count_end, nullptr);
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  Signal& signal = Signal::instance();
  for (;;) {
    // Before the status is asked for, so that no end is missed.
    const std::uint64_t seen = signal.count();
    DC_TRY_ASSIGN(const cl_int status, status_of(context_->api(), event));
    const auto now = std::chrono::steady_clock::now();
    if (status <= CL_COMPLETE || now >= deadline) {
      return status <= CL_COMPLETE;
    }
    std::unique_lock lock(signal.mutex);
    signal.changed.wait_until(lock, std::min(deadline, now + kLookAgain),
                              [&] { return signal.ended != seen; });
  }
}

}  // namespace dotcompute::opencl
