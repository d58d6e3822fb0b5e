// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dotcompute::core {

/// A loop body without its type.
struct ChunkBody {
  void (*call)(void* body, std::uint64_t chunk) = nullptr;  ///< May throw.
  void* body = nullptr;
};

/// One loop over chunks, shared by the caller and the helpers that came in time.
///
/// A helper holds a reference from when it is queued until it has gone, so that one which comes
/// late finds the job closed and not a stranger's. Each thread keeps the jobs it made and takes one
/// again when nobody else refers to it: a steady state allocates nothing.
///
/// Threads: help() and drop() from any; the others from the thread that took the job.
class ChunkJob {  // NOLINT(clang-analyzer-optin.performance.Padding): counters that all threads
                  // write have cache lines of their own
 public:
  /// A job with one reference, the caller's. Null if the host has no memory left.
  static ChunkJob* take(const ChunkBody& body,
                        std::uint64_t chunk_count,
                        const backend::CallControl* control) noexcept;

  ChunkJob(const ChunkJob&) = delete;
  ChunkJob& operator=(const ChunkJob&) = delete;

  void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void drop() noexcept;

  /// Runs the next chunk. False if there is none, or none is to be started any more.
  bool run_next() noexcept;

  /// Runs chunks until there are none, if the job is still open.
  void help() noexcept;

  /// Lets nobody enter any more and waits for those who have.
  /// \return the first failure, if there was one. The caller's last call but drop().
  Status close() noexcept;

 private:
  friend class JobCache;
  ChunkJob() noexcept = default;
  ~ChunkJob() = default;
  void open(const ChunkBody& body,
            std::uint64_t chunk_count,
            const backend::CallControl* control) noexcept;
  void fail(Error error) noexcept;
  void leave() noexcept;

  static constexpr std::uint32_t kClosed = 1U << 31U;
  static constexpr std::size_t kCacheLine = 64;

  ChunkBody body_;
  std::uint64_t chunk_count_ = 0;
  const backend::CallControl* control_ = nullptr;
  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> failed_{false};
  std::optional<Error> failure_;  // written by whoever set failed_, read after close()
  alignas(kCacheLine) std::atomic<std::uint64_t> next_{0};
  alignas(kCacheLine) std::atomic<std::uint32_t> state_{kClosed};  // helpers inside, and kClosed
};

}  // namespace dotcompute::core
