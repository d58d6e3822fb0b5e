// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/byte_ranges.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/buffer_pool.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace dotcompute::core {

/// Completions of one device that work has to wait for, each once.
class CompletionList {
 public:
  static constexpr std::size_t kMaxCompletions = 8;

  /// \return false if it is full.
  bool add(backend::Completion completion) noexcept;
  [[nodiscard]] std::span<const backend::Completion> all() const noexcept {
    return std::span(completions_).first(count_);
  }

 private:
  std::array<backend::Completion, kMaxCompletions> completions_;
  std::size_t count_ = 0;
};

/// Work queued on bytes of a block that is not known to be done.
struct PendingWork {
  ByteRange range;
  backend::Device* device = nullptr;  ///< Which does the work.
  backend::Completion completion;
  bool writes = false;  ///< To the block it is noted at.
};

/// One place of a unified buffer: its block, which bytes of it are valid, and the work queued on it.
///
/// Threads: guarded by the lock of its UnifiedMemory.
struct UnifiedLocation {
  UnifiedLocation() noexcept = default;
  UnifiedLocation(const UnifiedLocation&) = delete;
  UnifiedLocation& operator=(const UnifiedLocation&) = delete;
  ~UnifiedLocation();

  /// Makes room for `more` changes of `valid` and `pending`, whose done work is forgotten before more
  /// memory is taken. \retval ErrorCode::host_memory
  Status make_room(std::size_t more) noexcept;

  /// Notes work unless it is done already. \pre there is room.
  void note(const PendingWork& work) noexcept;

  /// Waits for one piece of work and forgets it. If it failed and the device is through with it, its
  /// bytes are no longer valid here.
  /// \return what the wait failed with.
  Status settle(std::size_t index) noexcept;

  /// Forgets work of `device` on bytes within `range`, all of which later work has waited for.
  void forget(const backend::Device& device, ByteRange range) noexcept;

  /// Waits for all work. Goes on when the device is lost, which is done with its memory then too.
  void drain() noexcept;

  BufferPool* pool = nullptr;  ///< Null: the host.
  PooledBuffer pooled;
  backend::Allocation allocation;  ///< Handle 0: no block yet. Not used for the host.
  bool wraps_host = false;         ///< The device works in the host's block.
  ByteRangeSet valid;
  std::vector<PendingWork> pending;
  std::unique_ptr<UnifiedLocation> next;
};

/// Whether work whose wait failed with `code` may still be running.
[[nodiscard]] constexpr bool may_still_run(ErrorCode code) noexcept {
  return code == ErrorCode::transient || code == ErrorCode::deadline_exceeded ||
         code == ErrorCode::host_memory;
}

}  // namespace dotcompute::core
