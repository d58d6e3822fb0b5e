// SPDX-License-Identifier: Apache-2.0
#include "memory/unified_location.hpp"

#include "base/try.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

namespace dotcompute::core {

bool CompletionList::add(backend::Completion completion) noexcept {
  const auto is_same = [completion](backend::Completion other) {
    return other.serial == completion.serial;
  };
  if (completion.serial == 0 || std::ranges::any_of(all(), is_same)) {
    return true;
  }
  if (count_ == kMaxCompletions) {
    return false;
  }
  completions_[count_++] = completion;
  return true;
}

UnifiedLocation::~UnifiedLocation() {
  drain();
  if (wraps_host && allocation.handle != 0) {
    pool->device().free(allocation);
  }
}

Status UnifiedLocation::make_room(std::size_t more) noexcept {
  DC_TRY(valid.reserve(more));
  if (pending.capacity() - pending.size() >= more) [[likely]] {
    return success();
  }
  std::erase_if(pending, [](const PendingWork& work) {
    const auto done = work.device->wait(work.completion, std::chrono::nanoseconds(0));
    return done.ok() && *done;
  });
  try {
    // Twice what is left, so that the next sweep comes after as much new work.
    pending.reserve(2 * pending.size() + more);
    return success();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

void UnifiedLocation::note(const PendingWork& work) noexcept {
  if (work.completion.serial != 0 && work.device != nullptr) {
    pending.push_back(work);  // has room, so that it throws nothing
  }
}

Status UnifiedLocation::settle(std::size_t index) noexcept {
  const PendingWork work = pending[index];
  DC_TRY(valid.reserve(1));
  auto done = work.device->wait(work.completion, std::chrono::nanoseconds::max());
  if (!done && may_still_run(done.error().code)) {
    return std::move(done.error());
  }
  pending[index] = pending.back();
  pending.pop_back();
  if (!done) {
    if (work.writes) {
      valid.remove(work.range);
    }
    return std::move(done.error());
  }
  return success();
}

void UnifiedLocation::forget(const backend::Device& device, ByteRange range) noexcept {
  std::erase_if(pending, [&](const PendingWork& work) {
    return work.device == &device && range.contains(work.range);
  });
}

void UnifiedLocation::drain() noexcept {
  // A device that is busy that often in a row is taken for lost.
  constexpr int kMostWaits = 8;
  for (const PendingWork& work : pending) {
    for (int count = 0; count < kMostWaits; ++count) {
      const auto done = work.device->wait(work.completion, std::chrono::nanoseconds::max());
      if (done.ok() || !may_still_run(done.error().code)) {
        break;
      }
    }
  }
  pending.clear();
}

}  // namespace dotcompute::core
