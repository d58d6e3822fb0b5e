// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/host_memory.hpp"

#include "base/try.hpp"
#include "memory/host_pool.hpp"
#include "memory/size_classes.hpp"

#include <utility>

namespace dotcompute {

namespace host_memory {

void trim() noexcept {
  core::HostPool::process().trim();
}

void set_max_cached_bytes(std::size_t bytes) noexcept {
  core::HostPool::process().set_max_cached_bytes(bytes);
}

void tick() noexcept {
  core::HostPool::process().tick();
}

void set_pressure_hook(PressureHook hook) {
  core::HostPool::process().set_pressure_hook(std::move(hook));
}

void set_decay(const Decay& decay) noexcept {
  core::HostPool::process().set_decay(decay);
}

std::chrono::nanoseconds decay_period() noexcept {
  return core::HostPool::process().decay_period();
}

HostMemoryStats stats() noexcept {
  return core::HostPool::process().stats();
}

}  // namespace host_memory

Result<HostBlock> HostBlock::take(std::size_t bytes) noexcept {
  if (bytes == 0) {
    return HostBlock();
  }
  void* const data = host_memory::take(bytes);
  if (data == nullptr) [[unlikely]] {
    Error error{ErrorCode::host_memory, "The host has no memory left."};
    error.context.got.append("a request of ").append(bytes).append(" bytes");
    return error;
  }
  return HostBlock(data, bytes);
}

Result<std::size_t> HostBlock::bytes_of_array(const Extents& extents,
                                              std::size_t element_bytes) noexcept {
  std::uint64_t bytes = element_bytes;
  bool is_empty = false;
  bool fits = true;
  for (const std::uint64_t extent : extents) {
    is_empty = is_empty || extent == 0;
    fits = !__builtin_mul_overflow(bytes, extent, &bytes) && fits;
  }
  if (is_empty) {
    return std::size_t{0};
  }
  if (!fits || bytes > core::kMaxBlockBytes) [[unlikely]] {
    Error error{ErrorCode::host_memory, "The array is larger than the host can address."};
    error.context.expected.append("at most 2^48 bytes");
    error.context.got.append("extents [").append(extents[0]).append(", ").append(extents[1]);
    error.context.got.append(", ").append(extents[2]).append("] of ").append(element_bytes);
    error.context.got.append(" bytes each");
    return error;
  }
  return static_cast<std::size_t>(bytes);
}

Result<HostBlock> HostBlock::take_array(const Extents& extents,
                                        std::size_t element_bytes) noexcept {
  DC_TRY_ASSIGN(const std::size_t bytes, bytes_of_array(extents, element_bytes));
  return take(bytes);
}

}  // namespace dotcompute
