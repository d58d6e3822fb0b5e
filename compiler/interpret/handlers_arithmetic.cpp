// SPDX-License-Identifier: Apache-2.0
#include "interpret/handlers.hpp"
#include "interpret/machine.hpp"
#include "kir/scalar.hpp"

#include <bit>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

namespace dotcompute::interpret {
namespace {

using kir::BinaryOperator;
using kir::UnaryOperator;

// What a type is computed in.
template <class T>
using Computed = std::conditional_t<std::same_as<T, half>, float, T>;

template <class T>
Computed<T> value_of(std::uint64_t bits) noexcept {
  if constexpr (std::same_as<T, half>) {
    return static_cast<float>(kir::half_value(static_cast<std::uint16_t>(bits)));
  } else {
    return from_bits<T>(bits);
  }
}

template <class T>
std::uint64_t bits_of(Computed<T> value) noexcept {
  if constexpr (std::same_as<T, half>) {
    return kir::half_from(static_cast<double>(value));
  } else {
    return to_bits<T>(value);
  }
}

template <class T, UnaryOperator Op>
const Instruction* unary(Machine& machine, const Instruction& at) {
  const std::uint64_t bits = raw(machine, at.a);
  if constexpr (Op == UnaryOperator::logical_not) {
    put(machine, at.to, bits == 0);
  } else if constexpr (kIsFloating<T>) {
    // The sign alone, also of NaN and zero.
    put_raw(machine, at.to, bits ^ std::uint64_t{1} << (sizeof(T) * 8 - 1));
  } else {
    put(machine, at.to,
        static_cast<T>(Op == UnaryOperator::negate ? std::uint64_t{0} - bits : ~bits));
  }
  return &at + 1;
}

template <class T, BinaryOperator Op>
bool compare(Computed<T> a, Computed<T> b) noexcept {
  switch (Op) {
    case BinaryOperator::less:
      return a < b;
    case BinaryOperator::less_equal:
      return a <= b;
    case BinaryOperator::greater:
      return a > b;
    case BinaryOperator::greater_equal:
      return a >= b;
    case BinaryOperator::equal:
      return a == b;
    default:
      return a != b;
  }
}

template <class T, BinaryOperator Op>
Computed<T> compute_floating(Computed<T> a, Computed<T> b) noexcept {
  switch (Op) {
    case BinaryOperator::add:
      return a + b;
    case BinaryOperator::subtract:
      return a - b;
    case BinaryOperator::multiply:
      return a * b;
    default:
      return a / b;
  }
}

// On values extended to 64 bits; what is beyond the type's width is cut by the caller.
template <class T, BinaryOperator Op>
std::uint64_t compute_bits(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t kCountMask = sizeof(T) * 8 - 1;
  switch (Op) {
    case BinaryOperator::add:
      return a + b;
    case BinaryOperator::subtract:
      return a - b;
    case BinaryOperator::multiply:
      return a * b;
    case BinaryOperator::shift_left:
      return a << (b & kCountMask);
    case BinaryOperator::shift_right:
      return std::is_signed_v<T>
                 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> (b & kCountMask))
                 : a >> (b & kCountMask);
    case BinaryOperator::bit_and:
      return a & b;
    case BinaryOperator::bit_or:
      return a | b;
    default:
      return a ^ b;
  }
}

template <class T, BinaryOperator Op>
const Instruction* divide(Machine& machine, const Instruction& at) {
  const T a = get<T>(machine, at.a);
  const T b = get<T>(machine, at.b);
  constexpr bool kIsQuotient = Op == BinaryOperator::divide;
  if (b == 0) {
    return stop(machine, at, Fault::divisor);
  }
  if constexpr (std::is_signed_v<T>) {
    // The lowest value by -1 would trap on some machines: its quotient wraps to itself.
    if (b == -1) {
      put(machine, at.to,
          kIsQuotient ? static_cast<T>(std::uint64_t{0} - static_cast<std::uint64_t>(a)) : T{0});
      return &at + 1;
    }
  }
  put(machine, at.to, static_cast<T>(kIsQuotient ? a / b : a % b));
  return &at + 1;
}

template <class T, BinaryOperator Op>
const Instruction* binary(Machine& machine, const Instruction& at) {
  const std::uint64_t a = raw(machine, at.a);
  const std::uint64_t b = raw(machine, at.b);
  if constexpr (Op >= BinaryOperator::less) {
    put(machine, at.to, compare<T, Op>(value_of<T>(a), value_of<T>(b)));
  } else if constexpr (kIsFloating<T>) {
    put_raw(machine, at.to, bits_of<T>(compute_floating<T, Op>(value_of<T>(a), value_of<T>(b))));
  } else {
    put(machine, at.to, from_bits<T>(compute_bits<T, Op>(a, b)));
  }
  return &at + 1;
}

template <class T, BinaryOperator Op>
constexpr Handler choose_binary() noexcept {
  constexpr bool kIsBool = std::same_as<T, bool>;
  constexpr bool kIsDivision = Op == BinaryOperator::divide || Op == BinaryOperator::remainder;
  constexpr bool kIsBitwise = Op == BinaryOperator::bit_and || Op == BinaryOperator::bit_or ||
                              Op == BinaryOperator::bit_xor;
  constexpr bool kIsShift = Op == BinaryOperator::shift_left || Op == BinaryOperator::shift_right;
  if constexpr (Op >= BinaryOperator::less) {
    return &binary<T, Op>;
  } else if constexpr (kIsBool) {
    return kIsBitwise ? &binary<T, Op> : nullptr;
  } else if constexpr (kIsFloating<T>) {
    return kIsBitwise || kIsShift || Op == BinaryOperator::remainder ? nullptr : &binary<T, Op>;
  } else if constexpr (kIsDivision) {
    return &divide<T, Op>;
  } else {
    return &binary<T, Op>;
  }
}

template <BinaryOperator Op>
Handler binary_of_type(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return choose_binary<T, Op>(); });
}

