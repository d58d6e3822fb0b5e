// SPDX-License-Identifier: Apache-2.0
#include "interpret/compiler.hpp"
#include "kir/walk.hpp"

namespace dotcompute::interpret {

using kir::Expression;
using kir::ExpressionKind;

Compiler::Place Compiler::place_of(const kir::Variable& variable) {
  const Storage& storage = storage_.at(&variable);
  switch (storage.kind) {
    case Storage::Kind::slot:
      return {.kind = Place::Kind::slot, .base = storage.offset, .set_flag = storage.set_flag};
    case Storage::Kind::reference:
      return {.kind = Place::Kind::address, .base = storage.offset};
    default:
      return {.kind = Place::Kind::frame, .base = storage.offset};
  }
}

Compiler::Place Compiler::place_of(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::variable:
      return place_of(*expression.variable);
    case ExpressionKind::index:
      return expression.variable != nullptr ? buffer_element(expression)
                                            : array_element(expression);
    case ExpressionKind::member: {
      const Expression& base = *expression.operands[0];
      const kir::Structure& structure = module_.structures[base.type.structure];
      Place place = place_of(base);
      place.offset += structure.fields[expression.number].offset;
      return place;
    }
    default:
      return value_place(expression);
  }
}

Compiler::Place Compiler::buffer_element(const Expression& expression) {
  const kir::Variable& buffer = *expression.variable;
  const std::uint32_t base = storage_.at(&buffer).offset;
  std::uint32_t slots[3]{};
  for (std::size_t i = 0; i < expression.operands.size(); ++i) {
    slots[i] = value(*expression.operands[i]);
  }
  if (buffer.rank == 1 && expression.type.is_scalar()) {
    return {.kind = Place::Kind::element,
            .base = base,
            .index = slots[0],
            .bytes = size_of(buffer.type),
            .location = expression.location};
  }
  const std::uint32_t address = temporary();
  emit({.run = buffer_address_handler(buffer.rank),
        .to = address,
        .a = base,
        .b = slots[0],
        .c = slots[1],
        .number = size_of(buffer.type) << 32U | slots[2]},
       expression.location);
  return {.kind = Place::Kind::address, .base = address};
}

Compiler::Place Compiler::array_element(const Expression& expression) {
  const Expression& array = *expression.operands[0];
  const Expression& index = *expression.operands[1];
  const std::uint64_t extent = array.type.extents.front();
  const std::uint64_t stride = size_of(expression.type);
  Place place = place_of(array);
  if (index.kind == ExpressionKind::literal && index.bits < extent) {
    place.offset += index.bits * stride;
    return place;
  }
  const std::uint32_t slot = value(index);
  const std::uint32_t begin = address_of(place);
  const std::uint32_t address = temporary();
  const std::size_t where = emit({.run = array_address_handler(),
                                  .to = address,
                                  .a = begin,
                                  .b = slot,
                                  .c = static_cast<std::uint32_t>(stride),
                                  .number = extent},
                                 expression.location);
  if (const kir::Variable* const root = kir::root_of(array)) {
    code_.subjects[where] = root->name;
  }
  return {.kind = Place::Kind::address, .base = address};
}

std::uint32_t Compiler::address_of(const Place& place) {
  if (place.kind == Place::Kind::address && place.offset == 0) {
    return place.base;
  }
  const std::uint32_t address = temporary();
  switch (place.kind) {
    case Place::Kind::slot:
    case Place::Kind::frame:
      emit(
          {.run = frame_address_handler(), .to = address, .a = place.base, .number = place.offset});
      break;
    case Place::Kind::address:
      emit({.run = add_address_handler(), .to = address, .a = place.base, .number = place.offset});
      break;
    case Place::Kind::element:
      emit({.run = buffer_address_handler(1),
            .to = address,
            .a = place.base,
            .b = place.index,
            .number = place.bytes << 32U},
           place.location);
      break;
  }
  return address;
}

void Compiler::load(const Place& place, ElementType type, std::uint32_t to) {
  switch (place.kind) {
    case Place::Kind::slot:
      emit({.run = move_handler(), .to = to, .a = place.base});
      break;
    case Place::Kind::frame:
      emit({.run = load_frame_handler(type),
            .to = to,
            .a = static_cast<std::uint32_t>(place.base + place.offset)});
      break;
    case Place::Kind::address:
      emit({.run = load_handler(type), .to = to, .a = place.base, .number = place.offset});
      break;
    case Place::Kind::element:
      emit({.run = load_element_handler(type), .to = to, .a = place.base, .b = place.index},
           place.location);
      break;
  }
}

void Compiler::store(const Place& place, ElementType type, std::uint32_t from) {
  switch (place.kind) {
    case Place::Kind::slot:
      emit({.run = move_handler(), .to = place.base, .a = from});
      break;
    case Place::Kind::frame:
      emit({.run = store_frame_handler(type),
            .to = static_cast<std::uint32_t>(place.base + place.offset),
            .a = from});
      break;
    case Place::Kind::address:
      emit({.run = store_handler(type), .to = place.base, .a = from, .number = place.offset});
      break;
    case Place::Kind::element:
      emit({.run = store_element_handler(type), .to = place.base, .a = from, .b = place.index},
           place.location);
      break;
  }
}

void Compiler::copy(const Place& to, const Place& from, std::uint64_t bytes) {
  const std::uint32_t source = address_of(from);
  const std::uint32_t target = address_of(to);
  emit({.run = copy_handler(), .to = target, .a = source, .number = bytes});
}

}  // namespace dotcompute::interpret
