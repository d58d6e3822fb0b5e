// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dotcompute::analysis {

/// What is known of an integer in a kernel.
enum class IndexKind : std::uint8_t {
  unknown,
  constant,  ///< From `low` to `high`.
  uniform,   ///< The same for all items.
  near_id,   ///< From id + `low` to id + `high`, where id is the global id on `axis`.
  extent,    ///< The extent named `key`, plus `low`.
};

/// The abstract value of an integer.
struct IndexValue {
  IndexKind kind = IndexKind::unknown;
  std::uint8_t axis = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::string key;

  friend bool operator==(const IndexValue&, const IndexValue&) = default;
  [[nodiscard]] bool is_constant(std::int64_t value) const noexcept {
    return kind == IndexKind::constant && low == value && high == value;
  }
  /// True for the item's own id on `wanted`.
  [[nodiscard]] bool is_id(std::uint8_t wanted) const noexcept {
    return kind == IndexKind::near_id && axis == wanted && low == 0 && high == 0;
  }
  [[nodiscard]] bool is_uniform() const noexcept {
    return kind == IndexKind::constant || kind == IndexKind::uniform || kind == IndexKind::extent;
  }
};

[[nodiscard]] IndexValue constant_value(std::int64_t low, std::int64_t high);
[[nodiscard]] IndexValue id_value(std::uint8_t axis);
[[nodiscard]] IndexValue extent_value(std::string key);
[[nodiscard]] IndexValue uniform_value();

/// What a condition says of an id, on one of its ways.
struct IdFact {
  enum class Kind : std::uint8_t {
    below,   ///< id < the extent named `key`.
    equals,  ///< id == `value`.
    last,    ///< The extent named `key` minus 1 is at most id + `value`.
  };
  Kind kind = Kind::below;
  std::uint8_t axis = 0;
  std::int64_t value = 0;
  std::string key;
};
using IdFacts = std::span<const IdFact>;

[[nodiscard]] bool is_below(IdFacts facts, std::uint8_t axis, std::string_view key) noexcept;

/// \param type of the operands and of what comes out.
[[nodiscard]] IndexValue add(const IndexValue& a, const IndexValue& b, ElementType type);
[[nodiscard]] IndexValue subtract(const IndexValue& a, const IndexValue& b, ElementType type);
[[nodiscard]] IndexValue multiply(const IndexValue& a, const IndexValue& b);
[[nodiscard]] IndexValue least(const IndexValue& a,
                               const IndexValue& b,
                               ElementType type,
                               IdFacts facts);
[[nodiscard]] IndexValue greatest(const IndexValue& a, const IndexValue& b, ElementType type);
[[nodiscard]] IndexValue convert(const IndexValue& value, ElementType from, ElementType to);

/// `value` said of an id, where `facts` allow it: 0 where the id is 0 is the id itself.
[[nodiscard]] IndexValue refine(const IndexValue& value, IdFacts facts);

/// Whichever of two values it is.
[[nodiscard]] IndexValue join(const IndexValue& a, const IndexValue& b);
/// The same where `a_facts` hold for a, and `b_facts` for b.
[[nodiscard]] IndexValue join(const IndexValue& a,
                              IdFacts a_facts,
                              const IndexValue& b,
                              IdFacts b_facts);

}  // namespace dotcompute::analysis
