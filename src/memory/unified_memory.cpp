// SPDX-License-Identifier: Apache-2.0
#include "memory/unified_memory.hpp"

#include "base/try.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Error in_use_error(const char* what) noexcept {
  Error error{ErrorCode::invalid_argument, "A buffer is in use elsewhere."};
  error.context.got.append(what);
  error.context.advice.append("end the other access or wait for the other call first");
  return error;
}

}  // namespace

Result<UnifiedMemory::Reference> UnifiedMemory::make(UnifiedOwner& owner,
                                                     std::size_t bytes) noexcept {
  auto* const memory = dotcompute::detail::make_pooled<UnifiedMemory>(owner, bytes);
  if (memory == nullptr) [[unlikely]] {
    return no_host_memory();
  }
  return Reference::adopt(memory);
}

UnifiedMemory::UnifiedMemory(UnifiedOwner& owner, std::size_t bytes) noexcept
    : owner_(owner), bytes_(bytes) {}

UnifiedMemory::~UnifiedMemory() {
  assert(active_.empty());
  // Work of any device may read or write the host's block, which goes last.
  for_each_location([](UnifiedLocation& location) { location.drain(); });
  host_.next.reset();
}

void UnifiedMemory::release() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    dotcompute::detail::destroy_pooled(this);
  }
}

Result<UnifiedLocation*> UnifiedMemory::location_on(BufferPool& pool) noexcept {
  std::unique_ptr<UnifiedLocation>* link = &host_.next;
  while (*link != nullptr && (*link)->pool != &pool) {
    link = &(*link)->next;
  }
  if (*link == nullptr) {
    link->reset(new (std::nothrow) UnifiedLocation);
    if (*link == nullptr) {
      return no_host_memory();
    }
    (*link)->pool = &pool;
  }
  return link->get();
}

Status UnifiedMemory::take_host_block() noexcept {
  if (host_block_.data() == nullptr) {
    DC_TRY_ASSIGN(host_block_, HostBlock::take(bytes_));
  }
  return success();
}

Status UnifiedMemory::take_block(UnifiedLocation& location) noexcept {
  if (location.allocation.handle != 0) {
    return success();
  }
  backend::Device& device = location.pool->device();
  if (device.info().wraps_host_memory) {
    DC_TRY(take_host_block());
    const auto wrapped =
        device.allocate({.bytes = bytes_, .host = static_cast<std::byte*>(host_block_.data())});
    if (wrapped.ok()) {
      location.allocation = *wrapped;
      location.wraps_host = true;
      return success();
    }
    // A device may refuse memory that is not laid out as it needs it, and has its own then.
  }
  DC_TRY_ASSIGN(location.pooled, location.pool->take(bytes_));
  location.allocation = location.pooled.allocation();
  return success();
}

// What ends a use, or undoes what a failed copy was to bring, must not fail for want of memory.
Status UnifiedMemory::make_room() noexcept {
  constexpr std::size_t kChangesOfACopy = 3;
  try {
    active_.reserve(active_.size() + 1);
  } catch (const std::bad_alloc&) {
    return no_host_memory();
  }
  Status made = success();
  for_each_location([&](UnifiedLocation& location) {
    if (made.ok()) {
      made = location.make_room(active_.size() + kChangesOfACopy);
    }
  });
  return made;
}

Status UnifiedMemory::check_free(ByteRange range, bool writes) const noexcept {
  for (const ActiveUse& use : active_) {
    if (use.range.overlaps(range) && (use.writes || writes)) [[unlikely]] {
      return in_use_error(use.writes ? "a use that overlaps one that writes"
                                     : "a use that writes what another one reads");
    }
  }
  return success();
}

Result<MemoryUse> UnifiedMemory::use_on(BufferPool& pool, ByteRange range, Access access) noexcept {
  assert(range.end <= bytes_);
  if (range.empty()) {
    return MemoryUse();
  }
  const std::lock_guard lock(mutex_);
  DC_TRY(check_free(range, access != Access::read));
  DC_TRY_ASSIGN(UnifiedLocation* const location, location_on(pool));
  DC_TRY(take_block(*location));
  if (access != Access::write) {
    DC_TRY(fetch_to_device(*location, range));
  }
  DC_TRY_ASSIGN(auto use, begin_use(*location, &pool.device(), range, access));
  use.allocation_ = {location->allocation.handle, range.size(),
                     static_cast<std::int64_t>(range.begin)};
  return use;
}

