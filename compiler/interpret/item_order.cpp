// SPDX-License-Identifier: Apache-2.0
#include "interpret/item_order.hpp"

#include <algorithm>
#include <bit>

namespace dotcompute::interpret {
namespace {

constexpr std::uint32_t kRounds = 4;

// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014: mix64.
std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ x >> 30U) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27U) * 0x94D049BB133111EBU;
  return x ^ x >> 31U;
}

}  // namespace

ItemOrder::ItemOrder(const ItemRange& items, std::optional<std::uint64_t> seed) noexcept
    : items_(items), seed_(seed) {
  const bool is_empty = items.end[0] <= items.begin[0] || items.end[1] <= items.begin[1] ||
                        items.end[2] <= items.begin[2];
  count_ = is_empty ? 0 : items.items();
  const auto width = static_cast<std::uint32_t>(std::bit_width(count_ > 0 ? count_ - 1 : 0));
  bits_ = std::max(2U, width + width % 2);
}

std::array<std::uint64_t, 3> ItemOrder::at(std::uint64_t place) const noexcept {
  if (seed_) {
    place = shuffled(place);
  }
  const std::uint64_t width = items_.end[0] - items_.begin[0];
  const std::uint64_t height = items_.end[1] - items_.begin[1];
  return {items_.begin[0] + place % width, items_.begin[1] + place / width % height,
          items_.begin[2] + place / width / height};
}

// A Feistel network permutes the numbers of bits_ bits; what it gives beyond the count goes through
// it again, until it is a place.
std::uint64_t ItemOrder::shuffled(std::uint64_t place) const noexcept {
  const std::uint32_t half_bits = bits_ / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
  do {
    std::uint64_t left = place >> half_bits;
    std::uint64_t right = place & mask;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      const std::uint64_t next = left ^ (mix(right ^ mix(*seed_ + round)) & mask);
      left = right;
      right = next;
    }
    place = left << half_bits | right;
  } while (place >= count_);
  return place;
}

}  // namespace dotcompute::interpret
