// SPDX-License-Identifier: Apache-2.0
#include "chunk_grid.hpp"

#include <algorithm>

namespace dotcompute::cpu {
namespace {

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) noexcept {
  return a / b + (a % b != 0 ? 1 : 0);
}

std::uint64_t grain_along_x(std::uint64_t size, std::uint64_t least) noexcept {
  std::uint64_t grain = 64;
  while (grain > 1 && divide_up(size, grain) < least) {
    grain /= 4;
  }
  return grain;
}

}  // namespace

ChunkGrid::ChunkGrid(const LaunchRange& range, std::uint64_t wanted, std::uint64_t least) noexcept
    : size_(range.size) {
  for (std::size_t axis = 3; axis-- > 0;) {
    const std::uint64_t grain = axis == 0 ? grain_along_x(size_[axis], least) : 1;
    const std::uint64_t grains = divide_up(size_[axis], grain);
    const std::uint64_t parts = std::clamp<std::uint64_t>(wanted, 1, grains);
    step_[axis] = divide_up(grains, parts) * grain;
    pieces_[axis] = divide_up(size_[axis], step_[axis]);
    wanted = divide_up(wanted, pieces_[axis]);
    least = divide_up(least, pieces_[axis]);
  }
}

ItemRange ChunkGrid::box(std::uint64_t chunk) const noexcept {
  ItemRange box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.begin[axis] = chunk % pieces_[axis] * step_[axis];
    box.end[axis] = std::min(box.begin[axis] + step_[axis], size_[axis]);
    chunk /= pieces_[axis];
  }
  return box;
}

}  // namespace dotcompute::cpu