Result<MemoryUse> UnifiedMemory::use_on_host(ByteRange range,
                                             Access access,
                                             backend::Device* device) noexcept {
  assert(range.end <= bytes_);
  if (range.empty()) {
    return MemoryUse();
  }
  const std::lock_guard lock(mutex_);
  DC_TRY(check_free(range, access != Access::read));
  DC_TRY(take_host_block());
  if (access != Access::write) {
    DC_TRY(fetch_to_host(range));
  }
  DC_TRY_ASSIGN(auto use, begin_use(host_, device, range, access));
  use.data_ = static_cast<std::byte*>(host_block_.data()) + range.begin;
  return use;
}

Result<MemoryUse> UnifiedMemory::begin_use(UnifiedLocation& location,
                                           backend::Device* device,
                                           ByteRange range,
                                           Access access) noexcept {
  MemoryUse use;
  DC_TRY(clear_way(location, range, access, device, use.after_));
  DC_TRY(make_room());
  active_.push_back({range, access != Access::read});
  add_reference();
  use.memory_ = this;
  use.location_ = &location;
  use.device_ = device;
  use.range_ = range;
  use.access_ = access;
  return use;
}

void UnifiedMemory::end_active(ByteRange range, bool writes) noexcept {
  // Which of several equal ones ends makes no difference.
  const auto found = std::ranges::find(active_, ActiveUse{range, writes});
  assert(found != active_.end());
  *found = active_.back();
  active_.pop_back();
}

void UnifiedMemory::set_valid_only_in(UnifiedLocation& location, ByteRange range) noexcept {
  for_each_location([&](UnifiedLocation& other) {
    if (&other != &location) {
      other.valid.remove(range);
    }
  });
  location.valid.add(range);
}

bool UnifiedMemory::is_same_memory(const UnifiedLocation& one,
                                   const UnifiedLocation& other) const noexcept {
  const auto is_host = [this](const UnifiedLocation& location) {
    return &location == &host_ || location.wraps_host;
  };
  return &one == &other || (is_host(one) && is_host(other));
}

void UnifiedMemory::end_host_use(ByteRange range, bool writes) noexcept {
  const std::lock_guard lock(mutex_);
  end_active(range, writes);
  if (writes) {
    set_valid_only_in(host_, range);
  }
}

MemoryUse::MemoryUse(MemoryUse&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      location_(other.location_),
      device_(other.device_),
      range_(other.range_),
      access_(other.access_),
      data_(std::exchange(other.data_, nullptr)),
      allocation_(std::exchange(other.allocation_, {})),
      after_(std::exchange(other.after_, {})) {}

MemoryUse& MemoryUse::operator=(MemoryUse&& other) noexcept {
  if (this != &other) {
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
  }
  return *this;
}

MemoryUse::~MemoryUse() {
  end({}, false, false);
}

void MemoryUse::used_until(backend::Completion completion, bool wrote) noexcept {
  assert(!wrote || memory_ == nullptr || access_ != Access::read);
  end(completion, wrote, false);
}

void MemoryUse::failed_after(backend::Completion completion) noexcept {
  end(completion, false, access_ != Access::read);
}

UnifiedMemory* MemoryUse::hand_over() noexcept {
  assert(device_ == nullptr);
  return std::exchange(memory_, nullptr);
}

void MemoryUse::end(backend::Completion completion, bool wrote, bool failed) noexcept {
  UnifiedMemory* const memory = std::exchange(memory_, nullptr);
  if (memory == nullptr) {
    return;
  }
  {
    const std::lock_guard lock(memory->mutex_);
    memory->end_active(range_, access_ != Access::read);
    if (wrote && device_ != nullptr && completion.serial != 0) {
      location_->forget(*device_, range_);
    }
    location_->note({range_, device_, completion, wrote || failed});
    if (wrote) {
      memory->set_valid_only_in(*location_, range_);
    } else if (failed) {
      memory->for_each_location([&](UnifiedLocation& location) {
        if (memory->is_same_memory(location, *location_)) {
          location.valid.remove(range_);
        }
      });
    }
  }
  memory->release();
}

BufferTraffic UnifiedMemory::traffic() const noexcept {
  const std::lock_guard lock(mutex_);
  return traffic_;
}

}  // namespace dotcompute::core
