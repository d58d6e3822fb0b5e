// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/view.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <ranges>
#include <string_view>
#include <type_traits>

namespace dotcompute {

template <KernelElement T>
class UnifiedBuffer;

namespace detail {

class UnifiedPart;

template <class T>
inline constexpr bool kIsView = false;
template <class T, int Rank>
inline constexpr bool kIsView<ArrayView<T, Rank>> = true;
template <class T, int Rank>
inline constexpr bool kIsView<in<T, Rank>> = true;
template <class T, int Rank>
inline constexpr bool kIsView<out<T, Rank>> = true;
template <class T, int Rank>
inline constexpr bool kIsView<inout<T, Rank>> = true;
template <class T>
inline constexpr bool kIsStrided = false;
template <class T, int Rank>
inline constexpr bool kIsStrided<StridedView<T, Rank>> = true;

template <class T>
inline constexpr bool kIsUnified = false;
template <class T>
inline constexpr bool kIsUnified<UnifiedBuffer<T>> = true;

/// An array that knows its shape, such as HostArray.
template <class T>
concept ShapedArray = requires(const T& array) {
  { array.extents() } -> std::convertible_to<Extents>;
  { array.rank() } -> std::convertible_to<int>;
  array.data();
};

template <class T>
using RangeElement = std::remove_reference_t<std::ranges::range_reference_t<T>>;

template <class T>
concept ArrayArgument = std::ranges::contiguous_range<T> && std::ranges::sized_range<T> &&
    KernelElement<std::remove_const_t<RangeElement<T>>>;

/// Owns its elements, so that a temporary of it takes them along.
template <class T>
concept OwningArray = ArrayArgument<T> && !std::ranges::borrowed_range<T>;

template <class T>
concept ScalarArgument =
    KernelElement<T> && !std::ranges::range<T> && !kIsView<T> && !kIsStrided<T> && !kIsUnified<T>;

}  // namespace detail

/// What can be given to a kernel: containers, arrays and spans of contiguous elements, views of 1 to
/// 3 axes, strided views, unified buffers, and single values.
template <class T>
concept Bindable = detail::ArrayArgument<std::remove_reference_t<T>> ||
    detail::kIsView<std::remove_cvref_t<T>> || detail::kIsStrided<std::remove_cvref_t<T>> ||
    detail::kIsUnified<std::remove_cvref_t<T>> || detail::ScalarArgument<std::remove_cvref_t<T>>;

/// One argument of a call with the type it has at run time. Owns nothing: what it was made from must
/// live until the call ends. An asynchronous call that is queued copies scalars and the contents
/// of temporaries before it returns.
class Argument {
 public:
  enum class Kind : std::uint8_t { scalar, array, strided, unified };

  template <class T>
  requires Bindable<T> &&
      (!std::same_as<std::remove_cvref_t<T>, Argument>)constexpr Argument(  // NOLINT
          T&& value) noexcept {  // implicit on purpose, so that {"a", a} works
    using Plain = std::remove_cvref_t<T>;
    if constexpr (detail::kIsView<Plain>) {
      set_view(value);
    } else if constexpr (detail::kIsStrided<Plain>) {
      set_strided(value);
    } else if constexpr (detail::kIsUnified<Plain>) {
      set_unified(value);
    } else if constexpr (detail::ArrayArgument<std::remove_reference_t<T>>) {
      set_array(value);
      temporary_ = detail::OwningArray<Plain> && !std::is_lvalue_reference_v<T>;
      // A result written into a temporary would be lost.
      writable_ = writable_ && !temporary_;
    } else {
      set_scalar(value);
    }
  }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] TypeId type() const noexcept { return type_; }
  /// Axes: 1 to 3; 1 for a container, whatever the parameter's rank.
  [[nodiscard]] std::uint8_t rank() const noexcept { return rank_; }
  [[nodiscard]] bool is_writable() const noexcept { return writable_; }
  [[nodiscard]] bool is_temporary() const noexcept { return temporary_; }
  /// The storage of a unified buffer. \pre kind() is unified.
  [[nodiscard]] const detail::UnifiedPart* part() const noexcept {
    return static_cast<const detail::UnifiedPart*>(data_);
  }
  /// First element, or the scalar's value.
  [[nodiscard]] void* data() const noexcept {
    return kind_ == Kind::scalar && type_.size() <= sizeof(small_)
               ? const_cast<std::uint64_t*>(&small_)
               : data_;
  }
  /// A scalar too large to be kept here: data() leads to the caller's.
  [[nodiscard]] bool is_borrowed_value() const noexcept {
    return kind_ == Kind::scalar && type_.size() > sizeof(small_);
  }
  /// Puts a copy of the elements, the value or the storage's handle in the place of the caller's.
  /// \pre it is a temporary, a borrowed value, or unified.
  void rebind(void* copy) noexcept { data_ = copy; }
  /// Slowest axis first, unused places 1. Not for scalars.
  [[nodiscard]] const Extents& extents() const noexcept { return extents_; }
  /// In elements, one per axis. Only for strided views.
  [[nodiscard]] const std::array<std::int64_t, 3>& strides() const noexcept { return strides_; }

