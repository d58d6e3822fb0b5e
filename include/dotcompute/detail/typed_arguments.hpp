// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"
#include "dotcompute/backend/requests.hpp"
#include "dotcompute/kernel_handle.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace dotcompute::detail {

template <class T>
inline constexpr int kViewRank = 0;
template <class T, int Rank>
inline constexpr int kViewRank<ArrayView<T, Rank>> = Rank;
template <class T, int Rank>
inline constexpr int kViewRank<in<T, Rank>> = Rank;
template <class T, int Rank>
inline constexpr int kViewRank<out<T, Rank>> = Rank;
template <class T, int Rank>
inline constexpr int kViewRank<inout<T, Rank>> = Rank;
template <class T, int Rank>
inline constexpr int kViewRank<StridedView<T, Rank>> = Rank;

template <class T>
struct ElementOfImpl;
template <class T>
requires ArrayArgument<T>
struct ElementOfImpl<T> {
  using Type = RangeElement<T>;
};
template <class T>
requires kIsView<std::remove_const_t<T>>
struct ElementOfImpl<T> {
  using Type = std::remove_pointer_t<decltype(std::declval<const T&>().data())>;
};
template <class T, int Rank>
struct ElementOfImpl<StridedView<T, Rank>> {
  using Type = T;
};
template <class T, int Rank>
struct ElementOfImpl<const StridedView<T, Rank>> {
  using Type = T;
};

template <KernelElement T>
struct ElementOfImpl<UnifiedBuffer<T>> {
  using Type = T;
};
template <KernelElement T>
struct ElementOfImpl<const UnifiedBuffer<T>> {
  using Type = const T;
};

/// An array of the right element type, writable where the parameter is written, of the right rank
/// where its type tells one.
template <class A, class Parameter>
concept FitsBuffer = requires {
  typename ElementOfImpl<std::remove_reference_t<A>>::Type;
}
&&std::same_as<std::remove_const_t<typename ElementOfImpl<std::remove_reference_t<A>>::Type>,
               typename HandleParameter<Parameter>::Element> &&
    (HandleParameter<Parameter>::kDirection == Direction::in ||
     (!std::is_const_v<typename ElementOfImpl<std::remove_reference_t<A>>::Type> &&
      (std::is_lvalue_reference_v<A> || !OwningArray<std::remove_cvref_t<A>>))) &&
    (kViewRank<std::remove_cvref_t<A>> == HandleParameter<Parameter>::kRank ||
     ShapedArray<std::remove_cvref_t<A>> || kIsUnified<std::remove_cvref_t<A>> ||
     (kViewRank<std::remove_cvref_t<A>> == 0 && HandleParameter<Parameter>::kRank == 1));

/// A value that the parameter's type can hold without loss; for integers and integer to floating
/// point, whether it does is seen when it is called.
template <class A, class Parameter>
concept FitsScalar = ScalarArgument<std::remove_cvref_t<A>> &&
    (std::same_as<std::remove_cvref_t<A>, Parameter> ||
     (std::integral<std::remove_cvref_t<A>> && !std::same_as<std::remove_cvref_t<A>, bool> &&
      !std::same_as<Parameter, bool> && std::is_arithmetic_v<Parameter> &&
      sizeof(std::remove_cvref_t<A>) <= sizeof(Parameter)) ||
     (std::same_as<std::remove_cvref_t<A>, float> && std::same_as<Parameter, double>));

template <class A, class Parameter>
inline constexpr bool kFits =
    HandleParameter<Parameter>::kKind == ParameterKind::buffer ? FitsBuffer<A, Parameter>
                                                               : FitsScalar<A, Parameter>;

template <class A, class Parameter>
struct CheckArgument {
  static_assert(kFits<A, Parameter>,
                "An argument does not fit its parameter: element type, direction or rank is wrong, "
                "or a value would lose digits.");
};

/// `value` as T if no digit is lost.
template <class T, class A>
constexpr bool convert_exactly(const A& value, T& converted) noexcept {
  if constexpr (std::same_as<A, T>) {
    converted = value;
    return true;
  } else if constexpr (std::integral<A> && std::integral<T>) {
    converted = static_cast<T>(value);
    return std::in_range<T>(value);
  } else if constexpr (std::integral<A>) {
    // 2^digits is the first power of two above which not every integer is a T.
    constexpr auto kLimit = std::uint64_t{1} << std::numeric_limits<T>::digits;
    converted = static_cast<T>(value);
    return std::cmp_less_equal(value, kLimit) &&
           (std::unsigned_integral<A> ||
            std::cmp_greater_equal(value, -static_cast<std::int64_t>(kLimit)));
  } else {
    converted = static_cast<T>(value);
    return true;
  }
}

/// Where the values of a handle's scalars lie during the call; nothing for buffers.
struct NoScalar {};
template <class Parameter>
using ScalarStorage = std::conditional_t<HandleParameter<Parameter>::kKind == ParameterKind::scalar,
                                         typename HandleParameter<Parameter>::Element,
                                         NoScalar>;

/// The arguments of a call by handle in the form the kernel takes them, made at compile time as far
/// as types go.
template <class... Parameters>
struct TypedArguments {
  static constexpr std::size_t kCount = sizeof...(Parameters);
  static constexpr std::array<bool, kCount> kIsOut{
      (HandleParameter<Parameters>::kDirection == Direction::out)...};

  std::array<backend::KernelArgument, kCount == 0 ? 1 : kCount> arguments;
  std::tuple<ScalarStorage<Parameters>...> scalars;
  std::uint32_t given = 0;
  bool exact = true;  ///< False: the general path is to say what is wrong.

  /// The place of parameter `index` among those that are given.
  static constexpr std::size_t argument_of(std::size_t index, bool outputs_returned) noexcept {
    std::size_t place = 0;
    for (std::size_t before = 0; before < index; ++before) {
      place += outputs_returned && kIsOut[before] ? 0 : 1;
    }
    return place;
  }
  static constexpr std::size_t given_count(bool outputs_returned) noexcept {
    return argument_of(kCount, outputs_returned);
  }

  template <std::size_t kIndex, class A>
  void set(A&& argument) noexcept {
    using Parameter = std::tuple_element_t<kIndex, std::tuple<Parameters...>>;
    using Plain = std::remove_cvref_t<A>;
    if constexpr (HandleParameter<Parameter>::kKind == ParameterKind::scalar) {
      auto& stored = std::get<kIndex>(scalars);
      exact = convert_exactly(argument, stored) && exact;
      arguments[kIndex].data = &stored;
    } else {
      using Element = typename HandleParameter<Parameter>::Element;
      auto& target = arguments[kIndex];
      if constexpr (kIsView<Plain>) {
        target.data = const_cast<Element*>(argument.data());
        target.extents = {1, 1, 1};
        for (std::size_t axis = 0; axis < HandleParameter<Parameter>::kRank; ++axis) {
          target.extents[axis] = argument.extent(axis);
        }
      } else {
        target.data = const_cast<Element*>(std::ranges::data(argument));
        if constexpr (ShapedArray<Plain>) {
          target.extents = argument.extents();
          exact = argument.rank() == HandleParameter<Parameter>::kRank && exact;
        } else {
          target.extents = {std::ranges::size(argument), 1, 1};
        }
      }
    }
    given |= 1U << kIndex;
  }
};

}  // namespace dotcompute::detail
