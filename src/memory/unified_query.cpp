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

const BufferPool* UnifiedMemory::holder(ByteRange range) const noexcept {
  const std::lock_guard lock(mutex_);
  if (host_.valid.contains(range)) {
    return nullptr;
  }
  for (const UnifiedLocation* location = host_.next.get(); location != nullptr;
       location = location->next.get()) {
    if (location->valid.contains(range)) {
      return location->pool;
    }
  }
  return nullptr;
}

}  // namespace dotcompute::core
