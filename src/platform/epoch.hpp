// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_THREAD__)
#define DC_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DC_THREAD_SANITIZER 1
#endif
#endif

namespace dotcompute::core {

/// The base of objects that Epoch frees later. It holds what the wait needs, so that giving an
/// object up cannot fail.
class Retirable {
 protected:
  Retirable() = default;
  ~Retirable() = default;

 private:
  friend class Epoch;
  Retirable* next_ = nullptr;
  std::uint64_t epoch_ = 0;
  void (*free_)(Retirable*) noexcept = nullptr;
};

namespace detail {

/// What one thread shows to those who free: whether it is reading, and since when.
struct alignas(64) EpochRecord {
  std::atomic<std::uint64_t> pinned{0};  // the epoch seen when it began to read; 0: not reading
  bool taken = false;                    // by a thread; guarded by the mutex of epoch.cpp
  EpochRecord* next = nullptr;           // never changes once the record is listed
};

// Initial-exec: a general look-up of a thread-local costs as much as all the rest of a pin, and the
// eight bytes fit the space that the loader keeps free for libraries loaded later.
extern constinit thread_local EpochRecord* epoch_record [[gnu::tls_model("initial-exec")]];

struct alignas(64) EpochClock {
  std::atomic<std::uint64_t> now{1};
  std::atomic<bool> readers_fence{false};  // set before the first reader, if there is no membarrier
};
extern constinit EpochClock epoch_clock;

/// Gives the calling thread its record. Takes a lock; once in a thread's life.
EpochRecord& attach_to_epoch() noexcept;

}  // namespace detail

/// While one lives, nothing that its thread can find in a shared structure is freed. Guards nest and
/// cost a few nanoseconds; a thread should not sleep for long with one.
///
/// Threads: made, used and destroyed on one thread, the one made last first.
class EpochGuard {
 public:
  EpochGuard() noexcept
      : record_(detail::epoch_record != nullptr ? *detail::epoch_record
                                                : detail::attach_to_epoch()),
        is_nested_(record_.pinned.load(std::memory_order_relaxed) != 0) {
    if (is_nested_) {
      return;
    }
    const std::uint64_t now = detail::epoch_clock.now.load(std::memory_order_acquire);
#if defined(DC_THREAD_SANITIZER)
    // The sanitizer knows no fences.
    record_.pinned.exchange(now, std::memory_order_seq_cst);
#else
    record_.pinned.store(now, std::memory_order_relaxed);
    // The store must be seen before what is read under the guard. The membarrier of those who free
    // orders it for all threads at once; here only the compiler must be held.
    if (detail::epoch_clock.readers_fence.load(std::memory_order_relaxed)) [[unlikely]] {
      std::atomic_thread_fence(std::memory_order_seq_cst);
    } else {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
#endif
  }

  ~EpochGuard() {
    if (!is_nested_) {
      record_.pinned.store(0, std::memory_order_release);
    }
  }

  EpochGuard(const EpochGuard&) = delete;
  EpochGuard& operator=(const EpochGuard&) = delete;

 private:
  detail::EpochRecord& record_;
  const bool is_nested_;  // in another guard of this thread, which ends later
};

/// Frees what was taken out of shared structures as soon as no thread can be using it any more.
///
/// Each object is stamped, when it is given up, with the number of the epoch, and a new epoch
/// begins. A thread that began to read in a later epoch cannot have found the object; so it is freed
/// when all threads that read now began later.
///
/// Threads: every member may be called from any thread, also under an EpochGuard. What is freed runs
/// its destructor on whichever thread calls, with no lock held.
class Epoch {
 public:
  /// Deletes `object` later. \pre no shared structure leads to it any more.
  template <std::derived_from<Retirable> T>
  static void retire(const T* object) noexcept {
    if (object != nullptr) {
      retire(*const_cast<T*>(object),  // NOLINT: it is ours to delete, const or not
             [](Retirable* retired) noexcept { delete static_cast<T*>(retired); });
    }
  }

  /// The same for any object. Takes a little memory; if the host has none, waits for the readers, or
  /// keeps the object for ever if the calling thread is one of them.
  static void retire(void* object, void (*deleter)(void*) noexcept) noexcept;
  template <class T>
  requires(!std::derived_from<T, Retirable>) static void retire(const T* object) noexcept {
    retire(const_cast<T*>(object),  // NOLINT: it is ours to delete, const or not
           [](void* retired) noexcept { delete static_cast<T*>(retired); });
  }

  /// Frees what can be freed now. retire() does so too, less often while readers hold things up.
  static void reclaim() noexcept;

  /// How many objects wait to be freed.
  [[nodiscard]] static std::size_t pending() noexcept;

 private:
  static void retire(Retirable& object, void (*deleter)(Retirable*) noexcept) noexcept;
  /// Takes what no reader can have found off the queue. \pre the mutex of epoch.cpp is held.
  static Retirable* take_unseen() noexcept;
};

}  // namespace dotcompute::core
