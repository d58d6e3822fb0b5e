// SPDX-License-Identifier: Apache-2.0
#include "platform/chunk_job.hpp"

#include "platform/clock.hpp"

#include "dotcompute/exception.hpp"

#include <array>
#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

// How long to burn before sleeping: about what a sleeping core needs to wake.
constexpr double kSpinNanoseconds = 60'000;

inline void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

/// The jobs one thread made. More than it holds are given up when done: they are needed only while
/// loops nest deeper than this or many late helpers are queued.
class JobCache {
 public:
  JobCache() noexcept = default;
  JobCache(const JobCache&) = delete;
  JobCache& operator=(const JobCache&) = delete;
  ~JobCache() {
    for (ChunkJob* job : jobs_) {
      if (job != nullptr) {
        job->drop();
      }
    }
  }

  ChunkJob* take() noexcept {
    for (ChunkJob*& job : jobs_) {
      if (job == nullptr) {
        job = new (std::nothrow) ChunkJob;
        if (job == nullptr) {
          return nullptr;
        }
      } else if (job->references_.load(std::memory_order_acquire) != 1) {
        continue;
      }
      job->add_reference();
      return job;
    }
    return new (std::nothrow) ChunkJob;
  }

 private:
  std::array<ChunkJob*, 16> jobs_{};
};

ChunkJob* ChunkJob::take(const ChunkBody& body,
                         std::uint64_t chunk_count,
                         const backend::CallControl* control) noexcept {
  thread_local JobCache cache;
  ChunkJob* job = cache.take();
  if (job != nullptr) {
    job->open(body, chunk_count, control);
  }
  return job;
}

void ChunkJob::drop() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete this;
  }
}

void ChunkJob::open(const ChunkBody& body,
                    std::uint64_t chunk_count,
                    const backend::CallControl* control) noexcept {
  body_ = body;
  chunk_count_ = chunk_count;
  control_ = control;
  failed_.store(false, std::memory_order_relaxed);
  failure_.reset();
  next_.store(0, std::memory_order_relaxed);
  // What is written above is seen by every helper that enters.
  state_.store(0, std::memory_order_release);
}

bool ChunkJob::run_next() noexcept {
  if (next_.load(std::memory_order_relaxed) >= chunk_count_) {
    return false;
  }
  if (control_ != nullptr) {
    if (Status status = control_->check(); !status) [[unlikely]] {
      fail(std::move(status.error()));
      return false;
    }
  }
  const std::uint64_t chunk = next_.fetch_add(1, std::memory_order_relaxed);
  if (chunk >= chunk_count_) {
    return false;
  }
  try {
    body_.call(body_.body, chunk);
    return true;
  } catch (...) {
    fail(error_from_current_exception());
    return false;
  }
}

void ChunkJob::fail(Error error) noexcept {
  if (!failed_.exchange(true, std::memory_order_relaxed)) {
    failure_ = std::move(error);
  }
  next_.store(chunk_count_, std::memory_order_relaxed);
}

void ChunkJob::help() noexcept {
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  do {
    if ((state & kClosed) != 0) {
      return;
    }
  } while (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire,
                                         std::memory_order_relaxed));
  while (run_next()) {
  }
  leave();
}

void ChunkJob::leave() noexcept {
  // Release: the caller sees all that the chunks of this helper wrote.
  if (state_.fetch_sub(1, std::memory_order_release) == (kClosed | 1U)) {
    state_.notify_one();
  }
}

Status ChunkJob::close() noexcept {
  std::uint32_t state = state_.fetch_or(kClosed, std::memory_order_acquire) | kClosed;
  if (state != kClosed) {
    const Ticks begin = ticks_now();
    while (state != kClosed && nanoseconds_since(begin) < kSpinNanoseconds) {
      pause();
      state = state_.load(std::memory_order_acquire);
    }
    while (state != kClosed) {
      state_.wait(state, std::memory_order_acquire);
      state = state_.load(std::memory_order_acquire);
    }
  }
  if (failure_) [[unlikely]] {
    Error first = std::move(*failure_);
    failure_.reset();  // or what a kernel threw would live as long as this thread
    return first;
  }
  return success();
}

}  // namespace dotcompute::core
