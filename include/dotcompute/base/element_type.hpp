// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace dotcompute {

/// A 16-bit IEEE 754 binary16 value as it lies in memory. Storage only: convert to compute.
struct half {
  std::uint16_t bits = 0;
  friend constexpr bool operator==(half, half) noexcept = default;
};

/// The kinds of element that kernels take.
enum class ElementType : std::uint8_t {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64,
  structure,  ///< A trivially copyable struct of the user's.
};

/// "bool", "int8", ..., "float32", "struct".
[[nodiscard]] std::string_view to_string(ElementType type) noexcept;

/// Size in bytes; 0 for `structure`, whose size the TypeId knows.
[[nodiscard]] constexpr std::size_t size_of(ElementType type) noexcept {
  constexpr std::size_t kSizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8, 0};
  return kSizes[static_cast<std::size_t>(type)];
}

/// An element type in 64 bits, compared at the price of an integer: its kind, its size in bytes
/// and, for structs, a hash of the type's name, so that two structs of one size differ.
class TypeId {
 public:
  constexpr TypeId() noexcept = default;
  constexpr TypeId(ElementType type) noexcept  // NOLINT: on purpose
      : TypeId(type, size_of(type), 0) {}
  constexpr TypeId(ElementType type, std::size_t bytes, std::uint32_t name_hash) noexcept
      : bits_(static_cast<std::uint64_t>(type) | static_cast<std::uint64_t>(bytes) << 8U |
              static_cast<std::uint64_t>(name_hash) << 32U) {}

  [[nodiscard]] constexpr ElementType element() const noexcept {
    return static_cast<ElementType>(bits_ & 0xFFU);
  }
  /// Bytes of one element, below 2^24.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return bits_ >> 8U & 0xFF'FFFFU; }
  [[nodiscard]] constexpr std::uint64_t bits() const noexcept { return bits_; }
  friend constexpr bool operator==(TypeId, TypeId) noexcept = default;

 private:
  std::uint64_t bits_ = 0;
};

namespace detail {

template <class T>
constexpr std::uint32_t hash_of_type_name() noexcept {
  // FNV-1a. Source: draft-eastlake-fnv-17, section 2 and 5 (32-bit prime and offset basis).
  std::uint32_t hash = 2166136261U;
  for (const char c : std::string_view(__PRETTY_FUNCTION__)) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  }
  return hash;
}

template <class T>
constexpr TypeId make_type_id() noexcept {
  using enum ElementType;
  if constexpr (std::same_as<T, bool>) {
    return boolean;
  } else if constexpr (std::integral<T>) {
    constexpr bool kSigned = std::is_signed_v<T>;
    switch (sizeof(T)) {
      case 1:
        return kSigned ? int8 : uint8;
      case 2:
        return kSigned ? int16 : uint16;
      case 4:
        return kSigned ? int32 : uint32;
      default:
        return kSigned ? int64 : uint64;
    }
  } else if constexpr (std::same_as<T, half>) {
    return float16;
  } else if constexpr (std::same_as<T, float>) {
    return float32;
  } else if constexpr (std::same_as<T, double>) {
    return float64;
  } else {
    static_assert(sizeof(T) < (std::size_t{1} << 24U), "An element is below 16 MiB.");
    return {structure, sizeof(T), hash_of_type_name<T>()};
  }
}

}  // namespace detail

/// A type that kernels take as element or scalar: bool, integers of 8 to 64 bits, half, float,
/// double, or a trivially copyable struct of those.
template <class T>
concept KernelElement =
    std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::is_reference_v<T> &&
    !std::is_const_v<T> && !std::same_as<T, long double> &&
    (std::is_arithmetic_v<T> || std::is_class_v<T>);

/// The TypeId of T.
template <KernelElement T>
inline constexpr TypeId type_id_of = detail::make_type_id<T>();

}  // namespace dotcompute
