// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/range.hpp"

#include <array>
#include <cstdint>

namespace dotcompute::cpu {

/// Cuts a launch range into boxes of nearly equal size: the outermost axis with more than one item
/// first, then the next. Pieces along x begin at multiples of 64 items, so that two threads do not
/// write to one cache line, unless that would leave too few pieces.
class ChunkGrid {
 public:
  /// \param wanted about how many boxes, at least 1.
  /// \param least how many are worth giving up the multiples of 64 for.
  /// \pre `range` has items.
  ChunkGrid(const LaunchRange& range, std::uint64_t wanted, std::uint64_t least) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept {
    return pieces_[0] * pieces_[1] * pieces_[2];
  }

  /// \param chunk below count(); neighbours along x follow each other.
  [[nodiscard]] ItemRange box(std::uint64_t chunk) const noexcept;

 private:
  std::array<std::uint64_t, 3> size_;
  std::array<std::uint64_t, 3> step_{};    // items of one piece on each axis
  std::array<std::uint64_t, 3> pieces_{};  // pieces on each axis
};

}  // namespace dotcompute::cpu
