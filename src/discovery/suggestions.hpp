// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dotcompute::core {

/// How often letters of each of 16 classes are in a name: enough to tell most names apart from a
/// given one without reading them.
using NameSketch = std::array<std::uint8_t, 16>;

[[nodiscard]] NameSketch sketch_of(std::string_view name) noexcept;

/// A distance that edit_distance() of the two names is not below.
[[nodiscard]] inline std::size_t least_distance(const NameSketch& a, const NameSketch& b) noexcept {
  std::size_t only_a = 0;
  std::size_t only_b = 0;
  for (std::size_t at = 0; at < a.size(); ++at) {
    only_a += a[at] > b[at] ? a[at] - b[at] : 0U;
    only_b += b[at] > a[at] ? b[at] - a[at] : 0U;
  }
  return only_a > only_b ? only_a : only_b;
}

/// How many letters must be put in, left out, changed or swapped with their neighbour to make one
/// name of the other; `limit` + 1 if more than `limit`. Of names above 127 bytes only the first 127
/// count.
[[nodiscard]] std::size_t edit_distance(std::string_view a,
                                        std::string_view b,
                                        std::size_t limit) noexcept;

/// The largest distance at which a name is still worth suggesting for `name`.
[[nodiscard]] constexpr std::size_t suggestion_limit(std::string_view name) noexcept {
  const std::size_t limit = 1 + name.size() / 3;
  return limit < 12 ? limit : 12;
}

/// The part behind the last "::".
[[nodiscard]] constexpr std::string_view short_name_of(std::string_view name) noexcept {
  const std::size_t at = name.rfind("::");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

/// Keeps the nearest few of the names it is shown.
///
/// A name with "::" is compared with qualified names, or, at one more, by its last part with short
/// ones, for the name space may be what is wrong; others are compared with short names.
template <class Item, std::size_t Count>
class NearestNames {
 public:
  explicit NearestNames(std::string_view wanted) noexcept
      : wanted_(wanted),
        short_wanted_(short_name_of(wanted)),
        qualified_(short_wanted_.size() != wanted.size()),
        sketch_(sketch_of(wanted)),
        short_sketch_(sketch_of(short_wanted_)),
        limit_(suggestion_limit(wanted)) {}

  /// Whether a name of these sketches may be near enough to be shown.
  [[nodiscard]] bool may_be_near(const NameSketch& qualified,
                                 const NameSketch& short_name) const noexcept {
    return least_distance(short_sketch_, short_name) + (qualified_ ? 1U : 0U) <= limit_ ||
           (qualified_ && least_distance(sketch_, qualified) <= limit_);
  }

  void show(const Item& item, std::string_view qualified_name) noexcept {
    std::size_t distance = edit_distance(short_wanted_, short_name_of(qualified_name), limit_) +
                           (qualified_ ? 1U : 0U);
    if (qualified_) {
      const std::size_t whole = edit_distance(wanted_, qualified_name, limit_);
      distance = whole < distance ? whole : distance;
    }
    if (distance > limit_) {
      return;
    }
    std::size_t at = size_ < Count ? size_++ : Count - 1;
    for (; at > 0 && distances_[at - 1] > distance; --at) {
      distances_[at] = distances_[at - 1];
      items_[at] = items_[at - 1];
    }
    distances_[at] = distance;
    items_[at] = item;
    if (size_ == Count) {
      // From now on only what is nearer than the last one counts.
      complete_ = distances_[Count - 1] <= 1;
      limit_ = distances_[Count - 1] - (distances_[Count - 1] > 0 ? 1U : 0U);
    }
  }

  /// Nothing can be nearer than what is kept.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const Item& operator[](std::size_t at) const noexcept { return items_[at]; }

 private:
  std::string_view wanted_;
  std::string_view short_wanted_;
  bool qualified_;
  NameSketch sketch_;
  NameSketch short_sketch_;
  std::size_t limit_;
  std::size_t size_ = 0;
  bool complete_ = false;
  std::array<std::size_t, Count> distances_{};
  std::array<Item, Count> items_{};
};

}  // namespace dotcompute::core
