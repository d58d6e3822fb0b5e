// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/range.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace dotcompute {

/// What a process does with pooled host memory. Blocks are as large as their size class, which is
/// at most 63 bytes or 25 % above the request.
struct HostMemoryStats {
  std::uint64_t hits = 0;                ///< Blocks handed out without asking the system.
  std::uint64_t misses = 0;              ///< Blocks handed out that came from the system.
  std::uint64_t system_allocations = 0;  ///< Times the system was asked, refusals included.
  std::uint64_t live_blocks = 0;         ///< Handed out and not yet given back.
  std::uint64_t live_bytes = 0;          ///< In live blocks.
  std::uint64_t requested_bytes = 0;     ///< Of live_bytes, what was asked for; the rest is waste.
  /// The most that live_bytes has been. Exact with one thread; with several, off by at most 64 MiB
  /// for each of them.
  std::uint64_t peak_live_bytes = 0;
  std::uint64_t cached_bytes = 0;  ///< In free blocks kept for reuse.
};

/// The host memory of this process: free blocks are kept for the next taker, those taken and given
/// back on one thread without a lock. Not bound to a runtime, and never torn down, so that memory
/// may be given back at any time until the process ends.
///
/// Threads: every function may be called from any thread at the same time.
namespace host_memory {

/// At most this is kept for reuse unless set_max_cached_bytes() says otherwise: 1 GiB.
inline constexpr std::size_t kDefaultMaxCachedBytes = std::size_t{1} << 30U;

/// Called when the system refuses, before that is reported, with the bytes that are wanted: to give
/// up memory somewhere else. Under no lock, on any thread but one that is ending. What it throws
/// counts as no.
/// \return whether to ask the system once more.
using PressureHook = std::function<bool(std::size_t bytes)>;

/// The time since any fixed point.
using Clock = std::chrono::nanoseconds (*)() noexcept;

/// When memory that nobody uses goes back to the system.
struct Decay {
  /// Of what is kept, that which was not needed for this long goes back; it is gone after four times
  /// as long. 0: never. Small blocks that an idle thread has at hand stay, at most 13 MiB a thread,
  /// until that thread takes or gives back a block.
  std::chrono::nanoseconds period = std::chrono::seconds(10);
  Clock clock = nullptr;  ///< Null: the steady clock.
};

/// Takes a block on a multiple of 64 bytes; what it holds is unspecified.
///
/// 0 bytes are taken as 1, so that every block has its own address. If the system refuses, free
/// blocks go back to it, then the pressure hook is asked, and the system each time once more.
///
/// \return null if the host has no memory left, or if `bytes` is above 2^48.
[[nodiscard]] void* take(std::size_t bytes) noexcept;

/// Gives a block back, on this or another thread. Null has no effect.
/// \param bytes exactly what take() was asked for.
void give_back(void* block, std::size_t bytes) noexcept;

/// Gives free blocks back to the system. Those below 1 MiB that another thread keeps, at most 13
/// MiB a thread, follow when that thread takes or gives back a block next.
void trim() noexcept;

/// Gives back what was not needed since the tick before, if that is a decay period ago. Takers do
/// that by themselves now and then; a program that takes nothing for long may call it.
void tick() noexcept;

/// Replaces the hook; an empty one is none. \throws std::bad_alloc
void set_pressure_hook(PressureHook hook);
void set_decay(const Decay& decay) noexcept;
[[nodiscard]] std::chrono::nanoseconds decay_period() noexcept;

/// At most this is kept in free blocks from now on; 0 keeps none. Trims if more is kept already.
/// \param bytes of the whole process; what an idle thread has reserved for its blocks counts.
void set_max_cached_bytes(std::size_t bytes) noexcept;

/// Counts since the process began. Consistent if no thread takes or gives back meanwhile.
[[nodiscard]] HostMemoryStats stats() noexcept;

}  // namespace host_memory

/// Owns a block of pooled host memory, or nothing. Move-only.
class HostBlock {
 public:
  HostBlock() noexcept = default;
  HostBlock(HostBlock&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  HostBlock& operator=(HostBlock&& other) noexcept {
    HostBlock taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(bytes_, taken.bytes_);
    return *this;
  }
  ~HostBlock() {
    if (data_ != nullptr) {
      host_memory::give_back(data_, bytes_);
    }
  }

  /// A block of `bytes` bytes, which are not set; none for 0.
  /// \retval ErrorCode::host_memory if the host has no memory left.
  static Result<HostBlock> take(std::size_t bytes) noexcept;

  /// A block for a packed array.
  /// \param extents all three, unused ones 1.
  /// \param element_bytes size of one element.
  /// \retval ErrorCode::host_memory if the host has no memory left, or can never have so much.
  static Result<HostBlock> take_array(const Extents& extents, std::size_t element_bytes) noexcept;

  /// How many bytes such an array has; 0 if an extent is 0.
  /// \retval ErrorCode::host_memory if the host can never have so much.
  static Result<std::size_t> bytes_of_array(const Extents& extents,
                                            std::size_t element_bytes) noexcept;

  [[nodiscard]] void* data() const noexcept { return data_; }
  /// As asked for.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  HostBlock(void* data, std::size_t bytes) noexcept : data_(data), bytes_(bytes) {}

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace dotcompute
