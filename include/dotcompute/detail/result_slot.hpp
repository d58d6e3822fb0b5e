// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/host_array.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute::core {
struct UnifiedOwner;
}

namespace dotcompute {
template <KernelElement T>
class UnifiedBuffer;
}

namespace dotcompute::detail {

class UnifiedPart;

/// Where one returned output goes. The core asks for memory of the shape it found, and the kernel
/// writes straight into it.
struct ResultSlot {
  TypeId type;
  std::uint64_t fixed_elements = 0;  ///< Exactly so many; 0: any number.
  void* target = nullptr;
  /// Makes room for `extents` (slowest first) in the target and gives its address in `data`.
  /// False if the host has no memory left.
  bool (*allocate)(void* target, const Extents& extents, int rank, void*& data) noexcept = nullptr;
  /// In the place of allocate() for a unified buffer: makes one of `owner` in the target.
  const UnifiedPart* (*make_unified)(void* target,
                                     core::UnifiedOwner& owner,
                                     const Extents& extents,
                                     int rank) noexcept = nullptr;
};

/// How a type is returned: `Holder` is what the kernel fills.
template <class R>
struct ResultTraits;

template <KernelElement T>
struct ResultTraits<T> {
  static ResultSlot slot(T& target) noexcept {
    return {type_id_of<T>, 1, &target, [](void* where, const Extents&, int, void*& data) noexcept {
              data = where;
              return true;
            }};
  }
};

template <KernelElement T, class Allocator>
struct ResultTraits<std::vector<T, Allocator>> {
  static ResultSlot slot(std::vector<T, Allocator>& target) noexcept {
    return {type_id_of<T>, 0, &target,
            [](void* where, const Extents& extents, int, void*& data) noexcept {
              auto& vector = *static_cast<std::vector<T, Allocator>*>(where);
              try {
                vector.resize(extents[0] * extents[1] * extents[2]);
              } catch (...) {  // bad_alloc, or length_error above max_size()
                return false;
              }
              data = vector.data();
              return true;
            }};
  }
};

template <KernelElement T, std::size_t kSize>
requires(kSize > 0) struct ResultTraits<std::array<T, kSize>> {
  static ResultSlot slot(std::array<T, kSize>& target) noexcept {
    return {type_id_of<T>, kSize, &target,
            [](void* where, const Extents&, int, void*& data) noexcept {
              data = static_cast<std::array<T, kSize>*>(where)->data();
              return true;
            }};
  }
};

template <KernelElement T>
struct ResultTraits<HostArray<T>> {
  static ResultSlot slot(HostArray<T>& target) noexcept {
    return {type_id_of<T>, 0, &target,
            [](void* where, const Extents& extents, int rank, void*& data) noexcept {
              auto made = HostArray<T>::make_shaped(extents, rank);
              if (!made) {
                return false;
              }
              auto& array = *static_cast<HostArray<T>*>(where);
              array = *std::move(made);
              data = array.data();
              return true;
            }};
  }
};

template <KernelElement T>
struct ResultTraits<UnifiedBuffer<T>> {
  static ResultSlot slot(UnifiedBuffer<T>& target) noexcept {
    return {type_id_of<T>, 0, &target, nullptr,
            [](void* where, core::UnifiedOwner& owner, const Extents& extents,
               int rank) noexcept -> const UnifiedPart* {
              auto made = UnifiedBuffer<T>::make_shaped(owner, extents, rank);
              if (!made) {
                return nullptr;
              }
              auto& buffer = *static_cast<UnifiedBuffer<T>*>(where);
              buffer = *std::move(made);
              return &buffer.part();
            }};
  }
};

template <class R>
concept SingleResult = requires(R& target) {
  ResultTraits<R>::slot(target);
};

template <class R>
inline constexpr bool kIsResultTuple = false;
template <SingleResult... R>
inline constexpr bool kIsResultTuple<std::tuple<R...>> = true;

}  // namespace dotcompute::detail

namespace dotcompute {

/// What a call can return: nothing, a container of one output (std::vector, std::array, HostArray),
/// a UnifiedBuffer, which stays on the device, one value, or a tuple of these, one for each output that is not given, in parameter order.
template <class R>
concept Returnable = std::is_void_v<R> || detail::SingleResult<R> || detail::kIsResultTuple<R>;

}  // namespace dotcompute

namespace dotcompute::detail {

/// Holds the results of one call while the kernel fills them.
template <class R>
struct ResultHolder {
  R value{};
  std::array<ResultSlot, 1> slots{ResultTraits<R>::slot(value)};
  R take() noexcept { return std::move(value); }
};
template <>
struct ResultHolder<void> {
  std::array<ResultSlot, 0> slots{};
};
template <class... R>
struct ResultHolder<std::tuple<R...>> {
  std::tuple<R...> value{};
  std::array<ResultSlot, sizeof...(R)> slots = std::apply(
      [](R&... element) {
        return std::array<ResultSlot, sizeof...(R)>{ResultTraits<R>::slot(element)...};
      },
      value);
  std::tuple<R...> take() noexcept { return std::move(value); }
};

}  // namespace dotcompute::detail
