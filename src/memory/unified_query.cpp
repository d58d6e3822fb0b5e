// SPDX-License-Identifier: Apache-2.0
// What the choice of a device asks of a unified buffer.
#include "memory/unified_memory.hpp"

namespace dotcompute::core {

std::uint64_t UnifiedMemory::valid_bytes(const BufferPool* pool, ByteRange range) const noexcept {
  const std::lock_guard lock(mutex_);
  for (const UnifiedLocation* location = &host_; location != nullptr;
       location = location->next.get()) {
    if (location->pool == pool) {
      return location->valid.bytes_in(range);
    }
  }
  return 0;
}

std::uint32_t UnifiedMemory::holders(ByteRange range,
                                     std::span<BufferPool* const> pools) const noexcept {
  const std::lock_guard lock(mutex_);
  std::uint32_t holders = 0;
  for (const UnifiedLocation* location = &host_; location != nullptr;
       location = location->next.get()) {
    if (!location->valid.contains(range)) {
      continue;
    }
    for (std::size_t index = 0; index < pools.size(); ++index) {
      holders |= pools[index] == location->pool ? 1U << index : 0U;
    }
  }
  return holders;
}

}  // namespace dotcompute::core