 private:
  template <class T>
  constexpr void set_scalar(const T& value) noexcept {
    kind_ = Kind::scalar;
    type_ = type_id_of<T>;
    if constexpr (sizeof(T) <= sizeof(small_)) {
      small_ = 0;
      std::memcpy(&small_, &value, sizeof(T));
    } else {
      data_ = const_cast<T*>(&value);
    }
  }

  template <class Element>
  constexpr void set_elements(Element* data) noexcept {
    using Plain = std::remove_const_t<Element>;
    // Constness is kept in writable_, and binding lets no out parameter have what is not.
    data_ = const_cast<Plain*>(data);
    type_ = type_id_of<Plain>;
    writable_ = !std::is_const_v<Element>;
  }

  template <class Range>
  constexpr void set_array(Range& range) noexcept {
    kind_ = Kind::array;
    set_elements(std::ranges::data(range));
    if constexpr (detail::ShapedArray<std::remove_const_t<Range>>) {
      extents_ = range.extents();
      rank_ = static_cast<std::uint8_t>(range.rank());
    } else {
      extents_ = {std::ranges::size(range), 1, 1};
    }
  }

  template <class Element, int Rank>
  constexpr void set_view(const ArrayView<Element, Rank>& view) noexcept {
    kind_ = Kind::array;
    set_elements(view.data());
    rank_ = Rank;
    extents_ = {1, 1, 1};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      extents_[axis] = view.extent(axis);
    }
  }

  template <class Buffer>
  constexpr void set_unified(Buffer& buffer) noexcept {
    kind_ = Kind::unified;
    type_ = type_id_of<typename Buffer::value_type>;
    // A slice is a handle: what is written through a temporary one is not lost.
    writable_ = !std::is_const_v<Buffer>;
    rank_ = static_cast<std::uint8_t>(buffer.rank());
    extents_ = buffer.extents();
    // Constness is kept in writable_.
    data_ = const_cast<detail::UnifiedPart*>(&buffer.part());
  }

  template <class Element, int Rank>
  constexpr void set_strided(const StridedView<Element, Rank>& view) noexcept {
    kind_ = Kind::strided;
    set_elements(view.data);
    rank_ = Rank;
    extents_ = {1, 1, 1};
    strides_ = {0, 0, 0};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      extents_[axis] = view.extents[axis];
      strides_[axis] = view.strides[axis];
    }
  }

  TypeId type_;
  Kind kind_ = Kind::scalar;
  std::uint8_t rank_ = 1;
  bool writable_ = false;
  bool temporary_ = false;
  union {
    void* data_;
    std::uint64_t small_;  // a scalar of at most 8 bytes
  };
  // Not initialised where they say nothing: a call makes several of these in nanoseconds.
  Extents extents_;
  std::array<std::int64_t, 3> strides_;
};

/// An argument and the name of the parameter it is for.
struct NamedArgument {
  template <class T>
  requires std::constructible_from<Argument, T>
  constexpr NamedArgument(std::string_view parameter, T&& argument) noexcept
      : name(parameter), value(std::forward<T>(argument)) {}

  std::string_view name;
  Argument value;
};

}  // namespace dotcompute
