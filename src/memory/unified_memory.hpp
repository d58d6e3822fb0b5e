// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/byte_ranges.hpp"
#include "memory/unified_location.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/detail/task_state.hpp"
#include "dotcompute/detail/unified_part.hpp"
#include "dotcompute/host_memory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace dotcompute {
class MemoryManager;
}

namespace dotcompute::core {

class UnifiedMemory;

/// What the unified buffers of one memory manager have in common.
struct UnifiedOwner : std::enable_shared_from_this<UnifiedOwner> {
  const MemoryManager* manager = nullptr;  ///< Null where a test has none.
  std::atomic<std::uint64_t> bytes_to_devices{0};
  std::atomic<std::uint64_t> bytes_from_devices{0};
  std::atomic<std::uint32_t> running{0};  ///< Asynchronous operations that have not ended.
};

/// The right to work on bytes of a unified buffer in one place. Move-only.
///
/// It ends with used_until(), failed_after() or its destructor. Until then the copies elsewhere stay
/// as valid as they were, and others can neither write the bytes nor, if this use writes, read them.
class MemoryUse {
 public:
  MemoryUse() noexcept = default;
  MemoryUse(MemoryUse&& other) noexcept;
  MemoryUse& operator=(MemoryUse&& other) noexcept;
  /// Nothing was queued: all stays as it was.
  ~MemoryUse();

  /// The bytes, where the use is on the host's memory; else null.
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  /// The bytes, where the use is on a device's own memory; a part, if they do not begin the buffer.
  [[nodiscard]] backend::Allocation allocation() const noexcept { return allocation_; }
  /// What work on the device has to wait for before it touches the bytes.
  [[nodiscard]] std::span<const backend::Completion> after() const noexcept { return after_.all(); }

  /// Ends the use: the work is done at `completion`, serial 0 for done already. If `wrote`, the bytes
  /// are valid here alone from now on. It must have waited for after().
  void used_until(backend::Completion completion, bool wrote) noexcept;

  /// Ends the use of work that failed in the middle: what a writing use has left here is nothing that
  /// counts; copies elsewhere stay valid.
  void failed_after(backend::Completion completion) noexcept;

  /// Makes the use last until UnifiedMemory::end_host_use(). \pre it is one of the host itself.
  /// \return the memory, with the reference this has held.
  [[nodiscard]] UnifiedMemory* hand_over() noexcept;

 private:
  void end(backend::Completion completion, bool wrote, bool failed) noexcept;

  friend class UnifiedMemory;

  UnifiedMemory* memory_ = nullptr;  // counted; null if it has ended
  UnifiedLocation* location_ = nullptr;
  backend::Device* device_ = nullptr;  // null: the host itself
  ByteRange range_;
  Access access_ = Access::read;
  std::byte* data_ = nullptr;
  backend::Allocation allocation_;
  CompletionList after_;
};

/// The storage of a unified buffer: a block on the host and one on each device that has used it,
/// taken when first needed, and which bytes are valid where.
///
/// The states invalid, shared and modified of a byte follow from how many places have it valid. Bytes
/// that are valid nowhere were never written; reading them moves nothing.
///
/// Each place keeps the work queued on its block, with its bytes. Work on the same device waits for
/// it through MemoryUse::after(), all else waits on the host. So no block is changed under work that
/// reads it, nor given back before the work on it is done.
///
/// Threads: every member may be called from any thread at the same time; one lock, of this object.
/// It is held while another device or the host has to wait for a copy.
/// Lifetime: counted; the pools outlive it.
class UnifiedMemory {
 public:
  using Reference = dotcompute::detail::StateReference<UnifiedMemory>;

  /// \retval ErrorCode::host_memory if there is no memory for the bookkeeping.
  static Result<Reference> make(UnifiedOwner& owner, std::size_t bytes) noexcept;

  UnifiedMemory(UnifiedOwner& owner, std::size_t bytes) noexcept;
  UnifiedMemory(const UnifiedMemory&) = delete;
  UnifiedMemory& operator=(const UnifiedMemory&) = delete;
  ~UnifiedMemory();

