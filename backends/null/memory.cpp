// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include "base/try.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <utility>

namespace dotcompute::null {

void Memory::Free::operator()(std::byte* bytes) const noexcept {
  std::free(bytes);
}

Result<backend::Allocation> Memory::allocate(std::size_t bytes,
                                             std::size_t alignment_bytes) noexcept {
  const std::size_t alignment = std::max(alignment_bytes, sizeof(void*));
  if (bytes > std::numeric_limits<std::size_t>::max() - alignment) {
    return Error{ErrorCode::out_of_memory, "The host has less memory than that."};
  }
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  Block block{.bytes = {}, .size = bytes};
  block.bytes.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, rounded)));
  if (block.bytes == nullptr) {
    return Error{ErrorCode::out_of_memory, "The host has no memory left."};
  }
  try {
    const std::lock_guard lock(mutex_);
    const std::uint64_t handle = handles_are_addresses_
                                     ? reinterpret_cast<std::uintptr_t>(block.bytes.get())
                                     : next_handle_++;
    blocks_.emplace(handle, std::move(block));
    return backend::Allocation{handle, bytes};
  } catch (const std::exception&) {
    return Error{ErrorCode::out_of_memory, "The host has no memory left."};
  }
}

void Memory::free(backend::Allocation allocation) noexcept {
  const std::lock_guard lock(mutex_);
  blocks_.erase(allocation.handle);
}

Result<std::span<std::byte>> Memory::find(backend::Allocation allocation) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = blocks_.find(allocation.handle);
  if (found == blocks_.end()) {
    return Error{ErrorCode::invalid_argument, "The device has no such allocation."};
  }
  const std::size_t size = found->second.size;
  if (allocation.offset < 0 || static_cast<std::uint64_t>(allocation.offset) > size ||
      allocation.bytes > size - static_cast<std::size_t>(allocation.offset)) {
    return Error{ErrorCode::invalid_argument, "An allocation has fewer bytes than it claims."};
  }
  return std::span<std::byte>(found->second.bytes.get() + allocation.offset, allocation.bytes);
}

std::size_t Memory::live() const noexcept {
  const std::lock_guard lock(mutex_);
  return blocks_.size();
}

Status copy(const Memory& memory, const backend::CopyRequest& request) noexcept {
  const bool from_host = request.host_source.data() != nullptr;
  const bool to_host = request.host_target.data() != nullptr;
  if (from_host == (request.source.handle != 0) || to_host == (request.target.handle != 0)) {
    return Error{ErrorCode::invalid_argument, "A copy has one source and one target."};
  }
  std::span<const std::byte> source = request.host_source;
  if (!from_host) {
    DC_TRY_ASSIGN(source, memory.find(request.source));
  }
  std::span<std::byte> target = request.host_target;
  if (!to_host) {
    DC_TRY_ASSIGN(target, memory.find(request.target));
  }
  const std::size_t bytes = to_host && !from_host ? target.size() : source.size();
  if (bytes > source.size() || bytes > target.size()) {
    return Error{ErrorCode::invalid_argument, "A copy reaches beyond an allocation."};
  }
  std::memmove(target.data(), source.data(), bytes);
  return success();
}

}  // namespace dotcompute::null
