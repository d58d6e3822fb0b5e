// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/host_memory.hpp"

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace dotcompute {

/// An array of 1 to 3 axes, row-major, in pooled host memory: `array(row, column)`. Move-only.
///
/// Its elements start on a multiple of 64 bytes and are not set when it is made: see filled().
/// An array without elements has no memory. Where the pool has a free block of the right size,
/// making one costs nanoseconds.
///
/// Threads: like a standard container. May be moved to and destroyed on another thread, also after
/// the runtime that made it.
template <KernelElement T>
class HostArray {
  static_assert(alignof(T) <= 64);

 public:
  using value_type = T;

  /// One axis without elements.
  HostArray() noexcept = default;

  /// Makes an array, not set; slowest axis first: HostArray<float>(rows, columns).
  /// \throws MemoryException if the host has no memory left, or can never have so much.
  template <std::integral... Counts>
  requires(sizeof...(Counts) >= 1 && sizeof...(Counts) <= 3) explicit HostArray(Counts... extents)
      : HostArray(value_or_throw(make(extents...))) {}

  /// The same, reporting instead of throwing.
  /// \retval ErrorCode::host_memory if the host has no memory left, or can never have so much.
  template <std::integral... Counts>
  requires(sizeof...(Counts) >= 1 &&
           sizeof...(Counts) <= 3) static Result<HostArray> make(Counts... extents) noexcept {
    Extents all{1, 1, 1};
    std::size_t axis = 0;
    ((all[axis++] = static_cast<std::uint64_t>(extents)), ...);
    return make_shaped(all, static_cast<int>(sizeof...(Counts)));
  }

  /// The same for a number of axes known at run time.
  /// \param extents all three, unused ones 1.
  /// \param rank from 1 to 3.
  static Result<HostArray> make_shaped(const Extents& extents, int rank) noexcept {
    assert(rank >= 1 && rank <= 3);
    auto block = HostBlock::take_array(extents, sizeof(T));
    if (!block) [[unlikely]] {
      return std::move(block.error());
    }
    return HostArray(*std::move(block), extents, rank);
  }

  /// Makes an array whose elements all equal `value`. O(size).
  /// \throws MemoryException as the constructor does.
  template <std::integral... Counts>
  requires(sizeof...(Counts) >= 1 && sizeof...(Counts) <= 3) [[nodiscard]] static HostArray
      filled(const T& value, Counts... extents) {
    HostArray array(extents...);
    std::fill(array.begin(), array.end(), value);
    return array;
  }

  /// Leaves `other` with one axis without elements.
  HostArray(HostArray&& other) noexcept
      : block_(std::move(other.block_)),
        extents_(std::exchange(other.extents_, Extents{0, 1, 1})),
        rank_(std::exchange(other.rank_, 1)) {}
  HostArray& operator=(HostArray&& other) noexcept {
    HostArray taken(std::move(other));
    std::swap(block_, taken.block_);
    std::swap(extents_, taken.extents_);
    std::swap(rank_, taken.rank_);
    return *this;
  }
  ~HostArray() = default;

  /// Null if it has no elements.
  [[nodiscard]] T* data() noexcept { return static_cast<T*>(block_.data()); }
  [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(block_.data()); }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return block_.bytes() / sizeof(T); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// All three, slowest axis first; 1 for those beyond rank().
  [[nodiscard]] const Extents& extents() const noexcept { return extents_; }
  [[nodiscard]] std::uint64_t extent(std::size_t axis) const noexcept { return extents_[axis]; }
  /// Number of axes, 1 to 3.
  [[nodiscard]] int rank() const noexcept { return rank_; }

  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size(); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }

  /// All elements in row-major order.
  [[nodiscard]] std::span<T> span() noexcept { return {data(), size()}; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size()}; }

  /// The element at `index` in row-major order.
  /// \pre index < size()
  [[nodiscard]] T& operator[](std::size_t index) noexcept { return data()[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return data()[index]; }

  /// The element at one index for each axis, slowest first.
  /// \pre as many indices as rank(), each below its extent.
  template <std::integral... Indices>
  requires(sizeof...(Indices) >= 1 && sizeof...(Indices) <= 3) [[nodiscard]] T& operator()(
      Indices... indices) noexcept {
    return data()[offset_of(indices...)];
  }
  template <std::integral... Indices>
  requires(sizeof...(Indices) >= 1 && sizeof...(Indices) <= 3) [[nodiscard]] const T& operator()(
      Indices... indices) const noexcept {
    return data()[offset_of(indices...)];
  }

 private:
  HostArray(HostBlock block, const Extents& extents, int rank) noexcept
      : block_(std::move(block)), extents_(extents), rank_(rank) {}

  static HostArray value_or_throw(Result<HostArray> made) {
    if (!made) [[unlikely]] {
      throw_error(std::move(made.error()));
    }
    return *std::move(made);
  }

  template <class... Indices>
  [[nodiscard]] std::size_t offset_of(Indices... indices) const noexcept {
    assert(static_cast<int>(sizeof...(Indices)) == rank_);
    std::size_t offset = 0;
    std::size_t axis = 0;
    ((offset = offset * extents_[axis++] + static_cast<std::size_t>(indices)), ...);
    return offset;
  }

  HostBlock block_;
  Extents extents_{0, 1, 1};
  int rank_ = 1;
};

}  // namespace dotcompute
