// SPDX-License-Identifier: Apache-2.0
#include "platform/epoch.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <pthread.h>

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <new>
#include <thread>
#include <tuple>

namespace dotcompute::core {

constinit thread_local detail::EpochRecord* detail::epoch_record = nullptr;
constinit detail::EpochClock detail::epoch_clock;

namespace {

using detail::epoch_clock;
using detail::EpochRecord;

/// Nothing here has a destructor: threads and static objects that end late may still use it.
struct State {
  std::mutex mutex;
  // The rest is guarded by it.
  std::array<EpochRecord, 32> first_records;  // so that a thread of a usual program needs no memory
  std::size_t first_records_used = 0;
  EpochRecord* records = nullptr;
  bool ready = false;
  pthread_key_t thread_end{};
  Retirable* oldest = nullptr;
  Retirable* newest = nullptr;
  std::size_t pending = 0;
  std::size_t next_attempt = 1;  // of retire(): when so many are pending
};
constinit State state;  // NOLINT: the epoch is one for the whole process

#if defined(__linux__) && !defined(DC_THREAD_SANITIZER)
bool membarrier(int command) noexcept {
  return syscall(SYS_membarrier, command, 0, 0) == 0;
}
bool order_all_threads() noexcept {
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
    return true;
  }
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
         membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}
#else
bool order_all_threads() noexcept {
  return false;
}
#endif

void detach(void* record) noexcept {
  const std::lock_guard lock(state.mutex);
  static_cast<EpochRecord*>(record)->taken = false;
  detail::epoch_record = nullptr;
}

/// \pre the mutex is held.
void make_ready() noexcept {
  if (state.ready) {
    return;
  }
  state.ready = true;
  // A key of the thread library, not a thread_local with a destructor: it ends after all of those,
  // and they may read under a guard in theirs.
  std::ignore = pthread_key_create(&state.thread_end, detach);
  epoch_clock.readers_fence.store(!order_all_threads(), std::memory_order_relaxed);
}

/// \pre the mutex is held.
EpochRecord* take_record() noexcept {
  for (EpochRecord* record = state.records; record != nullptr; record = record->next) {
    if (!record->taken) {
      return record;
    }
  }
  EpochRecord* record = state.first_records_used < state.first_records.size()
                            ? &state.first_records[state.first_records_used++]
                            : new (std::nothrow) EpochRecord;
  if (record != nullptr) {
    record->next = state.records;
    state.records = record;
  }
  return record;
}

/// Makes what readers have shown visible here. \return false if that cannot be known now.
bool see_all_readers() noexcept {
#if defined(DC_THREAD_SANITIZER)
  epoch_clock.now.fetch_add(1, std::memory_order_seq_cst);
  return true;
#else
  if (epoch_clock.readers_fence.load(std::memory_order_relaxed)) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return true;
  }
  return order_all_threads();
#endif
}

/// An object that has no place for the queue's links.
struct Boxed : Retirable {
  void* object = nullptr;
  void (*deleter)(void*) noexcept = nullptr;
  Boxed() = default;
  Boxed(const Boxed&) = delete;
  Boxed& operator=(const Boxed&) = delete;
  ~Boxed() { deleter(object); }
};

/// Frees at the end of the process what nobody retired after could.
struct LastReclaim {
  LastReclaim() = default;
  LastReclaim(const LastReclaim&) = delete;
  LastReclaim& operator=(const LastReclaim&) = delete;
  ~LastReclaim() { Epoch::reclaim(); }
};
const LastReclaim last_reclaim;

}  // namespace

detail::EpochRecord& detail::attach_to_epoch() noexcept {
  for (;;) {
    {
      const std::lock_guard lock(state.mutex);
      make_ready();
      if (EpochRecord* const record = take_record(); record != nullptr) {
        record->taken = true;
        epoch_record = record;
        // If it fails, the record is not used again after this thread: no harm.
        std::ignore = pthread_setspecific(state.thread_end, record);
        return *record;
      }
    }
    // No memory: a guard cannot fail, so wait for some, or for a thread that ends.
    std::this_thread::yield();
  }
}

void Epoch::retire(Retirable& object, void (*deleter)(Retirable*) noexcept) noexcept {
  object.free_ = deleter;
  object.next_ = nullptr;
  bool attempt = false;
  {
    const std::lock_guard lock(state.mutex);
    make_ready();
    // After the caller's unlinking, before any reader that sees the new epoch.
    object.epoch_ = epoch_clock.now.fetch_add(1, std::memory_order_seq_cst);
    (state.newest != nullptr ? state.newest->next_ : state.oldest) = &object;
    state.newest = &object;
    attempt = ++state.pending >= state.next_attempt;
  }
  if (attempt) {
    reclaim();
  }
}

void Epoch::retire(void* object, void (*deleter)(void*) noexcept) noexcept {
  if (object == nullptr) {
    return;
  }
  auto* const boxed = new (std::nothrow) Boxed;
  if (boxed != nullptr) {
    boxed->object = object;
    boxed->deleter = deleter;
    retire(static_cast<const Boxed*>(boxed));
    return;
  }
  if (detail::epoch_record != nullptr &&
      detail::epoch_record->pinned.load(std::memory_order_relaxed) != 0) {
    return;
  }
  // On the stack: this call lasts until the readers are gone.
  struct Marker : Retirable {
    std::atomic<bool> freed{false};
  } marker;
  retire(marker, [](Retirable* retired) noexcept {
    static_cast<Marker*>(retired)->freed.store(true, std::memory_order_release);
  });
  while (!marker.freed.load(std::memory_order_acquire)) {
    reclaim();
    std::this_thread::yield();
  }
  deleter(object);
}

Retirable* Epoch::take_unseen() noexcept {
  if (state.oldest == nullptr || !see_all_readers()) {
    return nullptr;
  }
  std::uint64_t first_reader = std::numeric_limits<std::uint64_t>::max();
  for (const EpochRecord* record = state.records; record != nullptr; record = record->next) {
    const std::uint64_t pinned = record->pinned.load(std::memory_order_acquire);
    if (pinned != 0) {
      first_reader = std::min(first_reader, pinned);
    }
  }
  Retirable* const taken = state.oldest;
  Retirable* last = nullptr;
  for (Retirable* object = taken; object != nullptr && object->epoch_ < first_reader;
       object = object->next_) {
    last = object;
    --state.pending;
  }
  state.next_attempt = 2 * state.pending + 1;
  if (last == nullptr) {
    return nullptr;
  }
  state.oldest = last->next_;
  last->next_ = nullptr;
  if (state.oldest == nullptr) {
    state.newest = nullptr;
  }
  return taken;
}

void Epoch::reclaim() noexcept {
  Retirable* unseen = nullptr;
  {
    const std::lock_guard lock(state.mutex);
    unseen = take_unseen();
  }
  while (unseen != nullptr) {
    Retirable* const next = unseen->next_;
    unseen->free_(unseen);
    unseen = next;
  }
}

std::size_t Epoch::pending() noexcept {
  const std::lock_guard lock(state.mutex);
  return state.pending;
}

}  // namespace dotcompute::core
