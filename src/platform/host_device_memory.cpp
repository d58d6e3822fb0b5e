// SPDX-License-Identifier: Apache-2.0
#include "platform/host_device_memory.hpp"

#include "platform/cpu_info.hpp"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

namespace dotcompute::core::host_device {
namespace {

// With overcommit the system promises more than it has and ends the process when it is used.
std::size_t host_bytes() noexcept {
  static const HostMemory memory = read_host_memory();
  return memory.physical_bytes + memory.swap_bytes;
}

std::byte* address_of(const backend::Allocation& allocation) noexcept {
  // The handle of memory on the host is its address, as requests.hpp says.
  return std::bit_cast<std::byte*>(allocation.handle) + allocation.offset;
}

}  // namespace

Result<backend::Allocation> allocate(const backend::AllocationRequest& request,
                                     std::size_t max_bytes) noexcept {
  const std::size_t bytes = request.bytes;
  if (bytes == 0 || bytes > max_bytes) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "The size is not one this device takes."};
  }
  if (request.host != nullptr) {
    return Error{ErrorCode::invalid_argument, "A device on the host needs no memory wrapped."};
  }
  if (host_bytes() != 0 && bytes > host_bytes()) [[unlikely]] {
    return Error{ErrorCode::out_of_memory, "The host has less memory than that."};
  }
  const std::size_t rounded = (bytes + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
  void* const memory = std::aligned_alloc(kAlignmentBytes, rounded);
  if (memory == nullptr) [[unlikely]] {
    return Error{ErrorCode::out_of_memory, "The host has no memory left."};
  }
  return backend::Allocation{reinterpret_cast<std::uintptr_t>(memory), bytes};
}

void release(backend::Allocation allocation) noexcept {
  std::free(address_of(allocation));
}

Status copy(const backend::CopyRequest& request) noexcept {
  const bool from_host = request.host_source.data() != nullptr;
  const bool to_host = request.host_target.data() != nullptr;
  if (from_host == (request.source.handle != 0) || to_host == (request.target.handle != 0))
      [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A copy has one source and one target."};
  }
  const std::span<const std::byte> source =
      from_host ? request.host_source
                : std::span<const std::byte>(address_of(request.source), request.source.bytes);
  const std::span<std::byte> target =
      to_host ? request.host_target
              : std::span<std::byte>(address_of(request.target), request.target.bytes);
  const std::size_t bytes = to_host && !from_host ? target.size() : source.size();
  if (bytes > source.size() || bytes > target.size()) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A copy reaches beyond an allocation."};
  }
  // A slice may be copied within its own allocation.
  std::memmove(target.data(), source.data(), bytes);
  return success();
}

}  // namespace dotcompute::core::host_device
