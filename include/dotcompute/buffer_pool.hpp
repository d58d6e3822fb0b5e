// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/pooled_buffer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace dotcompute {

namespace core {
class DevicePool;
}

/// What one device's pool does. Buffers are as large as their size class, which is at least 256
/// bytes and otherwise at most 25 % above the request.
struct BufferPoolStats {
  std::uint64_t hits = 0;             ///< Buffers handed out without asking the device.
  std::uint64_t misses = 0;           ///< Buffers handed out that came from the device.
  std::uint64_t live_buffers = 0;     ///< Handed out and not yet given back.
  std::uint64_t live_bytes = 0;       ///< In live buffers.
  std::uint64_t requested_bytes = 0;  ///< Of live_bytes, what was asked for.
  /// The most that live_bytes has been. Exact with one thread; with several, off by at most 64 MiB
  /// for each of them.
  std::uint64_t peak_live_bytes = 0;
  std::uint64_t cached_bytes = 0;  ///< Held for reuse now.

  /// The share of buffers that came from the pool itself, 0 to 1; 0 before the first.
  [[nodiscard]] double hit_rate() const noexcept {
    return hits == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(hits + misses);
  }
  /// Of live_bytes, what nobody asked for.
  [[nodiscard]] std::uint64_t wasted_bytes() const noexcept {
    return live_bytes > requested_bytes ? live_bytes - requested_bytes : 0;
  }
};

/// Keeps returned device memory for the next taker. One pool serves one device.
///
/// What a thread gives back lies at hand for it, and goes on to others in batches, or when they need
/// it. Each is O(1); a hit on the same thread takes nanoseconds and no lock that threads share.
///
/// Threads: every member may be called from any thread at the same time. Buffers may go back on
/// another thread than took them. The device is never called under a lock.
/// Lifetime: the device outlives the pool; the pool outlives every buffer taken from it.
class BufferPool {
 public:
  static constexpr std::size_t kMinBufferBytes = 256;

  /// Called when the device has no room, before that is reported, with the bytes that are wanted: to
  /// give up memory somewhere else. Under no lock, on any thread. What it throws counts as no.
  /// \return whether to ask the device once more.
  using PressureHook = std::function<bool(std::size_t bytes)>;

  /// The time since any fixed point.
  using Clock = std::chrono::nanoseconds (*)() noexcept;

  /// When memory that nobody uses goes back to the device.
  struct Decay {
    /// Of what is kept, that which was not needed for this long goes back; it is gone after four times
    /// as long. 0: never.
    std::chrono::nanoseconds period = std::chrono::seconds(10);
    Clock clock = nullptr;  ///< Null: the steady clock.
  };

  /// \param max_cached_bytes at most this is kept; beyond it, what was returned last stays and
  ///        other sizes go back to the device.
  /// \throws std::bad_alloc, also if the process has 4095 pools already.
  BufferPool(backend::Device& device, std::size_t max_cached_bytes);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  /// Takes a buffer of at least `bytes`; what it holds is unspecified. O(1).
  ///
  /// A hit makes no device call, but for what decay gives back now and then. If the device is out of memory, or the budget spent, all that the
  /// pool keeps goes back, then the pressure hook is asked, and the device each time once more.
  ///
  /// \retval ErrorCode::invalid_argument if `bytes` is 0 or above the device's largest allocation.
  /// \retval ErrorCode::out_of_memory if there is no room even then.
  Result<PooledBuffer> take(std::size_t bytes) noexcept;

  /// Gives all cached memory back to the device.
  void trim() noexcept;

  /// Gives back what was not needed since the tick before, if that is a decay period ago. Takers do
  /// that by themselves now and then; a program that takes nothing for long may call it.
  void tick() noexcept;

  /// At most this is taken from the device, live and kept together; 0: no limit. If more is taken
  /// already, what is kept goes back; what is live stays.
  void set_budget(std::uint64_t bytes) noexcept;
  /// Replaces the hook; an empty one is none. \throws std::bad_alloc
  void set_pressure_hook(PressureHook hook);
  void set_decay(const Decay& decay) noexcept;
  [[nodiscard]] std::uint64_t budget() const noexcept;
  [[nodiscard]] std::chrono::nanoseconds decay_period() const noexcept;

  /// Exact while nobody else uses the pool; else parts of it are some calls apart.
  [[nodiscard]] BufferPoolStats stats() const noexcept;
  [[nodiscard]] backend::Device& device() const noexcept;

 private:
  friend class PooledBuffer;

  const std::unique_ptr<core::DevicePool> pool_;
};

}  // namespace dotcompute
