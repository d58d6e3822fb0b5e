// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/range.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace dotcompute::interpret {

/// The order in which the items of a box are run: along x, then y, then z, or drawn from a seed.
/// Each item comes once, whatever the seed, and no memory is needed.
class ItemOrder {
 public:
  ItemOrder(const ItemRange& items, std::optional<std::uint64_t> seed) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// \param place below count().
  [[nodiscard]] std::array<std::uint64_t, 3> at(std::uint64_t place) const noexcept;

 private:
  [[nodiscard]] std::uint64_t shuffled(std::uint64_t place) const noexcept;

  ItemRange items_;
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> seed_;
  std::uint32_t bits_ = 0;  // of the places, an even number
};

}  // namespace dotcompute::interpret
