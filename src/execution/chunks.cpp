// SPDX-License-Identifier: Apache-2.0
#include "execution/chunks.hpp"

#include <algorithm>

namespace dotcompute::core {
namespace {

// Below this a copy takes no longer than what is done about it.
constexpr std::size_t kLeastBytes = std::size_t{1} << 20U;

// Chunks of a single axis begin on multiples of this many items, so that slices stay aligned.
constexpr std::uint64_t kItemGrain = 1024;

/// Whether element i of the slowest axis belongs to item i of the launch's slowest axis.
bool follows_items(const Signature& signature,
                   const BoundCall& call,
                   std::size_t parameter,
                   std::size_t axis) noexcept {
  return signature.items[parameter].rank == signature.metadata->dimensions &&
         call.arguments[parameter].extents[0] == call.range.size[axis];
}

/// Copies by the chunk or not at all, and how far beyond its items a chunk reads.
bool is_cut(const Signature& signature,
            const BoundCall& call,
            std::size_t parameter,
            std::size_t axis,
            std::uint64_t& halo) noexcept {
  const Parameter& fact = signature.metadata->parameters[parameter];
  if (!follows_items(signature, call, parameter, axis)) {
    return false;
  }
  if (fact.access == AccessPattern::element_wise) {
    return true;
  }
  if (fact.access == AccessPattern::stencil && fact.direction == Direction::in) {
    halo = std::max<std::uint64_t>(halo, fact.stencil_radius);
    return true;
  }
  return false;
}

}  // namespace

bool may_be_cut(const backend::DeviceInfo& device, const GivenBuffers& buffers) noexcept {
  if (!device.copies_beside_launches || device.host_memory) {
    return false;
  }
  std::size_t bytes = 0;
  for (std::size_t index = 0; index < buffers.bytes.size(); ++index) {
    bytes += (buffers.unified >> index & 1U) == 0 ? buffers.bytes[index] : 0;
  }
  return bytes >= kLeastBytes;
}

ChunkPlan plan_chunks(const Signature& signature,
                      const BoundCall& call,
                      const GivenBuffers& buffers,
                      const DeviceRates& rates) noexcept {
  ChunkPlan plan;
  const KernelMetadata& kernel = *signature.metadata;
  // A kernel for which it matters how many items there are has no element-wise outputs: the facts
  // see to that. So what is written element by element may be written in parts.
  const bool writes_by_element = (signature.written & ~signature.element_wise) == 0;
  if (!kernel.is_parallel || !writes_by_element || kernel.allows_overlap) {
    return plan;
  }
  plan.axis = kernel.dimensions - 1U;
  double bytes_in = 0;
  double bytes_out = 0;
  for (std::size_t index = 0; index < signature.size(); ++index) {
    const std::uint32_t bit = 1U << index;
    const bool is_callers = buffers.bytes[index] != 0 && (buffers.unified & bit) == 0;
    if (!is_callers || !is_cut(signature, call, index, plan.axis, plan.halo)) {
      continue;
    }
    plan.chunked |= bit;
    bytes_in += (buffers.moved & bit) != 0 ? static_cast<double>(buffers.bytes[index]) : 0;
    bytes_out += (buffers.written & bit) != 0 ? static_cast<double>(buffers.bytes[index]) : 0;
  }
  const std::uint64_t wanted =
      best_chunk_count({.upload = bytes_in / std::max(rates.in_bytes_per_nanosecond, 1e-3),
                        .download = bytes_out / std::max(rates.out_bytes_per_nanosecond, 1e-3),
                        .fixed = rates.launch_nanoseconds + 2 * rates.copy_nanoseconds});
  const std::uint64_t items = call.range.size[plan.axis];
  const std::uint64_t grain = kernel.dimensions == 1 ? kItemGrain : 1;
  const std::uint64_t least = std::max<std::uint64_t>(2 * plan.halo, 1);
  plan.chunk_items = std::max((items + wanted - 1) / wanted, least);
  plan.chunk_items = (plan.chunk_items + grain - 1) / grain * grain;
  plan.count = wanted < 2 ? 1 : (items + plan.chunk_items - 1) / plan.chunk_items;
  return plan;
}

}  // namespace dotcompute::core
