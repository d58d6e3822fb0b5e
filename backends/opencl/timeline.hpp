// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace dotcompute::opencl {

/// An event that this holds a reference to, or none.
class Event {
 public:
  Event() noexcept = default;
  /// Takes over a reference that the caller has.
  Event(const Api& api, cl_event event) noexcept : api_(&api), event_(event) {}
  Event(Event&& other) noexcept : api_(other.api_), event_(std::exchange(other.event_, nullptr)) {}
  Event& operator=(Event&& other) noexcept {
    std::swap(api_, other.api_);
    std::swap(event_, other.event_);
    return *this;
  }
  ~Event();

  [[nodiscard]] cl_event get() const noexcept { return event_; }
  /// Hands the reference over to the caller.
  [[nodiscard]] cl_event release() noexcept { return std::exchange(event_, nullptr); }

 private:
  const Api* api_ = nullptr;
  cl_event event_ = nullptr;
};

/// The events that a command waits for.
class EventList {
 public:
  /// \retval ErrorCode::host_memory
  Status add(Event event) noexcept;

  /// Null if there are none, as OpenCL wants it.
  [[nodiscard]] const cl_event* data() const noexcept { return count_ == 0 ? nullptr : handles(); }
  [[nodiscard]] cl_uint count() const noexcept { return count_; }

 private:
  static constexpr std::size_t kInline = 8;  // what a launch waits for, save in odd cases

  [[nodiscard]] const cl_event* handles() const noexcept {
    return more_handles_.empty() ? handles_.data() : more_handles_.data();
  }

  std::array<Event, kInline> events_;
  std::array<cl_event, kInline> handles_{};
  std::vector<Event> more_events_;      // beyond kInline
  std::vector<cl_event> more_handles_;  // then all of them
  cl_uint count_ = 0;
};

/// The commands of a device in the order in which they were queued, by serial. An event is let go as
/// soon as it is known to have ended; what is not kept any more has succeeded.
///
/// Threads: every member may be called from any thread at the same time.
class Timeline {
 public:
  /// \param api outlives the timeline.
  explicit Timeline(const Api& api) noexcept : api_(api) {}
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  /// Keeps the event of a command that was queued. Waits for it if there is no memory to keep it.
  backend::Completion add(Event event) noexcept;

  /// The events of what has not ended among `after`.
  /// \retval the error of one of them that has failed.
  Result<EventList> pending(std::span<const backend::Completion> after) noexcept;

  /// The event of a command; none if it has succeeded.
  /// \retval the error with which it ended.
  Result<Event> find(backend::Completion completion) noexcept;

  /// Notes how a command ended: 0, or a negative code.
  void settle(backend::Completion completion, cl_int status) noexcept;

  /// Events held now.
  [[nodiscard]] std::size_t held() const noexcept;

 private:
  // 0 and no event: has succeeded.
  struct Entry {
    cl_event event = nullptr;
    cl_int failure = 0;
  };
  struct Failure {
    std::uint64_t serial;
    cl_int code;
  };

  Status grow() noexcept;
  [[nodiscard]] Entry& entry(std::uint64_t serial) noexcept {
    return ring_[serial & (ring_.size() - 1)];
  }
  Result<cl_event> look_up(std::uint64_t serial) noexcept;
  void let_go_of_oldest() noexcept;
  void remember(Failure failure) noexcept;

  const Api& api_;
  mutable std::mutex mutex_;
  std::vector<Entry> ring_;        // guarded by mutex_; its size is a power of two, or 0
  std::vector<Failure> failures_;  // guarded by mutex_; the last ones that left the ring
  std::uint64_t first_ = 1;        // guarded by mutex_; the oldest in the ring
  std::uint64_t next_ = 1;         // guarded by mutex_
};

}  // namespace dotcompute::opencl
