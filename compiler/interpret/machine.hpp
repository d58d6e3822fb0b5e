// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "interpret/code.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/element_type.hpp"

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace dotcompute::interpret {

/// Why a run stopped before its end.
enum class Fault : std::uint8_t {
  none,
  index,
  divisor,
  unset,
  no_result,
  too_long,
  stopped,  ///< By the caller's control.
};

/// The state of one run.
struct Machine {
  std::byte* frame = nullptr;
  const Instruction* code = nullptr;

  std::uint64_t steps = 0;       ///< Left until pause() is asked.
  std::uint64_t steps_kept = 0;  ///< Left of the item's budget after those.
  const backend::CallControl* control = nullptr;

  Fault fault = Fault::none;
  const Instruction* where = nullptr;
  bool is_buffer = false;       ///< Of Fault::index.
  std::uint32_t parameter = 0;  ///< Of a buffer.
  std::uint32_t axis = 0;
  std::uint64_t index = 0;
  std::uint64_t extent = 0;

  /// More steps, or null and the fault.
  bool pause(const Instruction& at) noexcept;
};

/// Rounds of loops after which the caller's control is asked again.
inline constexpr std::uint64_t kStepsAtOnce = 1U << 14U;

[[nodiscard]] inline std::uint64_t raw(const Machine& machine, std::uint32_t slot) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, machine.frame + slot, sizeof(bits));
  return bits;
}

inline void put_raw(const Machine& machine, std::uint32_t slot, std::uint64_t bits) noexcept {
  std::memcpy(machine.frame + slot, &bits, sizeof(bits));
}

/// A value of kir::Expression::bits.
template <class T>
[[nodiscard]] T from_bits(std::uint64_t bits) noexcept {
  if constexpr (std::same_as<T, bool>) {
    return bits != 0;
  } else if constexpr (std::same_as<T, half>) {
    return half{static_cast<std::uint16_t>(bits)};
  } else if constexpr (std::same_as<T, float>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  } else if constexpr (std::same_as<T, double>) {
    return std::bit_cast<double>(bits);
  } else {
    return static_cast<T>(bits);
  }
}

template <class T>
[[nodiscard]] std::uint64_t to_bits(T value) noexcept {
  if constexpr (std::same_as<T, half>) {
    return value.bits;
  } else if constexpr (std::same_as<T, float>) {
    return std::bit_cast<std::uint32_t>(value);
  } else if constexpr (std::same_as<T, double>) {
    return std::bit_cast<std::uint64_t>(value);
  } else {
    return static_cast<std::uint64_t>(value);  // extends by the sign of T
  }
}

template <class T>
[[nodiscard]] T get(const Machine& machine, std::uint32_t slot) noexcept {
  return from_bits<T>(raw(machine, slot));
}

template <class T>
void put(const Machine& machine, std::uint32_t slot, T value) noexcept {
  put_raw(machine, slot, to_bits(value));
}

/// Stops the run.
inline const Instruction* stop(Machine& machine, const Instruction& at, Fault fault) noexcept {
  machine.fault = fault;
  machine.where = &at;
  return nullptr;
}

/// f.operator()<T>() for the C++ type of `type`; nothing for structures.
template <class F>
Handler for_type(ElementType type, const F& f) {
  switch (type) {
    case ElementType::boolean:
      return f.template operator()<bool>();
    case ElementType::int8:
      return f.template operator()<std::int8_t>();
    case ElementType::uint8:
      return f.template operator()<std::uint8_t>();
    case ElementType::int16:
      return f.template operator()<std::int16_t>();
    case ElementType::uint16:
      return f.template operator()<std::uint16_t>();
    case ElementType::int32:
      return f.template operator()<std::int32_t>();
    case ElementType::uint32:
      return f.template operator()<std::uint32_t>();
    case ElementType::int64:
      return f.template operator()<std::int64_t>();
    case ElementType::uint64:
      return f.template operator()<std::uint64_t>();
    case ElementType::float16:
      return f.template operator()<half>();
    case ElementType::float32:
      return f.template operator()<float>();
    case ElementType::float64:
      return f.template operator()<double>();
    case ElementType::structure:
      break;
  }
  return nullptr;
}

template <class T>
inline constexpr bool kIsFloating = std::is_floating_point_v<T> || std::same_as<T, half>;

}  // namespace dotcompute::interpret
