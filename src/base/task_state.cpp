// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/detail/task_state.hpp"

#include "dotcompute/detail/task_source.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <new>
#include <thread>

namespace dotcompute::detail {
namespace {

// The continuations that wait for the thread's stack to become shallow again.
class ContinuationQueue {
 public:
  void push(Continuation& continuation) noexcept {
    (last_ == nullptr ? first_ : last_->next) = &continuation;
    last_ = &continuation;
  }

  // False if there was none.
  bool run_all() noexcept {
    const bool any = first_ != nullptr;
    while (first_ != nullptr) {
      Continuation* const continuation = first_;
      first_ = std::exchange(continuation->next, nullptr);
      if (first_ == nullptr) {
        last_ = nullptr;
      }
      continuation->resume();
    }
    return any;
  }

  // One continuation ends a task, whose continuation ends the next: a long chain would overflow
  // the stack, so from a certain depth on they run one after the other instead.
  void run(Continuation& continuation) noexcept {
    constexpr int kMaxDepth = 32;
    if (depth_ == kMaxDepth) {
      push(continuation);
      return;
    }
    ++depth_;
    continuation.resume();
    if (depth_ == kMaxDepth) {
      run_all();
    }
    --depth_;
  }

 private:
  int depth_ = 0;
  Continuation* first_ = nullptr;
  Continuation* last_ = nullptr;
};

constinit thread_local ContinuationQueue continuation_queue;

// Waking a sleeper takes 20 to 220 us, so it pays to look on for about as long.
constexpr std::chrono::microseconds kSpinTime{60};

void pause_processor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// std::atomic has no wait with a deadline, so such waiters sleep here, several tasks to a place.
struct ParkingPlace {
  std::mutex mutex;
  std::condition_variable changed;
};

// Never destroyed, so that static objects may still wait.
ParkingPlace& parking_place_of(const void* state) noexcept {
  using Places = std::array<ParkingPlace, 16>;
  alignas(Places) static std::array<std::byte, sizeof(Places)> memory;
  static auto* const places = new (memory.data()) Places;
  return (*places)[(reinterpret_cast<std::uintptr_t>(state) / 64) % places->size()];
}

}  // namespace

bool TaskStateBase::change_phase(std::uint32_t from, std::uint32_t to) noexcept {
  return phase_.compare_exchange_strong(from, to, std::memory_order_acq_rel,
                                        std::memory_order_acquire);
}

bool TaskStateBase::spin(std::chrono::steady_clock::time_point deadline) const noexcept {
  constexpr int kPausesPerLook = 8;
  constexpr int kLooksPerClock = 8;
  do {
    for (int look = 0; look < kLooksPerClock; ++look) {
      if (is_done()) {
        return true;
      }
      for (int pause = 0; pause < kPausesPerLook; ++pause) {
        pause_processor();
      }
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

void TaskStateBase::wait() noexcept {
  while (!is_done()) {
    // What this waits for may be a continuation put off by a caller further up this stack.
    if (continuation_queue.run_all() || help_all(*this)) {
      continue;
    }
    if (spin(std::chrono::steady_clock::now() + kSpinTime)) {
      return;
    }
    // Announced first and looked for work after: either this sees new work, or whoever brings it
    // sees the announcement.
    if (!change_phase(kPending, kSleeping)) {
      return;
    }
    if (help_all(*this)) {
      change_phase(kSleeping, kPending);
      continue;
    }
    phase_.wait(kSleeping, std::memory_order_acquire);
  }
}

bool TaskStateBase::wait_until(std::chrono::steady_clock::time_point deadline) noexcept {
  continuation_queue.run_all();
  const auto now = std::chrono::steady_clock::now();
  if (is_done() || now >= deadline || spin(std::min(deadline, now + kSpinTime))) {
    return is_done();
  }
  if (!change_phase(kPending, kTimedSleeping)) {
    return true;
  }
  ParkingPlace& place = parking_place_of(this);
  {
    std::unique_lock lock(place.mutex);
    place.changed.wait_until(lock, deadline, [this] { return is_done(); });
  }
  return !change_phase(kTimedSleeping, kPending);
}

bool TaskStateBase::attach(Continuation& continuation) noexcept {
  continuation_ = &continuation;
  return change_phase(kPending, kContinued);
}

void TaskStateBase::publish() noexcept {
  switch (phase_.exchange(kDone, std::memory_order_acq_rel)) {
    case kSleeping:
      phase_.notify_one();
      break;
    case kTimedSleeping: {
      ParkingPlace& place = parking_place_of(this);
      // Taken so that the waiter is either before its look at the phase or asleep.
      { const std::lock_guard lock(place.mutex); }
      place.changed.notify_all();
      break;
    }
    case kContinued:
      continuation_queue.run(*continuation_);
      break;
    default:
      break;
  }
}

StateReference<TaskStateBase> TaskStateBase::help([[maybe_unused]] bool& ran) noexcept {
  return {};
}

void TaskStateBase::wake_to_help() noexcept {
  // Nothing further down can end, and so go, before this task has.
  TaskStateBase* state = this;
  while (state != nullptr) {
    if (state->phase_.load(std::memory_order_acquire) == kContinued) {
      state = state->continuation_->downstream();
      continue;
    }
    if (state->change_phase(kSleeping, kPending)) {
      state->phase_.notify_one();
    }
    return;
  }
}

bool help_all(TaskStateBase& start) noexcept {
  bool ran = false;
  auto state = start.help(ran);
  while (state) {
    state = state->help(ran);
  }
  return ran;
}

void Upstream::lock() noexcept {
  while (locked_.test_and_set(std::memory_order_acquire)) {
    std::this_thread::yield();
  }
}

void Upstream::unlock() noexcept {
  locked_.clear(std::memory_order_release);
}

void Upstream::set(TaskStateBase* state) noexcept {
  lock();
  state_ = state;
  unlock();
}

StateReference<TaskStateBase> Upstream::get() noexcept {
  lock();
  auto reference = StateReference<TaskStateBase>::share(state_);
  unlock();
  return reference;
}

namespace {

// Where an Error is aligned, its address leaves the lowest bit for the mark of a bare code.
constexpr std::uintptr_t kCodeOnly = 1;
static_assert(alignof(Error) > 1);

Error* error_at(std::uintptr_t bits) noexcept {
  return reinterpret_cast<Error*>(bits);  // NOLINT(performance-no-int-to-ptr)
}

}  // namespace

ErrorBox::ErrorBox(Error&& error) noexcept {
  const ErrorCode code = error.code;
  const auto* kept = make_pooled<Error>(std::move(error));
  bits_ = kept != nullptr ? reinterpret_cast<std::uintptr_t>(kept)
                          : (static_cast<std::uintptr_t>(code) << 1U) | kCodeOnly;
}

Error ErrorBox::take() noexcept {
  const std::uintptr_t bits = std::exchange(bits_, 0);
  if (bits == 0) {
    return empty_task_error();
  }
  if ((bits & kCodeOnly) != 0) {
    return {.code = static_cast<ErrorCode>(bits >> 1U),
            .what = "The host's memory ran out, so only the code of this error was kept."};
  }
  Error error = std::move(*error_at(bits));
  destroy_pooled(error_at(bits));
  return error;
}

void ErrorBox::destroy() noexcept {
  if ((bits_ & kCodeOnly) == 0) {
    destroy_pooled(error_at(bits_));
  }
}

Error empty_task_error() noexcept {
  return {.code = ErrorCode::invalid_argument,
          .what = "The task is empty: it was moved from, or what it held was taken."};
}

Error out_of_task_memory() noexcept {
  return {.code = ErrorCode::host_memory,
          .what = "The host has no memory left for the state of a task."};
}

Error abandoned_work_error() noexcept {
  return {.code = ErrorCode::internal,
          .what = "The work of the task was dropped before anybody started it."};
}

Error abandoned_source_error() noexcept {
  return {.code = ErrorCode::internal,
          .what = "The producer of the task ended without completing it."};
}

}  // namespace dotcompute::detail
