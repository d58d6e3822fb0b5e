// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"

#include <cstdint>
#include <stdexcept>
#include <type_traits>

namespace dotcompute::dotc {

/// Calls `use` with std::type_identity of the C++ type of `type`.
/// \pre `type` is not ElementType::structure.
template <class Use>
decltype(auto) with_element_type(ElementType type, Use&& use) {
  switch (type) {
    case ElementType::boolean:
      return use(std::type_identity<bool>{});
    case ElementType::int8:
      return use(std::type_identity<std::int8_t>{});
    case ElementType::uint8:
      return use(std::type_identity<std::uint8_t>{});
    case ElementType::int16:
      return use(std::type_identity<std::int16_t>{});
    case ElementType::uint16:
      return use(std::type_identity<std::uint16_t>{});
    case ElementType::int32:
      return use(std::type_identity<std::int32_t>{});
    case ElementType::uint32:
      return use(std::type_identity<std::uint32_t>{});
    case ElementType::int64:
      return use(std::type_identity<std::int64_t>{});
    case ElementType::uint64:
      return use(std::type_identity<std::uint64_t>{});
    case ElementType::float16:
      return use(std::type_identity<half>{});
    case ElementType::float32:
      return use(std::type_identity<float>{});
    case ElementType::float64:
      return use(std::type_identity<double>{});
    case ElementType::structure:
      break;
  }
  throw std::logic_error("A struct has no type that dotc knows.");
}

}  // namespace dotcompute::dotc
