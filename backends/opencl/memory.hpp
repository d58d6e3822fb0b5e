// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.hpp"
#include "queues.hpp"
#include "staging.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace dotcompute::opencl {

/// One memory object. The handle of an allocation is the address of its block.
struct Block {
  cl_mem memory = nullptr;
  std::size_t bytes = 0;
  std::byte* host = nullptr;  ///< What AllocationRequest::host named: the object works in there.
  std::uint64_t id = 0;       ///< Never given twice, unlike addresses and memory objects.
};

/// The block of an allocation or of a part of it; null for no memory.
[[nodiscard]] Block* block_of(const backend::Allocation& allocation) noexcept;

/// The memory of a device: objects and the copies between them and the host.
///
/// Threads: every member may be called from any thread at the same time.
class Memory {
 public:
  /// \param queues outlives the memory.
  Memory(std::shared_ptr<const Context> context, Queues& queues) noexcept
      : context_(std::move(context)),
        queues_(queues),
        staging_in_(context_, queues, Lane::copy_in),
        staging_out_(context_, queues, Lane::copy_out) {}

  Result<backend::Allocation> allocate(const backend::AllocationRequest& request) noexcept;
  void free(const backend::Allocation& allocation) noexcept;
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept;

 private:
  Result<backend::Completion> write(const backend::CopyRequest& request) noexcept;
  Result<backend::Completion> read(const backend::CopyRequest& request) noexcept;
  [[nodiscard]] bool is_staged(std::size_t bytes) const noexcept {
    return context_->facts().needs_staging && bytes >= Staging::kLeastBytes;
  }
  Result<backend::Completion> copy_within(const backend::CopyRequest& request) noexcept;
  Result<backend::Completion> copy_overlapping(const backend::CopyRequest& request) noexcept;
  Result<backend::Completion> hand_over(const backend::Allocation& allocation,
                                        std::size_t bytes,
                                        cl_map_flags flags,
                                        Lane lane,
                                        std::span<const backend::Completion> after) noexcept;

  const std::shared_ptr<const Context> context_;
  Queues& queues_;
  Staging staging_in_;
  Staging staging_out_;
  std::atomic<std::uint64_t> next_id_{1};
};

}  // namespace dotcompute::opencl
