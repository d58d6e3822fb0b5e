// SPDX-License-Identifier: Apache-2.0
#include "binding/scalars.hpp"

#include "dotcompute/detail/typed_arguments.hpp"

#include <concepts>
#include <cstring>
#include <type_traits>

namespace dotcompute::core {
namespace {

template <class T>
struct Tag {
  using Type = T;
};

/// Calls `use` with the tag of the number type that `type` stands for; false for the others.
template <class Use>
bool with_number(ElementType type, Use&& use) noexcept {
  switch (type) {
    case ElementType::int8:
      return use(Tag<std::int8_t>{});
    case ElementType::uint8:
      return use(Tag<std::uint8_t>{});
    case ElementType::int16:
      return use(Tag<std::int16_t>{});
    case ElementType::uint16:
      return use(Tag<std::uint16_t>{});
    case ElementType::int32:
      return use(Tag<std::int32_t>{});
    case ElementType::uint32:
      return use(Tag<std::uint32_t>{});
    case ElementType::int64:
      return use(Tag<std::int64_t>{});
    case ElementType::uint64:
      return use(Tag<std::uint64_t>{});
    case ElementType::float32:
      return use(Tag<float>{});
    case ElementType::float64:
      return use(Tag<double>{});
    case ElementType::boolean:
    case ElementType::float16:
    case ElementType::structure:
      return false;
  }
  return false;
}

}  // namespace

bool convert_scalar(const Argument& argument, TypeId wanted, std::uint64_t& storage) noexcept {
  if (argument.kind() != Argument::Kind::scalar) {
    return false;
  }
  return with_number(argument.type().element(), [&](auto from) {
    return with_number(wanted.element(), [&](auto to) {
      using From = typename decltype(from)::Type;
      using To = typename decltype(to)::Type;
      // The rule of the typed handles, which the compiler applies there.
      if constexpr (dotcompute::detail::FitsScalar<From, To>) {
        From value{};
        std::memcpy(&value, argument.data(), sizeof(value));
        To converted{};
        const bool exact = dotcompute::detail::convert_exactly(value, converted);
        std::memcpy(&storage, &converted, sizeof(converted));
        return exact;
      } else {
        return false;
      }
    });
  });
}

}  // namespace dotcompute::core
