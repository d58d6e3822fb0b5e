// SPDX-License-Identifier: Apache-2.0
#include "execution/given_buffers.hpp"

#include <algorithm>

namespace dotcompute::core {

GivenBuffers given_buffers(const Signature& signature,
                           BoundCall& call,
                           bool is_whole,
                           std::span<std::size_t> bytes) noexcept {
  std::fill_n(bytes.begin(), signature.size(), std::size_t{0});
  for_each_bit(signature.buffers, [&](std::size_t index) {
    const Extents& extents = call.arguments[index].extents;
    bytes[index] = extents[0] * extents[1] * extents[2] * signature.items[index].size;
  });
  // What the kernel leaves out of a caller's output has to come back as it was: only outputs that it
  // writes whole, and those nobody has seen yet, need not go there.
  const std::uint32_t overwritten =
      signature.outputs & (call.returned | (is_whole ? signature.element_wise : 0U));
  return {.arguments = {call.arguments, signature.size()},
          .bytes = bytes.first(signature.size()),
          .parts = call.parts,
          .unified = call.unified,
          .moved = signature.buffers & ~overwritten,
          .written = signature.written};
}

}  // namespace dotcompute::core
