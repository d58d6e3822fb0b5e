// SPDX-License-Identifier: Apache-2.0
#include "interpret/handlers.hpp"
#include "interpret/machine.hpp"

#include <cstring>

namespace dotcompute::interpret {
namespace {

std::byte* pointer(const Machine& machine, std::uint32_t slot) noexcept {
  return std::bit_cast<std::byte*>(raw(machine, slot));
}

template <class T>
std::uint64_t load_from(const std::byte* place) noexcept {
  if constexpr (std::same_as<T, bool>) {
    return *place != std::byte{0} ? 1 : 0;
  } else {
    T value{};
    std::memcpy(&value, place, sizeof(T));
    return to_bits(value);
  }
}

template <class T>
void store_to(std::byte* place, std::uint64_t bits) noexcept {
  const T value = from_bits<T>(bits);
  std::memcpy(place, &value, sizeof(T));
}

const Instruction* beyond(Machine& machine,
                          const Instruction& at,
                          std::uint32_t buffer,
                          std::uint32_t axis,
                          std::uint64_t index) noexcept {
  machine.is_buffer = true;
  machine.parameter = static_cast<std::uint32_t>(raw(machine, buffer + buffer_slot::kParameter));
  machine.axis = axis;
  machine.index = index;
  machine.extent = raw(machine, buffer + buffer_slot::kExtents + axis * 8);
  return stop(machine, at, Fault::index);
}

const Instruction* move(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, raw(machine, at.a));
  return &at + 1;
}

template <class T>
const Instruction* load_frame(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, load_from<T>(machine.frame + at.a));
  return &at + 1;
}

template <class T>
const Instruction* store_frame(Machine& machine, const Instruction& at) {
  store_to<T>(machine.frame + at.to, raw(machine, at.a));
  return &at + 1;
}

template <class T>
const Instruction* load(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, load_from<T>(pointer(machine, at.a) + at.number));
  return &at + 1;
}

template <class T>
const Instruction* store(Machine& machine, const Instruction& at) {
  store_to<T>(pointer(machine, at.to) + at.number, raw(machine, at.a));
  return &at + 1;
}

template <class T>
const Instruction* load_element(Machine& machine, const Instruction& at) {
  const std::uint64_t index = raw(machine, at.b);
  if (index >= raw(machine, at.a + buffer_slot::kExtents)) {
    return beyond(machine, at, at.a, 0, index);
  }
  put_raw(machine, at.to,
          load_from<T>(pointer(machine, at.a + buffer_slot::kData) + index * sizeof(T)));
  return &at + 1;
}

template <class T>
const Instruction* store_element(Machine& machine, const Instruction& at) {
  const std::uint64_t index = raw(machine, at.b);
  if (index >= raw(machine, at.to + buffer_slot::kExtents)) {
    return beyond(machine, at, at.to, 0, index);
  }
  store_to<T>(pointer(machine, at.to + buffer_slot::kData) + index * sizeof(T), raw(machine, at.a));
  return &at + 1;
}

const Instruction* frame_address(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, std::bit_cast<std::uintptr_t>(machine.frame + at.a + at.number));
  return &at + 1;
}

const Instruction* add_address(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, raw(machine, at.a) + at.number);
  return &at + 1;
}

template <std::uint32_t Rank>
const Instruction* buffer_address(Machine& machine, const Instruction& at) {
  const std::uint32_t slots[] = {at.b, at.c, static_cast<std::uint32_t>(at.number)};
  std::uint64_t linear = 0;
  for (std::uint32_t axis = 0; axis < Rank; ++axis) {
    const std::uint64_t index = raw(machine, slots[axis]);
    const std::uint64_t extent = raw(machine, at.a + buffer_slot::kExtents + axis * 8);
    if (index >= extent) {
      return beyond(machine, at, at.a, axis, index);
    }
    linear = linear * extent + index;
  }
  const std::uint64_t address = raw(machine, at.a + buffer_slot::kData);
  put_raw(machine, at.to, address + linear * (at.number >> 32U));
  return &at + 1;
}

const Instruction* array_address(Machine& machine, const Instruction& at) {
  const std::uint64_t index = raw(machine, at.b);
  if (index >= at.number) {
    machine.is_buffer = false;
    machine.index = index;
    machine.extent = at.number;
    return stop(machine, at, Fault::index);
  }
  put_raw(machine, at.to, raw(machine, at.a) + index * at.c);
  return &at + 1;
}

const Instruction* copy(Machine& machine, const Instruction& at) {
  std::memmove(pointer(machine, at.to), pointer(machine, at.a), at.number);
  return &at + 1;
}

const Instruction* fill(Machine& machine, const Instruction& at) {
  std::memset(machine.frame + at.to, 0xFF, at.number);
  return &at + 1;
}

const Instruction* copy_buffer(Machine& machine, const Instruction& at) {
  std::memmove(machine.frame + at.to, machine.frame + at.a, buffer_slot::kBytes);
  return &at + 1;
}

}  // namespace

Handler move_handler() {
  return &move;
}

Handler load_frame_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &load_frame<T>; });
}

Handler store_frame_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &store_frame<T>; });
}

Handler load_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &load<T>; });
}

Handler store_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &store<T>; });
}

Handler load_element_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &load_element<T>; });
}

Handler store_element_handler(ElementType type) {
  return for_type(type, []<class T>() -> Handler { return &store_element<T>; });
}

Handler frame_address_handler() {
  return &frame_address;
}

Handler add_address_handler() {
  return &add_address;
}

Handler buffer_address_handler(std::uint8_t rank) {
  switch (rank) {
    case 1:
      return &buffer_address<1>;
    case 2:
      return &buffer_address<2>;
    default:
      return &buffer_address<3>;
  }
}

Handler array_address_handler() {
  return &array_address;
}

Handler copy_handler() {
  return &copy;
}

Handler fill_handler() {
  return &fill;
}

Handler copy_buffer_handler() {
  return &copy_buffer;
}

}  // namespace dotcompute::interpret
