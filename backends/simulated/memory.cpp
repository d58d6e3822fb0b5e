// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include "base/try.hpp"

#include <exception>

namespace dotcompute::simulated {

Memory::~Memory() {
  for (const auto& [handle, inner] : inner_of_) {
    inner_.free(inner);
  }
}

Result<backend::Allocation> Memory::allocate(std::size_t bytes) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (bytes > capacity_bytes_ - used_bytes_) {
      return Error{ErrorCode::out_of_memory, "The simulated device has no memory left."};
    }
    used_bytes_ += bytes;
  }
  auto inner = inner_.allocate({.bytes = bytes});
  const std::lock_guard lock(mutex_);
  if (!inner) {
    used_bytes_ -= bytes;
    return inner;
  }
  try {
    inner_of_.emplace(next_handle_, *inner);
    return backend::Allocation{next_handle_++, bytes};
  } catch (const std::exception&) {
    used_bytes_ -= bytes;
    inner_.free(*inner);
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

std::size_t Memory::free(backend::Allocation allocation) noexcept {
  backend::Allocation inner;
  {
    const std::lock_guard lock(mutex_);
    const auto found = inner_of_.find(allocation.handle);
    if (found == inner_of_.end()) {
      return 0;
    }
    inner = found->second;
    used_bytes_ -= inner.bytes;
    inner_of_.erase(found);
  }
  inner_.free(inner);
  return inner.bytes;
}

Result<backend::Allocation> Memory::find(const backend::Allocation& allocation,
                                         bool for_launch) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = inner_of_.find(allocation.handle);
  if (found == inner_of_.end()) {
    return Error{ErrorCode::invalid_argument, "The device has no such allocation."};
  }
  backend::Allocation inner = found->second;
  // Before its begin, which elements a launch touches is not known here.
  const bool is_checked = allocation.offset >= 0 || !for_launch;
  if (is_checked &&
      (allocation.offset < 0 || static_cast<std::uint64_t>(allocation.offset) > inner.bytes ||
       allocation.bytes > inner.bytes - static_cast<std::size_t>(allocation.offset))) {
    return Error{ErrorCode::invalid_argument, "An allocation has fewer bytes than it claims."};
  }
  inner.bytes = allocation.bytes;
  inner.offset += allocation.offset;
  return inner;
}

std::size_t Memory::live() const noexcept {
  const std::lock_guard lock(mutex_);
  return inner_of_.size();
}

}  // namespace dotcompute::simulated
