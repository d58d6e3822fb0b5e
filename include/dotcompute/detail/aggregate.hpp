// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace dotcompute::detail {

/// Converts to anything: stands for a member whose type is not known.
struct AnyMember {
  template <class T>
  operator T() const noexcept;  // NOLINT: on purpose; never called, only looked at
};

template <class T, class... Members>
consteval std::size_t count_members() {
  if constexpr (requires { T{Members{}..., AnyMember{}}; }) {
    return count_members<T, Members..., AnyMember>();
  } else {
    return sizeof...(Members);
  }
}

inline constexpr std::size_t kMaxAggregateMembers = 8;

/// A struct without constructors, with 1 to 8 members, none of which is an array in C's sense.
template <class T>
concept ArgumentAggregate =
    std::is_aggregate_v<T> && !std::is_union_v<T> && !ArrayArgument<T> &&
    (count_members<T>() >= 1) && (count_members<T>() <= kMaxAggregateMembers);

/// Calls `use` with the members of `aggregate` as lvalues.
template <ArgumentAggregate T, class Use>
decltype(auto) with_members(T& aggregate, Use&& use) {
  constexpr std::size_t kCount = count_members<std::remove_const_t<T>>();
  if constexpr (kCount == 1) {
    auto& [a] = aggregate;
    return use(a);
  } else if constexpr (kCount == 2) {
    auto& [a, b] = aggregate;
    return use(a, b);
  } else if constexpr (kCount == 3) {
    auto& [a, b, c] = aggregate;
    return use(a, b, c);
  } else if constexpr (kCount == 4) {
    auto& [a, b, c, d] = aggregate;
    return use(a, b, c, d);
  } else if constexpr (kCount == 5) {
    auto& [a, b, c, d, e] = aggregate;
    return use(a, b, c, d, e);
  } else if constexpr (kCount == 6) {
    auto& [a, b, c, d, e, f] = aggregate;
    return use(a, b, c, d, e, f);
  } else if constexpr (kCount == 7) {
    auto& [a, b, c, d, e, f, g] = aggregate;
    return use(a, b, c, d, e, f, g);
  } else {
    auto& [a, b, c, d, e, f, g, h] = aggregate;
    return use(a, b, c, d, e, f, g, h);
  }
}

}  // namespace dotcompute::detail
