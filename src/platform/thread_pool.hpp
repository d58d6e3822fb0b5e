// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/chunk_job.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>

namespace dotcompute::core {

/// Threads that take queued work and help with loops, on top of oneTBB's workers.
///
/// A pool of n threads has n workers beside its callers, so that queued work runs at full width
/// while nobody waits; a loop is run by its caller and at most n - 1 of them.
///
/// Threads: every member may be called from any thread at the same time, also from within work and
/// loop bodies. Lifetime: once made, a pool stays until the process ends.
class ThreadPool {
 public:
  enum class Priority : std::uint8_t { low, normal, high };

  /// Work as it is queued: a function and 8 bytes for it.
  using Work = void (*)(void* state) noexcept;

  /// Most threads a pool may have.
  static constexpr std::uint32_t kMaxThreads = 4096;

  /// The pool of that many threads, which all in the process share.
  /// \param threads 0: as many as cpu_quota() says.
  /// \retval ErrorCode::invalid_argument above kMaxThreads.
  /// \retval ErrorCode::host_memory if there is no memory for it.
  static Result<std::shared_ptr<ThreadPool>> shared(std::uint32_t threads) noexcept;

  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] std::uint32_t threads() const noexcept { return threads_; }

  /// Queues work for a worker and returns. All that happened before is seen by the work.
  /// \retval ErrorCode::host_memory if it could not be queued: it will not run.
  Status enqueue(Work work, void* state, Priority priority = Priority::normal) noexcept;

  /// Calls `body(chunk)` once for each chunk from 0 on, on this thread and on those workers that
  /// come in time: nobody waits for one that has not started. Between chunks `control`, if given,
  /// is asked. The first failure keeps further chunks from being started and is returned, an
  /// exception as error_from_current_exception() says.
  /// \retval ErrorCode::cancelled / deadline_exceeded: some chunks have not run.
  template <class Body>
  requires std::invocable<Body&, std::uint64_t> Status parallel_for(
      std::uint64_t chunk_count, Body&& body, const backend::CallControl* control = nullptr)
  noexcept {
    using Stored = std::remove_reference_t<Body>;
    const ChunkBody erased{
        [](void* stored, std::uint64_t chunk) { (*static_cast<Stored*>(stored))(chunk); },
        const_cast<std::remove_const_t<Stored>*>(std::addressof(body))};
    return run_chunks(chunk_count, erased, control);
  }

  /// Work that takes longer than this, in nanoseconds, is worth sharing: twice the time that a helper
  /// needs to come. Measured on this pool when first asked, which takes less than a millisecond;
  /// between 5,000 and 100,000.
  [[nodiscard]] double grain_nanoseconds() noexcept {
    const double measured = grain_nanoseconds_.load(std::memory_order_relaxed);
    return measured > 0 ? measured : measure_grain();
  }

  /// grain_nanoseconds() if that is measured already, else its least value. Never blocks.
  [[nodiscard]] double known_grain_nanoseconds() const noexcept;

 private:
  struct Arenas;

  ThreadPool(std::uint32_t threads, std::unique_ptr<Arenas> arenas) noexcept;
  Status run_chunks(std::uint64_t chunk_count,
                    const ChunkBody& body,
                    const backend::CallControl* control) noexcept;
  bool recruit(ChunkJob& job) noexcept;
  double time_of_a_meeting() noexcept;
  double measure_grain() noexcept;

  const std::uint32_t threads_;
  const std::unique_ptr<Arenas> arenas_;
  std::atomic<std::uint32_t> waiting_{0};  // work that is queued and has not started
  std::mutex measuring_;
  std::atomic<double> grain_nanoseconds_{0};  // 0: not measured
};

}  // namespace dotcompute::core
