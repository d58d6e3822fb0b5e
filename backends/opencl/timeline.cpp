// SPDX-License-Identifier: Apache-2.0
#include "timeline.hpp"

#include "base/try.hpp"
#include "errors.hpp"

#include <algorithm>
#include <exception>
#include <tuple>

namespace dotcompute::opencl {
namespace {

constexpr std::size_t kMostFailures = 256;

}  // namespace

Event::~Event() {
  if (event_ != nullptr) {
    std::ignore = api_->release_event(event_);  // nothing is left to do about a failure
  }
}

Status EventList::add(Event event) noexcept {
  const cl_event handle = event.get();
  if (count_ < kInline) {
    events_[count_] = std::move(event);
    handles_[count_] = handle;
    ++count_;
    return success();
  }
  try {
    if (more_handles_.empty()) {
      more_handles_.assign(handles_.begin(), handles_.end());
    }
    more_handles_.reserve(count_ + std::size_t{1});
    more_events_.push_back(std::move(event));
    more_handles_.push_back(handle);
    ++count_;
    return success();
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

Timeline::~Timeline() {
  for (std::uint64_t serial = first_; serial < next_; ++serial) {
    const Event last(api_, entry(serial).event);
  }
}

backend::Completion Timeline::add(Event event) noexcept {
  const std::lock_guard lock(mutex_);
  let_go_of_oldest();
  if (next_ - first_ == ring_.size() && !grow().ok()) {
    const cl_event handle = event.get();
    std::ignore = api_.wait_for_events(1, &handle);  // a failure shows in the work that follows
    return {};
  }
  const backend::Completion completion{next_};
  // The reference goes over to the ring.
  Entry& fresh = entry(next_++);
  fresh = {};
  fresh.event = event.release();
  return completion;
}

// Amortised over the calls of add(): each lets go of up to two of those before.
void Timeline::let_go_of_oldest() noexcept {
  for (int let_go = 0; let_go < 2 && first_ < next_; ++let_go) {
    Entry& oldest = entry(first_);
    if (oldest.event != nullptr) {
      cl_int status = CL_QUEUED;
      const cl_int code = api_.get_event_info(oldest.event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                              sizeof(status), &status, nullptr);
      if (code != CL_SUCCESS || status > CL_COMPLETE) {
        return;
      }
      const Event ended(api_, std::exchange(oldest.event, nullptr));
      oldest.failure = status;
    }
    if (oldest.failure < 0) {
      remember({.serial = first_, .code = oldest.failure});
    }
    ++first_;
  }
}

void Timeline::remember(Failure failure) noexcept {
  try {
    if (failures_.size() == kMostFailures) {
      failures_.erase(failures_.begin());
    }
    failures_.push_back(failure);
  } catch (const std::exception&) {
    // Without memory for it, the failure is told to those only who have asked in time.
    return;
  }
}

Status Timeline::grow() noexcept {
  try {
    std::vector<Entry> larger(std::max<std::size_t>(64, ring_.size() * 2));
    for (std::uint64_t serial = first_; serial < next_; ++serial) {
      larger[serial & (larger.size() - 1)] = entry(serial);
    }
    ring_ = std::move(larger);
    return success();
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

// The event of a command, still the ring's; null if it has succeeded.
Result<cl_event> Timeline::look_up(std::uint64_t serial) noexcept {
  if (serial >= next_) {
    return Error{ErrorCode::invalid_argument, "The device has not given that completion."};
  }
  if (serial >= first_) {
    const Entry& found = entry(serial);
    if (found.failure < 0) {
      return error_of_command(found.failure);
    }
    return found.event;
  }
  for (const Failure& failure : failures_) {
    if (failure.serial == serial) {
      return error_of_command(failure.code);
    }
  }
  return cl_event{};
}

Result<Event> Timeline::find(backend::Completion completion) noexcept {
  const std::lock_guard lock(mutex_);
  DC_TRY_ASSIGN(cl_event event, look_up(completion.serial));
  if (event == nullptr) {
    return Event();
  }
  if (const cl_int code = api_.retain_event(event); code != CL_SUCCESS) {
    return error_of(code);
  }
  return Event(api_, event);
}

Result<EventList> Timeline::pending(std::span<const backend::Completion> after) noexcept {
  EventList list;
  for (const backend::Completion& completion : after) {
    DC_TRY_ASSIGN(Event event, find(completion));
    if (event.get() != nullptr) {
      DC_TRY(list.add(std::move(event)));
    }
  }
  return list;
}

void Timeline::settle(backend::Completion completion, cl_int status) noexcept {
  const std::lock_guard lock(mutex_);
  if (completion.serial < first_ || completion.serial >= next_) {
    return;
  }
  Entry& ended = entry(completion.serial);
  if (ended.event != nullptr) {
    ended.failure = std::min(status, 0);
    const Event last(api_, std::exchange(ended.event, nullptr));
  }
}

std::size_t Timeline::held() const noexcept {
  const std::lock_guard lock(mutex_);
  std::size_t events = 0;
  for (std::uint64_t serial = first_; serial < next_; ++serial) {
    events += ring_[serial & (ring_.size() - 1)].event != nullptr ? 1 : 0;
  }
  return events;
}

}  // namespace dotcompute::opencl
