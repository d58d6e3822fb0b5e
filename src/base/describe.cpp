// SPDX-License-Identifier: Apache-2.0
#include "base/describe.hpp"

#include <cstring>

namespace dotcompute::core {
namespace {

template <class T>
void append_value(const void* data, FixedText<160>& text) noexcept {
  T value{};
  std::memcpy(&value, data, sizeof(T));
  text.append(" ").append(value);
}

void append_value(ElementType type, const void* data, FixedText<160>& text) noexcept {
  switch (type) {
    case ElementType::int8:
      append_value<std::int8_t>(data, text);
      break;
    case ElementType::uint8:
      append_value<std::uint8_t>(data, text);
      break;
    case ElementType::int16:
      append_value<std::int16_t>(data, text);
      break;
    case ElementType::uint16:
      append_value<std::uint16_t>(data, text);
      break;
    case ElementType::int32:
      append_value<std::int32_t>(data, text);
      break;
    case ElementType::uint32:
      append_value<std::uint32_t>(data, text);
      break;
    case ElementType::int64:
      append_value<std::int64_t>(data, text);
      break;
    case ElementType::uint64:
      append_value<std::uint64_t>(data, text);
      break;
    case ElementType::float32:
      append_value<float>(data, text);
      break;
    case ElementType::float64:
      append_value<double>(data, text);
      break;
    case ElementType::boolean:
      text.append(*static_cast<const bool*>(data) ? " true" : " false");
      break;
    case ElementType::float16:
    case ElementType::structure:
      break;
  }
}

}  // namespace

void describe_type(TypeId type, FixedText<160>& text) noexcept {
  text.append(to_string(type.element()));
  if (type.element() == ElementType::structure) {
    text.append(" of ").append(type.size()).append(" bytes");
  }
}

void describe_parameter(const Parameter& parameter, FixedText<160>& text) noexcept {
  if (parameter.kind == ParameterKind::scalar) {
    describe_type(parameter.type, text);
    text.append(" value");
    return;
  }
  text.append(to_string(parameter.direction)).append(" array of ");
  describe_type(parameter.type, text);
  if (parameter.rank > 1) {
    text.append(", ").append(static_cast<int>(parameter.rank)).append(" axes");
  }
}

void describe_argument(const Argument& argument, FixedText<160>& text) noexcept {
  if (argument.kind() == Argument::Kind::scalar) {
    describe_type(argument.type(), text);
    text.append(" value");
    append_value(argument.type().element(), argument.data(), text);
    return;
  }
  text.append(argument.is_temporary() ? "temporary " : argument.is_writable() ? "" : "read-only ");
  text.append(argument.kind() == Argument::Kind::strided   ? "strided array of "
              : argument.kind() == Argument::Kind::unified ? "unified buffer of "
                                                           : "array of ");
  describe_type(argument.type(), text);
  text.append(", extents ");
  describe_extents(argument.extents(), argument.rank(), text);
}

void describe_extents(const Extents& extents, std::size_t rank, FixedText<160>& text) noexcept {
  for (std::size_t axis = 0; axis < rank; ++axis) {
    text.append(axis == 0 ? "" : " x ").append(extents[axis]);
  }
}

}  // namespace dotcompute::core
