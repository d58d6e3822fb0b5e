// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/bodies.hpp"

#include <cstdint>
#include <type_traits>

/// Asks for vector code of the loop that follows: items do not depend on each other.
#define DC_SIMD _Pragma("omp simd")
#define DC_INLINE [[maybe_unused, gnu::always_inline]] inline
#define DC_INLINE_LAMBDA __attribute__((always_inline))
/// A call of its own, so that what `__restrict` says of its parameters holds in it.
#define DC_NOINLINE [[maybe_unused, gnu::noinline]]

#define DC_JOIN_NAMES(table, instruction_set) table##_##instruction_set
#define DC_JOIN_EXPANDED(table, instruction_set) DC_JOIN_NAMES(table, instruction_set)
/// The name of a file's table of bodies for the instruction set it is compiled for.
#define DC_BODY_TABLE(table) DC_JOIN_EXPANDED(table, DC_INSTRUCTION_SET)

// Everything has internal linkage: the same file is compiled for several instruction sets, and the
// linker must not take a function of one for that of another.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

using backend::HostFunction;
using backend::KernelArgument;
using dotcompute::ItemRange;

/// An array that is a value, as KIR's are.
template <class T, int kCount>
struct Array {
  T items[kCount];

  DC_INLINE constexpr T& operator[](std::uint64_t i) { return items[i]; }
  DC_INLINE constexpr const T& operator[](std::uint64_t i) const { return items[i]; }
};

/// A buffer of `kRank` axes, row-major. Indices are taken modulo 2^64, so negative ones may come in
/// any type.
template <class T, int kRank>
struct Buffer {
  T* data;
  std::uint64_t extents[kRank];

  /// The same extents, elsewhere in memory.
  DC_INLINE Buffer with(T* other) const {
    Buffer moved = *this;
    moved.data = other;
    return moved;
  }
  DC_INLINE std::uint64_t extent(int axis) const { return extents[axis]; }
  DC_INLINE std::uint64_t size() const {
    std::uint64_t product = 1;
    for (int axis = 0; axis < kRank; ++axis) {
      product *= extents[axis];
    }
    return product;
  }
  DC_INLINE T& operator[](std::uint64_t i) const { return data[static_cast<std::int64_t>(i)]; }
  DC_INLINE T& operator()(std::uint64_t i, std::uint64_t j) const {
    return data[static_cast<std::int64_t>(i * extents[1] + j)];
  }
  DC_INLINE T& operator()(std::uint64_t i, std::uint64_t j, std::uint64_t k) const {
    return data[static_cast<std::int64_t>((i * extents[1] + j) * extents[2] + k)];
  }
  /// The element, or 0 where there is none.
  DC_INLINE std::remove_const_t<T> at_or_zero(std::uint64_t i) const {
    return i < extents[0] ? (*this)[i] : T{};
  }
  DC_INLINE std::remove_const_t<T> at_or_zero(std::uint64_t i, std::uint64_t j) const {
    return i < extents[0] && j < extents[1] ? (*this)(i, j) : T{};
  }
  DC_INLINE std::remove_const_t<T> at_or_zero(std::uint64_t i,
                                              std::uint64_t j,
                                              std::uint64_t k) const {
    return i < extents[0] && j < extents[1] && k < extents[2] ? (*this)(i, j, k) : T{};
  }
  /// Of elements that are not const, as of elements that are.
  DC_INLINE operator Buffer<const T, kRank>() const {  // NOLINT(google-explicit-constructor)
    Buffer<const T, kRank> read_only{data, {}};
    for (int axis = 0; axis < kRank; ++axis) {
      read_only.extents[axis] = extents[axis];
    }
    return read_only;
  }
};

