// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.hpp"
#include "queues.hpp"
#include "timeline.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

namespace dotcompute::opencl {

/// A copy that a thread of ours makes, chunk by chunk.
struct StagedCopy {
  std::byte* host = nullptr;  ///< Only read if the copy goes to the device.
  std::size_t bytes = 0;
  cl_mem memory = nullptr;
  std::size_t offset = 0;  ///< In the memory object, in bytes.
};

/// Copies one way between pageable memory of the host and a device that does not share it, through a
/// few pinned chunks: while one is on its way to or from the device, the next is filled or emptied.
/// Drivers do that too, but most of them on the thread that queues the copy.
///
/// Copies run one after another on one thread, which the first of them starts. They may wait for
/// others, since those were queued before.
///
/// Threads: copy() may be called from any thread at the same time.
class Staging {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
  /// What is smaller goes through the driver's own staging, as fast and without another thread.
  static constexpr std::size_t kLeastBytes = std::size_t{64} << 10U;

  /// \param lane copy_in or copy_out. \param queues outlives this.
  Staging(std::shared_ptr<const Context> context, Queues& queues, Lane lane) noexcept
      : context_(std::move(context)), queues_(queues), lane_(lane) {}
  /// Waits for all copies.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Queues a copy. \retval ErrorCode::host_memory, or what the driver says.
  Result<backend::Completion> copy(const StagedCopy& request,
                                   std::span<const backend::Completion> after) noexcept;

 private:
  static constexpr std::size_t kChunks = 3;

  // Pinned memory, mapped for as long as this lives, and the part of a copy that is in there.
  struct Chunk {
    cl_mem memory = nullptr;
    std::byte* address = nullptr;
    Event busy;
    std::byte* target = nullptr;  // where it goes on the host, of a copy out
    std::size_t bytes = 0;
  };
  struct Job {
    StagedCopy copy;
    EventList waits;
    Event done;  // a user event
  };

  Status queue(Job job) noexcept;
  Status start() noexcept;
  cl_int pin(Chunk& chunk) noexcept;
  void unpin(Chunk& chunk) noexcept;
  void run() noexcept;
  cl_int run(Job& job) noexcept;
  cl_int queue_chunk(Chunk& chunk, const StagedCopy& part) noexcept;
  cl_int settle(Chunk& chunk) noexcept;

  const std::shared_ptr<const Context> context_;
  Queues& queues_;
  const Lane lane_;
  std::array<Chunk, kChunks> chunks_;  // of the thread, once it runs
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;    // guarded by mutex_
  bool is_ending_ = false;  // guarded by mutex_
  std::thread thread_;      // guarded by mutex_
};

}  // namespace dotcompute::opencl
