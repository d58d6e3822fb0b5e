// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/central_list.hpp"
#include "memory/host_source.hpp"
#include "memory/size_classes.hpp"
#include "memory/thread_cache.hpp"

#include "dotcompute/host_memory.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace dotcompute::core {

/// The pool behind host_memory, whose functions say what the members of the same name do.
///
/// Three stages: what the thread itself keeps (ThreadCache), one central list for each size, the
/// source. A byte kept anywhere is reserved first, whole magazines at a time, so that the limit
/// holds for all stages together without a shared write per block.
///
/// Threads: every member may be called from any thread at the same time, except the destructor.
/// Lifetime: of pools other than that of the process: outlives every block taken from it.
// The counts that threads share have a cache line of their own.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
class HostPool {
 public:
  constexpr HostPool(const HostSource& source, std::size_t max_cached_bytes) noexcept
      : source_(source), max_cached_bytes_(max_cached_bytes), caches_(&shared_) {}
  ~HostPool();
  HostPool(const HostPool&) = delete;
  HostPool& operator=(const HostPool&) = delete;

  /// The one of this process, which is never destroyed.
  [[nodiscard]] static HostPool& process() noexcept;

  [[nodiscard]] void* take(std::size_t bytes) noexcept;
  void give_back(void* block, std::size_t bytes) noexcept;
  void trim() noexcept;
  void tick() noexcept;
  void set_max_cached_bytes(std::size_t bytes) noexcept;
  void set_pressure_hook(host_memory::PressureHook hook);
  void set_decay(const host_memory::Decay& decay) noexcept;
  [[nodiscard]] std::chrono::nanoseconds decay_period() const noexcept {
    return decay_period_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] HostMemoryStats stats() noexcept;

  /// Has the pool of an ending thread's cache, if it still exists, take over what that holds.
  static void retire(ThreadCache& cache) noexcept;

 private:
  using Slots = ThreadCache::Slots;

  // How far the live bytes of a thread may drift from what it has told the pool.
  static constexpr std::int64_t kMaxUntoldBytes = std::int64_t{64} << 20U;

  // So many blocks a thread takes before it looks whether it is time for a tick.
  static constexpr std::int64_t kTakesBetweenLooks = 4096;

  // What a cache has to follow, in one number: trims, and below them ticks.
  static constexpr std::uint64_t kTick = 1;
  static constexpr std::uint64_t kTrim = std::uint64_t{1} << 32U;

  // Guards which caches belong to which pool. One for all pools, as a thread may end while a pool
  // is destroyed.
  static constinit inline std::mutex caches_mutex;

  /// Null if this thread can have none: it is ending, or the host has no memory for one.
  ThreadCache* current_cache() noexcept;
  ThreadCache* attach() noexcept;

  void* take_shared(std::size_t bytes) noexcept;
  void* take_from(ThreadCache& cache, std::size_t bytes) noexcept;
  void* take_slowly(ThreadCache& cache, std::size_t size_class) noexcept;
  void* refill(ThreadCache& cache, std::size_t size_class) noexcept;
  void* allocate(ThreadCache& cache, std::size_t size_class) noexcept;
  void* ask_source(ThreadCache& cache, std::size_t bytes) noexcept;
  bool ask_pressure_hook(std::size_t bytes) noexcept;

  void give_shared(void* block, std::size_t bytes) noexcept;
  void give_to(ThreadCache& cache, void* block, std::size_t bytes) noexcept;
  bool open(Magazine& magazine, std::size_t size_class) noexcept;
  void keep_small(Magazine& magazine, std::size_t size_class, void* block) noexcept;
  void keep_large(Slots& slots, std::size_t size_class, void* block) noexcept;
  void give_central(std::size_t size_class, std::span<void* const> blocks) noexcept;
  void release(std::size_t size_class, std::span<void* const> blocks) noexcept;

  bool reserve(std::size_t bytes) noexcept;
  bool make_room(std::size_t bytes, std::size_t kept_class) noexcept;
  bool replace_others(std::size_t bytes, std::size_t kept_class) noexcept;
  void unreserve(std::size_t bytes) noexcept;
  void unreserve_empty_slots() noexcept;
  void move_slots_to_central() noexcept;
  void move_to_central(Slots& slots, std::size_t size_class) noexcept;
  bool release_some_of(std::size_t size_class) noexcept;
  void release_magazines(ThreadCache& cache) noexcept;
  void follow(ThreadCache& cache) noexcept;
  void release_unused(ThreadCache& cache) noexcept;
  void release_unused(Magazine& magazine, std::size_t size_class) noexcept;
  void release_unused_of_central() noexcept;
  void move_idle_slots_to_central() noexcept;
  void move_if_idle(LargeSlot& slot, std::size_t size_class) noexcept;
  [[nodiscard]] std::chrono::nanoseconds time() const noexcept;
  void release_cached(ThreadCache* own) noexcept;
  void take_over(ThreadCache& cache) noexcept;

  void publish(HostCounters& counters) noexcept;

  const HostSource source_;
  std::atomic<std::size_t> max_cached_bytes_;
  std::atomic<std::uint64_t> epoch_{0};  // a cache of another epoch follows it at its next use

  alignas(64) std::atomic<std::size_t> reserved_bytes_{0};
  std::atomic<std::int64_t> live_bytes_{0};  // told by threads; lacks what they have not told yet
  std::atomic<std::int64_t> peak_live_bytes_{0};
  std::array<CentralList, kSizeClassCount> central_;

  ThreadCache* caches_;   // guarded by caches_mutex; shared_ is one of them
  HostCounters retired_;  // of threads that have ended; guarded by caches_mutex
  std::mutex settings_mutex_;
  std::shared_ptr<const host_memory::PressureHook> hook_;  // guarded by settings_mutex_
  std::atomic<std::chrono::nanoseconds> decay_period_{host_memory::Decay().period};
  std::atomic<host_memory::Clock> clock_{nullptr};  // null: the steady one
  std::atomic<std::chrono::nanoseconds> last_tick_{std::chrono::nanoseconds(0)};
  std::mutex ticking_;  // guards who writes last_tick_

  std::mutex shared_mutex_;
  ThreadCache shared_;  // for threads without a cache of their own; guarded by shared_mutex_
};

}  // namespace dotcompute::core
