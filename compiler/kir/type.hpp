// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute::kir {

enum class TypeKind : std::uint8_t {
  none,       ///< Of a call that gives nothing.
  scalar,     ///< `element` says which; never ElementType::structure.
  structure,  ///< `structure` says which.
  array,      ///< Of `extents`, whose elements are scalars or structures.
};

/// The type of a value. Two types are the same if all members are.
struct Type {
  TypeKind kind = TypeKind::none;
  ElementType element = ElementType::int32;  ///< Of a scalar, or of an array's elements.
  std::uint32_t structure = kNoStructure;    ///< Place in Module::structures; else kNoStructure.
  std::vector<std::uint32_t> extents;        ///< Of an array, slowest axis first; all above 0.

  static constexpr std::uint32_t kNoStructure = 0xFFFF'FFFFU;

  friend bool operator==(const Type&, const Type&) = default;
  [[nodiscard]] bool is_scalar() const noexcept { return kind == TypeKind::scalar; }
  /// True for a scalar or array element type that is a structure.
  [[nodiscard]] bool has_structure() const noexcept { return structure != kNoStructure; }
};

[[nodiscard]] inline Type scalar_type(ElementType element) {
  return {.kind = TypeKind::scalar, .element = element};
}
[[nodiscard]] inline Type structure_type(std::uint32_t structure) {
  return {.kind = TypeKind::structure, .element = ElementType::structure, .structure = structure};
}
/// \param element a scalar or a structure.
[[nodiscard]] inline Type array_type(const Type& element, std::vector<std::uint32_t> extents) {
  return {.kind = TypeKind::array,
          .element = element.element,
          .structure = element.structure,
          .extents = std::move(extents)};
}
/// What indexing an array once gives: an array of one axis less, or an element.
[[nodiscard]] inline Type indexed_type(const Type& array) {
  if (array.extents.size() > 1) {
    Type rest = array;
    rest.extents.erase(rest.extents.begin());
    return rest;
  }
  return array.has_structure() ? structure_type(array.structure) : scalar_type(array.element);
}

[[nodiscard]] constexpr bool is_floating(ElementType type) noexcept {
  return type == ElementType::float16 || type == ElementType::float32 ||
         type == ElementType::float64;
}
[[nodiscard]] constexpr bool is_signed(ElementType type) noexcept {
  return type == ElementType::int8 || type == ElementType::int16 || type == ElementType::int32 ||
         type == ElementType::int64;
}
[[nodiscard]] constexpr bool is_integer(ElementType type) noexcept {
  return type >= ElementType::int8 && type <= ElementType::uint64;
}

/// One member of a structure.
struct Field {
  std::string name;
  Type type;
  std::uint32_t offset = 0;  ///< Bytes from the beginning of the structure.
};

/// A trivially copyable struct of the user's, laid out as the host's compiler does.
struct Structure {
  std::string name;             ///< Qualified, as in C++: "physics::Body".
  std::vector<Field> fields;    ///< In the order of declaration; those of bases first.
  std::uint32_t file = 0;       ///< Where it is declared: place in Module::files.
  std::uint32_t size = 0;       ///< Bytes.
  std::uint32_t alignment = 1;  ///< Bytes.
};

}  // namespace dotcompute::kir