  /// Makes bytes ready on the device of `pool`, queueing the copies that needs.
  /// \retval ErrorCode::invalid_argument if a use that has not ended stands in the way.
  /// \retval ErrorCode::out_of_memory, host_memory, or what a copy or a wait fails with. What was
  ///         valid anywhere still is.
  Result<MemoryUse> use_on(BufferPool& pool, ByteRange range, Access access) noexcept;

  /// Makes bytes ready in the host's memory.
  /// \param device null for the host itself: what they need is then waited for. Else a device that
  ///        works in the host's memory.
  Result<MemoryUse> use_on_host(ByteRange range,
                                Access access,
                                backend::Device* device = nullptr) noexcept;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] UnifiedOwner& owner() const noexcept { return owner_; }
  [[nodiscard]] BufferTraffic traffic() const noexcept;
  /// \retval ErrorCode::host_memory
  [[nodiscard]] Result<std::vector<BufferCopy>> where(ByteRange range) const noexcept;

  /// How many bytes of `range` can be used on the device of `pool` without a transfer.
  /// \param pool null for the host and devices that work in its memory.
  [[nodiscard]] std::uint64_t valid_bytes(const BufferPool* pool, ByteRange range) const noexcept;
  /// Which of `pools` have all of `range`, as a bit for each; null among them is the host. Nobody has
  /// what was never written.
  /// \pre at most 32 pools.
  [[nodiscard]] std::uint32_t holders(ByteRange range,
                                      std::span<BufferPool* const> pools) const noexcept;

  void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;

  /// Ends a use of the host itself that handed over its reference: see MemoryUse::hand_over().
  void end_host_use(ByteRange range, bool writes) noexcept;

 private:
  friend class MemoryUse;

  struct ActiveUse {
    ByteRange range;
    bool writes = false;
    friend bool operator==(const ActiveUse&, const ActiveUse&) noexcept = default;
  };

  // All of these are called with mutex_ held.
  Result<UnifiedLocation*> location_on(BufferPool& pool) noexcept;
  Status take_host_block() noexcept;
  Status take_block(UnifiedLocation& location) noexcept;
  Status make_room() noexcept;
  Status check_free(ByteRange range, bool writes) const noexcept;
  Result<MemoryUse> begin_use(UnifiedLocation& location,
                              backend::Device* device,
                              ByteRange range,
                              Access access) noexcept;
  void end_active(ByteRange range, bool writes) noexcept;
  void set_valid_only_in(UnifiedLocation& location, ByteRange range) noexcept;
  [[nodiscard]] bool is_same_memory(const UnifiedLocation& one,
                                    const UnifiedLocation& other) const noexcept;

  Status fetch_to_host(ByteRange range) noexcept;
  Status fetch_to_device(UnifiedLocation& target, ByteRange range) noexcept;
  Status copy_to_host(ByteRange missing, std::uint64_t& reached) noexcept;
  Status copy(UnifiedLocation& device_location, ByteRange piece, bool to_device) noexcept;
  Status clear_way(const UnifiedLocation& location,
                   ByteRange range,
                   Access access,
                   const backend::Device* device,
                   CompletionList& after) noexcept;

  [[nodiscard]] BufferCopy describe(const UnifiedLocation& location, ByteRange range) const;

  // Calls `function` with the host and each device in turn.
  template <class Function>
  void for_each_location(const Function& function) noexcept {
    for (UnifiedLocation* location = &host_; location != nullptr; location = location->next.get()) {
      function(*location);
    }
  }

  UnifiedOwner& owner_;
  const std::size_t bytes_;
  std::atomic<std::uint32_t> references_{1};

  mutable std::mutex mutex_;
  HostBlock host_block_;           // guarded by mutex_, as is all that follows
  UnifiedLocation host_;           // the devices follow it
  std::vector<ActiveUse> active_;  // uses that have not ended
  BufferTraffic traffic_;
};

}  // namespace dotcompute::core
