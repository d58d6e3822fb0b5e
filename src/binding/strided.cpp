// SPDX-License-Identifier: Apache-2.0
#include "binding/strided.hpp"

#include "base/try.hpp"

#include <cstring>
#include <new>

namespace dotcompute::core {
namespace {

/// Calls `use` with the address of each element of a strided view, in row-major order.
template <class Use>
void for_each_element(const Argument& view, Use&& use) noexcept {
  const auto size = static_cast<std::int64_t>(view.type().size());
  const Extents& extents = view.extents();
  const auto& strides = view.strides();
  std::array<std::int64_t, 3> step{0, 0, 0};
  for (std::size_t axis = 0; axis < view.rank(); ++axis) {
    step[axis] = strides[axis] * size;
  }
  auto* first = static_cast<std::byte*>(view.data());
  for (std::uint64_t i = 0; i < extents[0]; ++i) {
    for (std::uint64_t j = 0; j < extents[1]; ++j) {
      for (std::uint64_t k = 0; k < extents[2]; ++k) {
        use(first + static_cast<std::int64_t>(i) * step[0] +
            static_cast<std::int64_t>(j) * step[1] + static_cast<std::int64_t>(k) * step[2]);
      }
    }
  }
}

}  // namespace

Status PackedArguments::gather(const Signature& signature, BoundCall& call) noexcept {
  for (std::uint32_t left = call.strided; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const Argument& source = *call.strided_sources[index];
    const std::size_t size = source.type().size();
    DC_TRY_ASSIGN(auto block, HostBlock::take_array(source.extents(), size));
    auto* target = static_cast<std::byte*>(block.data());
    call.arguments[index].data = target;
    for_each_element(source, [&](const std::byte* element) {
      std::memcpy(target, element, size);
      target += size;
    });
    try {
      packed_.push_back({&source, std::move(block), (signature.written >> index & 1U) != 0});
    } catch (const std::bad_alloc&) {
      return Error{ErrorCode::host_memory, "The host has no memory left."};
    }
  }
  return success();
}

void PackedArguments::scatter() const noexcept {
  for (const Packed& packed : packed_) {
    if (!packed.written) {
      continue;
    }
    const auto* from = static_cast<const std::byte*>(packed.block.data());
    const std::size_t size = packed.source->type().size();
    for_each_element(*packed.source, [&](std::byte* element) {
      std::memcpy(element, from, size);
      from += size;
    });
  }
}

}  // namespace dotcompute::core