template <class From, class To>
To convert(Computed<From> value) noexcept {
  if constexpr (std::same_as<To, bool>) {
    return value != 0;
  } else if constexpr (std::is_floating_point_v<To> || !std::is_floating_point_v<Computed<From>>) {
    return static_cast<To>(value);
  } else {
    if (std::isnan(value)) {
      return 0;
    }
    // Both ends are powers of two, or 0, so they are exact in every floating type or infinite.
    const auto lowest = static_cast<Computed<From>>(std::numeric_limits<To>::min());
    const auto beyond = std::ldexp(Computed<From>{1}, std::numeric_limits<To>::digits);
    if (value <= lowest) {
      return std::numeric_limits<To>::min();
    }
    return value >= beyond ? std::numeric_limits<To>::max() : static_cast<To>(value);
  }
}

template <class From, class To>
const Instruction* cast(Machine& machine, const Instruction& at) {
  const Computed<From> value = value_of<From>(raw(machine, at.a));
  if constexpr (std::same_as<From, To>) {
    put_raw(machine, at.to, raw(machine, at.a));
  } else if constexpr (std::same_as<To, half>) {
    // 64-bit integers may be rounded here, but only where binary16 is infinite.
    put_raw(machine, at.to, kir::half_from(static_cast<double>(value)));
  } else {
    put(machine, at.to, convert<From, To>(value));
  }
  return &at + 1;
}

}  // namespace

Handler unary_handler(UnaryOperator op, ElementType type) {
  return for_type(type, [op]<class T>() -> Handler {
    switch (op) {
      case UnaryOperator::negate:
        return &unary<T, UnaryOperator::negate>;
      case UnaryOperator::bit_not:
        return &unary<T, UnaryOperator::bit_not>;
      case UnaryOperator::logical_not:
        break;
    }
    return &unary<T, UnaryOperator::logical_not>;
  });
}

Handler binary_handler(BinaryOperator op, ElementType type) {
  switch (op) {
    case BinaryOperator::add:
      return binary_of_type<BinaryOperator::add>(type);
    case BinaryOperator::subtract:
      return binary_of_type<BinaryOperator::subtract>(type);
    case BinaryOperator::multiply:
      return binary_of_type<BinaryOperator::multiply>(type);
    case BinaryOperator::divide:
      return binary_of_type<BinaryOperator::divide>(type);
    case BinaryOperator::remainder:
      return binary_of_type<BinaryOperator::remainder>(type);
    case BinaryOperator::shift_left:
      return binary_of_type<BinaryOperator::shift_left>(type);
    case BinaryOperator::shift_right:
      return binary_of_type<BinaryOperator::shift_right>(type);
    case BinaryOperator::bit_and:
      return binary_of_type<BinaryOperator::bit_and>(type);
    case BinaryOperator::bit_or:
      return binary_of_type<BinaryOperator::bit_or>(type);
    case BinaryOperator::bit_xor:
      return binary_of_type<BinaryOperator::bit_xor>(type);
    case BinaryOperator::less:
      return binary_of_type<BinaryOperator::less>(type);
    case BinaryOperator::less_equal:
      return binary_of_type<BinaryOperator::less_equal>(type);
    case BinaryOperator::greater:
      return binary_of_type<BinaryOperator::greater>(type);
    case BinaryOperator::greater_equal:
      return binary_of_type<BinaryOperator::greater_equal>(type);
    case BinaryOperator::equal:
      return binary_of_type<BinaryOperator::equal>(type);
    case BinaryOperator::not_equal:
      return binary_of_type<BinaryOperator::not_equal>(type);
    case BinaryOperator::logical_and:
    case BinaryOperator::logical_or:
      break;
  }
  return nullptr;
}

Handler cast_handler(ElementType from, ElementType to) {
  return for_type(from, [to]<class From>() -> Handler {
    return for_type(to, []<class To>() -> Handler { return &cast<From, To>; });
  });
}

}  // namespace dotcompute::interpret
