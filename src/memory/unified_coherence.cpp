// SPDX-License-Identifier: Apache-2.0
// How the contents of a unified buffer come to where they are used, and what that has to wait for.
#include "base/try.hpp"
#include "memory/unified_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <utility>

namespace dotcompute::core {

// Work on the same memory that the access must not overtake: what writes it and, if the access
// writes, what reads it. That of `device` goes to `after`; all other is waited for here.
Status UnifiedMemory::clear_way(const UnifiedLocation& location,
                                ByteRange range,
                                Access access,
                                const backend::Device* device,
                                CompletionList& after) noexcept {
  for (UnifiedLocation* same = &host_; same != nullptr; same = same->next.get()) {
    if (!is_same_memory(*same, location)) {
      continue;
    }
    for (std::size_t index = 0; index < same->pending.size();) {
      const PendingWork& work = same->pending[index];
      const bool is_in_the_way =
          work.range.overlaps(range) && (work.writes || access != Access::read);
      if (!is_in_the_way || (work.device == device && after.add(work.completion))) {
        ++index;
        continue;
      }
      const bool needs_contents = work.writes && access != Access::write;
      auto settled = same->settle(index);
      if (!settled && (needs_contents || may_still_run(settled.error().code))) {
        return settled;
      }
    }
  }
  return success();
}

Status UnifiedMemory::copy(UnifiedLocation& device_location,
                           ByteRange piece,
                           bool to_device) noexcept {
  backend::Device& device = device_location.pool->device();
  CompletionList after;
  DC_TRY(clear_way(host_, piece, to_device ? Access::read : Access::write, &device, after));
  DC_TRY(
      clear_way(device_location, piece, to_device ? Access::write : Access::read, &device, after));
  DC_TRY(make_room());

  const std::span host(static_cast<std::byte*>(host_block_.data()) + piece.begin, piece.size());
  const backend::Allocation part{device_location.allocation.handle, piece.size(),
                                 static_cast<std::int64_t>(piece.begin)};
  const auto completion =
      to_device ? device.copy({.host_source = host, .target = part, .after = after.all()})
                : device.copy({.host_target = host, .source = part, .after = after.all()});
  if (!completion) {
    return completion.error();
  }
  host_.note({piece, &device, *completion, !to_device});
  device_location.note({piece, &device, *completion, to_device});
  (to_device ? device_location : host_).valid.add(piece);
  if (!device_location.wraps_host) {
    (to_device ? traffic_.bytes_to_devices : traffic_.bytes_from_devices) += piece.size();
    (to_device ? owner_.bytes_to_devices : owner_.bytes_from_devices)
        .fetch_add(piece.size(), std::memory_order_relaxed);
  }
  return success();
}

// Copies the first bytes of `missing` from a device that has them, as many as that has in a row, and
// says where it stopped. A device that fails is passed over for another that has them too.
Status UnifiedMemory::copy_to_host(ByteRange missing, std::uint64_t& reached) noexcept {
  Status copied = success();
  std::uint64_t next = missing.end;
  // First what shares the host's memory and so moves nothing.
  for (const bool wraps_host : {true, false}) {
    for (UnifiedLocation* source = host_.next.get(); source != nullptr;
         source = source->next.get()) {
      if (source->wraps_host != wraps_host) {
        continue;
      }
      const std::uint64_t end = std::min(source->valid.run_end(missing.begin), missing.end);
      if (end > missing.begin) {
        copied = copy(*source, {missing.begin, end}, /*to_device=*/false);
        reached = end;
        if (copied.ok()) {
          return copied;
        }
      } else {
        next = std::min(next, source->valid.next(missing.begin, missing.end));
      }
    }
  }
  reached = next;  // nobody has the bytes before it: they were never written
  return copied;
}

Status UnifiedMemory::fetch_to_host(ByteRange range) noexcept {
  std::uint64_t position = range.begin;
  while (position < range.end) {
    if (const std::uint64_t end = host_.valid.run_end(position); end > position) {
      position = end;
      continue;
    }
    DC_TRY(take_host_block());
    const ByteRange missing{position, std::min(host_.valid.next(position, range.end), range.end)};
    DC_TRY(copy_to_host(missing, position));
  }
  return success();
}

Status UnifiedMemory::fetch_to_device(UnifiedLocation& target, ByteRange range) noexcept {
  std::uint64_t position = range.begin;
  while (position < range.end) {
    if (const std::uint64_t end = target.valid.run_end(position); end > position) {
      position = end;
      continue;
    }
    const ByteRange missing{position, std::min(target.valid.next(position, range.end), range.end)};
    // There is no way from device to device but through the host.
    DC_TRY(fetch_to_host(missing));
    while (position < missing.end) {
      const std::uint64_t begin = host_.valid.next(position, missing.end);
      if (begin >= missing.end) {
        break;
      }
      position = std::min(host_.valid.run_end(begin), missing.end);
      DC_TRY(copy(target, {begin, position}, /*to_device=*/true));
    }
    position = missing.end;
  }
  return success();
}

BufferCopy UnifiedMemory::describe(const UnifiedLocation& location, ByteRange range) const {
  BufferCopy copy;
  copy.device = location.pool == nullptr ? "host" : location.pool->device().info().id;
  copy.allocated_bytes = location.pool == nullptr ? host_block_.bytes() : location.allocation.bytes;
  copy.valid_bytes = location.valid.bytes_in(range);
  std::uint64_t position = range.begin;
  while (position < range.end) {
    // Up to `end` each place has all bytes or none.
    std::uint64_t end = range.end;
    bool is_elsewhere = false;
    for (const UnifiedLocation* other = &host_; other != nullptr; other = other->next.get()) {
      const std::uint64_t run_end = other->valid.run_end(position);
      const bool is_there = run_end > position;
      end = std::min(end, is_there ? run_end : other->valid.next(position, range.end));
      is_elsewhere = is_elsewhere || (is_there && other != &location);
    }
    const bool is_here = location.valid.run_end(position) > position;
    copy.modified_bytes += is_here && !is_elsewhere ? end - position : 0;
    position = end;
  }
  copy.state = copy.valid_bytes == 0     ? CopyState::invalid
               : copy.modified_bytes > 0 ? CopyState::modified
                                         : CopyState::shared;
  return copy;
}

Result<std::vector<BufferCopy>> UnifiedMemory::where(ByteRange range) const noexcept {
  const std::lock_guard lock(mutex_);
  try {
    std::vector<BufferCopy> copies;
    for (const UnifiedLocation* location = &host_; location != nullptr;
         location = location->next.get()) {
      copies.push_back(describe(*location, range));
    }
    return copies;
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::core
