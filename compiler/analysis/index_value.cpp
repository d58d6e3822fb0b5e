// SPDX-License-Identifier: Apache-2.0
#include "analysis/index_value.hpp"

#include "kir/type.hpp"

#include <algorithm>
#include <utility>

namespace dotcompute::analysis {
namespace {

// Beyond this nothing is said, so that sums of bounds stay far from overflow.
constexpr std::int64_t kFarthest = std::int64_t{1} << 40;

IndexValue checked(const IndexValue& value) {
  const bool is_far = value.low < -kFarthest || value.high > kFarthest;
  return is_far ? IndexValue{} : value;
}

/// What two values make together if nothing closer is known.
IndexValue mixed(const IndexValue& a, const IndexValue& b) {
  return a.is_uniform() && b.is_uniform() ? uniform_value() : IndexValue{};
}

IndexValue moved(IndexValue value, std::int64_t low, std::int64_t high) {
  value.low += low;
  value.high += high;
  return checked(std::move(value));
}

/// Below zero, a narrow unsigned value is one far above it. One of 64 bits is too, but then no
/// array has such an element.
bool may_wrap(const IndexValue& value, ElementType type) noexcept {
  return value.kind != IndexKind::uniform && value.low < 0 && !kir::is_signed(type) &&
         size_of(type) < 8;
}

bool is_index_type(ElementType type) noexcept {
  return kir::is_integer(type) && size_of(type) >= 4;
}

}  // namespace

IndexValue constant_value(std::int64_t low, std::int64_t high) {
  return checked({.kind = IndexKind::constant, .low = low, .high = high});
}
IndexValue id_value(std::uint8_t axis) {
  return {.kind = IndexKind::near_id, .axis = axis};
}
IndexValue extent_value(std::string key) {
  return {.kind = IndexKind::extent, .key = std::move(key)};
}
IndexValue uniform_value() {
  return {.kind = IndexKind::uniform};
}

bool is_below(IdFacts facts, std::uint8_t axis, std::string_view key) noexcept {
  return std::any_of(facts.begin(), facts.end(), [&](const IdFact& fact) {
    return fact.kind == IdFact::Kind::below && fact.axis == axis && fact.key == key;
  });
}

IndexValue add(const IndexValue& a, const IndexValue& b, ElementType type) {
  if (a.kind == IndexKind::constant && b.kind != IndexKind::constant) {
    return add(b, a, type);
  }
  if (b.kind == IndexKind::constant && a.kind != IndexKind::unknown &&
      a.kind != IndexKind::uniform && (a.kind != IndexKind::extent || b.low == b.high)) {
    IndexValue sum = moved(a, b.low, b.high);
    return may_wrap(sum, type) ? mixed(a, b) : sum;
  }
  return mixed(a, b);
}

IndexValue subtract(const IndexValue& a, const IndexValue& b, ElementType type) {
  if (b.kind == IndexKind::constant) {
    return add(a, constant_value(-b.high, -b.low), type);
  }
  return mixed(a, b);
}

IndexValue multiply(const IndexValue& a, const IndexValue& b) {
  constexpr std::int64_t kSmall = std::int64_t{1} << 20;
  const auto is_small = [](const IndexValue& value) {
    return value.kind == IndexKind::constant && value.low > -kSmall && value.high < kSmall;
  };
  if (!is_small(a) || !is_small(b)) {
    return mixed(a, b);
  }
  const auto [low, high] =
      std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return constant_value(low, high);
}

IndexValue least(const IndexValue& a, const IndexValue& b, ElementType type, IdFacts facts) {
  if (a.kind == IndexKind::extent && b.kind == IndexKind::near_id) {
    return least(b, a, type, facts);
  }
  if (a.kind == IndexKind::constant && b.kind == IndexKind::constant) {
    return constant_value(std::min(a.low, b.low), std::min(a.high, b.high));
  }
  const bool keeps_sign = kir::is_signed(type) || a.low >= 0;
  if (a.kind == IndexKind::near_id && b.kind == IndexKind::extent && b.low >= -1 && keeps_sign &&
      is_below(facts, a.axis, b.key)) {
    IndexValue bounded = a;  // the extent minus 1 is at least the id
    bounded.low = std::min<std::int64_t>(a.low, 0);
    return bounded;
  }
  return a == b ? a : mixed(a, b);
}

IndexValue greatest(const IndexValue& a, const IndexValue& b, ElementType type) {
  if (a.kind == IndexKind::constant && b.kind == IndexKind::near_id) {
    return greatest(b, a, type);
  }
  if (a.kind == IndexKind::constant && b.kind == IndexKind::constant) {
    return constant_value(std::max(a.low, b.low), std::max(a.high, b.high));
  }
  const bool keeps_sign = kir::is_signed(type) || a.low >= 0;
  if (a.kind == IndexKind::near_id && b.kind == IndexKind::constant && b.high <= 0 && keeps_sign) {
    IndexValue bounded = a;  // an id is never below 0
    bounded.high = std::max<std::int64_t>(a.high, 0);
    return bounded;
  }
  return a == b ? a : mixed(a, b);
}

IndexValue convert(const IndexValue& value, ElementType from, ElementType to) {
  if (from == to) {
    return value;
  }
  if (!kir::is_integer(from) || !kir::is_integer(to)) {
    return value.is_uniform() ? uniform_value() : IndexValue{};
  }
  if (value.kind == IndexKind::constant) {
    const bool fits = value.low >= (kir::is_signed(to) ? -128 : 0) && value.high <= 127;
    return fits || (is_index_type(to) && value.low >= 0 && value.high < INT32_MAX) ||
                   (kir::is_signed(to) && is_index_type(to) && value.low > INT32_MIN &&
                    value.high < INT32_MAX)
               ? value
               : uniform_value();
  }
  // Back to where it came from, int(-1) is what unsigned subtraction gives: an index that is
  // used lies in the array, so all that matters is that both ways have 64 bits or no sign is lost.
  const bool keeps =
      is_index_type(to) && (value.low >= 0 || kir::is_signed(to) || size_of(to) == 8);
  return keeps || value.kind == IndexKind::unknown || value.kind == IndexKind::uniform
             ? value
             : mixed(value, value);
}

IndexValue refine(const IndexValue& value, IdFacts facts) {
  for (const IdFact& fact : facts) {
    if (value.kind == IndexKind::constant && fact.kind == IdFact::Kind::equals) {
      return checked({.kind = IndexKind::near_id,
                      .axis = fact.axis,
                      .low = value.low - fact.value,
                      .high = value.high - fact.value});
    }
    if (value.kind == IndexKind::extent && fact.kind == IdFact::Kind::last &&
        fact.key == value.key && is_below(facts, fact.axis, fact.key)) {
      return checked({.kind = IndexKind::near_id,
                      .axis = fact.axis,
                      .low = value.low + 1,
                      .high = value.low + 1 + fact.value});
    }
  }
  return value;
}

IndexValue join(const IndexValue& a, const IndexValue& b) {
  if (a == b) {
    return a;
  }
  const bool is_same_kind = a.kind == b.kind && a.axis == b.axis;
  if (is_same_kind && (a.kind == IndexKind::constant || a.kind == IndexKind::near_id)) {
    IndexValue hull = a;
    hull.low = std::min(a.low, b.low);
    hull.high = std::max(a.high, b.high);
    return hull;
  }
  return {};
}

IndexValue join(const IndexValue& a, IdFacts a_facts, const IndexValue& b, IdFacts b_facts) {
  if (a.kind == IndexKind::near_id && b.kind != IndexKind::near_id) {
    return join(a, refine(b, b_facts));
  }
  if (b.kind == IndexKind::near_id && a.kind != IndexKind::near_id) {
    return join(refine(a, a_facts), b);
  }
  return join(a, b);
}

}  // namespace dotcompute::analysis
