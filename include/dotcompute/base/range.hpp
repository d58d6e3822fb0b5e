// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dotcompute {

/// Extents of an array, row-major: [slowest, ..., fastest]. Unused places are 1.
using Extents = std::array<std::uint64_t, 3>;

/// How many work items a launch has along x, y and z. Axis 0, x, is the one whose neighbours lie
/// side by side in memory, so an output of shape [rows, cols] is covered by the range {cols, rows}.
struct LaunchRange {
  std::array<std::uint64_t, 3> size{1, 1, 1};  ///< Items along x, y, z; 1 for an axis not used.

  /// All items; the product fits, as binding has checked it.
  [[nodiscard]] constexpr std::uint64_t items() const noexcept {
    return size[0] * size[1] * size[2];
  }
  friend constexpr bool operator==(const LaunchRange&, const LaunchRange&) noexcept = default;
};

/// A box of work items that one call of a CPU body runs: begin <= id < end on each axis x, y, z.
struct ItemRange {
  std::array<std::uint64_t, 3> begin{0, 0, 0};
  std::array<std::uint64_t, 3> end{1, 1, 1};
  /// The launch that the items are a part of, and the items of one of its work groups along x, y, z.
  /// Null: nobody says, and a body that asks takes `end` for the size of the launch.
  const LaunchRange* launch = nullptr;
  const std::array<std::uint32_t, 3>* group_size = nullptr;

  [[nodiscard]] constexpr std::uint64_t items() const noexcept {
    return (end[0] - begin[0]) * (end[1] - begin[1]) * (end[2] - begin[2]);
  }
};

/// The id of one work item: id[0] is x, the fastest axis; id[1] is y; id[2] is z.
template <int Dimensions>
requires(Dimensions >= 1 && Dimensions <= 3) struct ItemId {
  std::array<std::uint64_t, Dimensions> id{};
  [[nodiscard]] constexpr std::uint64_t operator[](std::size_t axis) const noexcept {
    return id[axis];
  }
};

}  // namespace dotcompute
