// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/range.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dotcompute {

/// Contiguous elements seen as an array of 1 to 3 axes, row-major: `view(row, column)`. Owns nothing.
///
/// `Element` is const for what is only read. A view is both how a kernel takes an array of known
/// rank and how a caller says the shape of memory it has.
template <class Element, int Rank>
requires(Rank >= 1 && Rank <= 3) class ArrayView {
 public:
  constexpr ArrayView() noexcept = default;
  /// \param data `Rank` extents' product elements.
  constexpr ArrayView(Element* data, std::array<std::uint64_t, Rank> extents) noexcept
      : data_(data), extents_(extents) {}

  /// All elements of a contiguous range, as one axis.
  template <class Range>
  requires(Rank == 1) &&
      std::constructible_from<std::span<Element>, Range&> constexpr ArrayView(  // NOLINT
          Range& range) noexcept  // implicit on purpose
      : data_(std::span<Element>(range).data()),
  extents_{std::span<Element>(range).size()} {}

  [[nodiscard]] constexpr Element* data() const noexcept { return data_; }
  /// Axis 0 is the slowest: the rows of a matrix.
  [[nodiscard]] constexpr std::uint64_t extent(std::size_t axis) const noexcept {
    return extents_[axis];
  }
  [[nodiscard]] constexpr std::uint64_t size() const noexcept {
    std::uint64_t product = 1;
    for (const auto extent : extents_) {
      product *= extent;
    }
    return product;
  }

  [[nodiscard]] constexpr Element& operator[](std::uint64_t index) const noexcept {
    return data_[index];
  }
  template <std::integral... Indices>
  requires(sizeof...(Indices) == Rank) [[nodiscard]] constexpr Element& operator()(
      Indices... indices) const noexcept {
    const std::array<std::uint64_t, Rank> index{static_cast<std::uint64_t>(indices)...};
    std::uint64_t offset = index[0];
    for (std::size_t axis = 1; axis < Rank; ++axis) {
      offset = offset * extents_[axis] + index[axis];
    }
    return data_[offset];
  }

 private:
  Element* data_ = nullptr;
  std::array<std::uint64_t, Rank> extents_{};
};

/// What a kernel only reads.
template <KernelElement T, int Rank = 1>
class in : public ArrayView<const T, Rank> {
 public:
  using ArrayView<const T, Rank>::ArrayView;
};

/// What a kernel writes without reading it first.
template <KernelElement T, int Rank = 1>
class out : public ArrayView<T, Rank> {
 public:
  using ArrayView<T, Rank>::ArrayView;
};

/// What a kernel reads and writes.
template <KernelElement T, int Rank = 1>
class inout : public ArrayView<T, Rank> {
 public:
  using ArrayView<T, Rank>::ArrayView;
};

/// Every `stride`-th element of a caller's memory, along up to 3 axes; strides are in elements and
/// may be negative. A call gathers it into packed memory first and, for outputs, scatters it back.
template <class Element, int Rank>
requires(Rank >= 1 && Rank <= 3) struct StridedView {
  Element* data = nullptr;  ///< The element with index 0 on every axis.
  std::array<std::uint64_t, Rank> extents{};
  std::array<std::int64_t, Rank> strides{};
};

}  // namespace dotcompute
