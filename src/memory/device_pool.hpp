// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/device_thread_cache.hpp"
#include "memory/size_classes.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/buffer_pool.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace dotcompute::core {

/// What is behind a BufferPool, whose members say what those of the same name do.
///
/// Three stages: what the thread itself keeps (DeviceThreadCache), one central list for each size, the
/// device. A byte kept anywhere is reserved first, so that the limit holds for all stages together;
/// a thread reserves some more than it needs, which is its room. When the limit or the device's end is
/// reached, what threads keep is taken from them: no buffer is out of reach.
///
/// Locks: caches_mutex, then the lock of a cache, then that of a central list. The device and the
/// pressure hook are called under none, but for what cannot be noted down for want of host memory, which
/// goes back to the device at once.
///
/// Threads: every member may be called from any thread at the same time, except the destructor.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what threads share has lines of its own
class DevicePool {
 public:
  /// \throws std::bad_alloc if there are kMostPools already.
  DevicePool(backend::Device& device, std::size_t max_cached_bytes);
  ~DevicePool();
  DevicePool(const DevicePool&) = delete;
  DevicePool& operator=(const DevicePool&) = delete;

  Result<PooledBuffer> take(std::size_t bytes) noexcept;
  /// To the pool it is from. \param request as a buffer remembers it.
  static void give_back(std::uint64_t handle, std::uint64_t request) noexcept;
  void trim() noexcept;
  void tick() noexcept;
  [[nodiscard]] BufferPoolStats stats() noexcept;
  void set_budget(std::uint64_t bytes) noexcept;
  void set_pressure_hook(BufferPool::PressureHook hook);
  void set_decay(const BufferPool::Decay& decay) noexcept;
  [[nodiscard]] std::uint64_t budget() const noexcept {
    return max_device_bytes_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::chrono::nanoseconds decay_period() const noexcept {
    return decay_period_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] backend::Device& device() const noexcept { return device_; }
  /// How large a buffer of PooledBuffer::request_ is.
  [[nodiscard]] static std::size_t bytes_of_request(std::uint64_t request) noexcept {
    return pool_of(request).bytes_of(class_of_request(request));
  }

  /// Has the pool of an ending thread's cache, if it still exists, take over what that holds.
  static void retire(DeviceThreadCache& cache) noexcept;

 private:
  static std::chrono::nanoseconds steady_time() noexcept;

  // So many buffers a thread takes before it looks whether it is time for a tick.
  static constexpr std::int64_t kTakesBetweenLooks = 4096;

  // Guards which caches belong to which pool, and is the lock of visitors. One for all pools, as a
  // thread may end while a pool is destroyed.
  static constinit inline std::mutex caches_mutex;

  // A request as a buffer remembers it: its bytes, at most 2^43, above them its class, above that the
  // number of its pool, from 1 up.
  static constexpr unsigned kClassShift = 44;
  static constexpr unsigned kPoolShift = 52;
  static constexpr std::uint64_t kBytesMask = (std::uint64_t{1} << kClassShift) - 1;
  static constexpr std::size_t kMostRequestBytes = std::size_t{1} << (kClassShift - 1);
  static constexpr std::size_t kMostPools = (std::size_t{1} << (64 - kPoolShift)) - 1;
  static_assert(kSizeClassCount <= std::size_t{1} << (kPoolShift - kClassShift));

  // All pools by their number; written under caches_mutex. Who has a buffer of a pool may read.
  static std::array<std::atomic<DevicePool*>, kMostPools + 1> pools;

  [[nodiscard]] static DevicePool& pool_of(std::uint64_t request) noexcept {
    return *pools[request >> kPoolShift].load(std::memory_order_relaxed);
  }
  [[nodiscard]] static std::size_t class_of_request(std::uint64_t request) noexcept {
    return request >> kClassShift & 0xFFU;
  }
  [[nodiscard]] std::uint64_t tag_of(std::size_t size_class) const noexcept {
    return number_ << kPoolShift | size_class << kClassShift;
  }
  static std::size_t register_pool(DevicePool& pool);

  struct ClassFacts {
    std::size_t bytes = 0;           // of one buffer
    std::uint32_t most_at_hand = 0;  // so many free ones stay with a thread
  };

  [[nodiscard]] static constexpr std::size_t class_of(std::size_t bytes) noexcept {
    return size_class_of(std::max(bytes, BufferPool::kMinBufferBytes));
  }
  [[nodiscard]] std::size_t bytes_of(std::size_t size_class) const noexcept {
    return facts_[size_class].bytes;
  }

  /// Null if this thread can have none: it is ending, or the host has no memory for one.
  DeviceThreadCache* current_cache() noexcept;
  DeviceThreadCache* attach() noexcept;

  [[nodiscard]] Error size_error(std::size_t bytes) const noexcept;
  Result<PooledBuffer> take_slowly(std::size_t bytes) noexcept;
  std::uint64_t pop_or_refill(DeviceThreadCache& cache, std::size_t size_class) noexcept;
  std::uint64_t pop_shared(std::size_t size_class) noexcept;
  void give_up_spare_room(DeviceThreadCache& cache, std::size_t size_class) noexcept;
  bool steal(std::size_t size_class) noexcept;
  Result<std::uint64_t> allocate(std::size_t bytes) noexcept;
  Result<std::uint64_t> allocate_within_budget(std::size_t bytes) noexcept;
  bool ask_pressure_hook(std::size_t bytes) noexcept;

  void count_taken(DeviceThreadCache* cache,
                   std::size_t bytes,
                   std::size_t size_class,
                   bool is_miss) noexcept;

  void give_slowly(std::uint64_t handle, std::uint64_t request) noexcept;
  void give_shared(std::uint64_t handle, std::uint64_t request) noexcept;
  void keep(DeviceThreadCache& cache, std::uint64_t handle, std::size_t size_class) noexcept;
  bool reserve_for(DeviceThreadCache& cache, std::size_t size_class) noexcept;
  void push_central(std::size_t size_class, std::span<const std::uint64_t> handles) noexcept;
  std::size_t pop_central(std::size_t size_class, std::span<std::uint64_t> handles) noexcept;
  void release(std::size_t size_class, std::span<const std::uint64_t> handles) noexcept;
  bool release_central(std::size_t size_class, std::size_t count) noexcept;

  bool reserve(std::size_t bytes) noexcept;
  void unreserve(std::size_t bytes) noexcept;
  bool make_room(std::size_t bytes, std::size_t kept_class) noexcept;
  bool replace_others(std::size_t bytes, std::size_t kept_class) noexcept;
  void collect_rooms() noexcept;
  void collect(DeviceThreadCache& cache, std::size_t size_class) noexcept;
  void collect_all() noexcept;
  void release_unused(DeviceThreadCache& cache) noexcept;

  std::uint32_t pop_oldest(DeviceThreadCache& cache,
                           std::size_t size_class,
                           std::uint32_t wanted,
                           std::span<std::uint64_t> out) noexcept;
  void tell(LiveRoom& room) noexcept;
  void tell_live(std::int64_t bytes, std::int64_t highest) noexcept;

  backend::Device& device_;
  const std::size_t max_bytes_;  // of one buffer
  const std::size_t max_cached_bytes_;
  const std::size_t number_;
  std::array<ClassFacts, kSizeClassCount> facts_;

  alignas(64) std::atomic<std::size_t> reserved_bytes_{0};
  std::atomic<std::uint64_t> device_bytes_{0};  // taken from the device, used or kept
  std::atomic<std::uint64_t> max_device_bytes_{0};
  std::atomic<std::int64_t> live_bytes_{0};  // told by threads; lacks what they have not told yet
  std::atomic<std::int64_t> peak_live_bytes_{0};
  std::array<CentralHandles, kSizeClassCount> central_;

  std::mutex settings_mutex_;
  std::shared_ptr<const BufferPool::PressureHook> hook_;  // guarded by settings_mutex_
  // Times that buffers were given back to the device: begun before they are taken out, and ended.
  std::atomic<std::uint64_t> releases_begun_{0};
  std::atomic<std::uint64_t> releases_ended_{0};
  std::atomic<std::chrono::nanoseconds> decay_period_;
  std::atomic<BufferPool::Clock> clock_;
  std::atomic<std::chrono::nanoseconds> last_tick_;  // changed under ticking_
  std::mutex ticking_;

  DeviceThreadCache* caches_ = nullptr;  // guarded by caches_mutex
  DeviceCounters retired_;               // of threads without a cache; guarded by caches_mutex
};

}  // namespace dotcompute::core