template <class T>
struct ArgumentOf {
  DC_INLINE static T unpack(const KernelArgument& argument) {
    T value;
    __builtin_memcpy(&value, argument.data, sizeof(T));
    return value;
  }
};
template <class T, int kRank>
struct ArgumentOf<Buffer<T, kRank>> {
  DC_INLINE static Buffer<T, kRank> unpack(const KernelArgument& argument) {
    std::uint64_t extents[3];
    static_assert(sizeof(argument.extents) == sizeof(extents));
    __builtin_memcpy(extents, &argument.extents, sizeof(extents));
    Buffer<T, kRank> buffer{static_cast<T*>(argument.data), {}};
    if constexpr (kRank == 1) {
      // A span takes an array of any rank as one row.
      buffer.extents[0] = extents[0] * extents[1] * extents[2];
    } else {
      __builtin_memcpy(buffer.extents, extents, sizeof(buffer.extents));
    }
    return buffer;
  }
};

/// A kernel's argument as T: a Buffer, or a value.
template <class T>
DC_INLINE T argument(const KernelArgument& given) {
  return ArgumentOf<T>::unpack(given);
}

/// What a kernel that asks for it is told of its launch, along x, y and z.
struct Launch {
  std::uint64_t sizes[3];   // items
  std::uint64_t groups[3];  // items in a group

  [[nodiscard]] DC_INLINE std::uint64_t global_size(int axis) const { return sizes[axis]; }
  [[nodiscard]] DC_INLINE std::uint64_t local_size(int axis) const { return groups[axis]; }
  [[nodiscard]] DC_INLINE std::uint64_t group_count(int axis) const {
    return sizes[axis] / groups[axis] + (sizes[axis] % groups[axis] != 0 ? 1 : 0);
  }
};

/// The launch that `range` is a part of; if nobody says, it ends where the range does, and its groups
/// have the size given.
DC_INLINE Launch launch_of(const ItemRange& range,
                           std::uint32_t group_x,
                           std::uint32_t group_y,
                           std::uint32_t group_z) {
  Launch launch;
  std::uint32_t groups[3] = {group_x, group_y, group_z};
  static_assert(sizeof(range.end) == sizeof(launch.sizes));
  __builtin_memcpy(launch.sizes, range.launch != nullptr ? &range.launch->size : &range.end,
                   sizeof(launch.sizes));
  if (range.group_size != nullptr) {
    __builtin_memcpy(groups, range.group_size, sizeof(groups));
  }
  for (int axis = 0; axis < 3; ++axis) {
    launch.groups[axis] = groups[axis] == 0 ? 1 : groups[axis];
  }
  return launch;
}

/// What a function that asks for ids is told of the item it works for.
struct Item {
  std::uint64_t ids[3];
  Launch launch;

  [[nodiscard]] DC_INLINE std::uint64_t id(int axis) const { return ids[axis]; }
  [[nodiscard]] DC_INLINE std::uint64_t local_id(int axis) const {
    return ids[axis] % launch.groups[axis];
  }
  [[nodiscard]] DC_INLINE std::uint64_t group_id(int axis) const {
    return ids[axis] / launch.groups[axis];
  }
  [[nodiscard]] DC_INLINE std::uint64_t global_size(int axis) const {
    return launch.global_size(axis);
  }
  [[nodiscard]] DC_INLINE std::uint64_t local_size(int axis) const {
    return launch.local_size(axis);
  }
  [[nodiscard]] DC_INLINE std::uint64_t group_count(int axis) const {
    return launch.group_count(axis);
  }
};

/// An int as part of an index that is computed in 64 bits.
DC_INLINE std::int64_t wide(std::int64_t x) {
  return x;
}

// Far beyond all ids, and far enough from the ends of the type that a small number can be added.
inline constexpr std::int64_t kFarAway = std::int64_t{1} << 62U;

/// An integer of the kernel's as an end of ids.
template <class T>
DC_INLINE std::int64_t limit(T value) {
  if constexpr (sizeof(T) == 8 && static_cast<T>(-1) > T{0}) {
    return value > static_cast<T>(kFarAway) ? kFarAway : static_cast<std::int64_t>(value);
  } else {
    const auto wide_value = static_cast<std::int64_t>(value);
    return wide_value > kFarAway ? kFarAway : wide_value < -kFarAway ? -kFarAway : wide_value;
  }
}

}  // namespace
}  // namespace dotcompute::generated
