// SPDX-License-Identifier: Apache-2.0
#include "binding/bind_errors.hpp"

#include "base/describe.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dotcompute::core {
namespace {

Error error_of(const Signature& signature, std::string_view what) noexcept {
  Error error{ErrorCode::invalid_argument, what};
  error.context.kernel = signature.name;
  return error;
}

Error error_of(const Signature& signature, std::size_t parameter, std::string_view what) noexcept {
  Error error = error_of(signature, what);
  error.context.parameter = signature.items[parameter].name;
  return error;
}

const Parameter& parameter_of(const Signature& signature, std::size_t index) noexcept {
  return signature.metadata->parameters[index];
}

void list_parameters(const Signature& signature,
                     std::uint32_t mask,
                     FixedText<240>& text) noexcept {
  std::string_view separator;
  for_each_bit(mask, [&](std::size_t index) {
    text.append(separator).append(signature.items[index].name);
    separator = ", ";
  });
}

}  // namespace

Error unknown_parameter(const Signature& signature, std::string_view name) noexcept {
  Error error = error_of(signature, "The kernel has no parameter of this name.");
  error.context.parameter = name;
  FixedText<240> names("The kernel's parameters are: ");
  list_parameters(signature, signature.all, names);
  error.context.advice = names.append(".");
  return error;
}

Error given_twice(const Signature& signature, std::size_t parameter) noexcept {
  return error_of(signature, parameter, "The parameter is given twice.");
}

Error wrong_count(const Signature& signature, std::size_t given, bool outputs_returned) noexcept {
  Error error = error_of(signature, "The number of arguments is wrong.");
  const std::uint32_t wanted =
      outputs_returned ? signature.all & ~signature.outputs : signature.all;
  error.context.expected.append(std::popcount(wanted)).append(" arguments");
  error.context.got.append(given);
  FixedText<240> names("Give, in this order: ");
  list_parameters(signature, wanted, names);
  error.context.advice = names.append(".");
  return error;
}

Error wrong_handle(const Signature& signature) noexcept {
  Error error = error_of(signature, "The handle's parameters are not those of the kernel.");
  std::string_view separator;
  for (const Parameter& parameter : signature.metadata->parameters) {
    error.context.expected.append(separator);
    describe_parameter(parameter, error.context.expected);
    separator = ", ";
  }
  error.context.got = "a handle with other types, directions, ranks or another count";
  error.context.advice = "The kernel was registered or replaced with other parameters.";
  return error;
}

Error missing_argument(const Signature& signature, std::uint32_t missing) noexcept {
  const auto first = static_cast<std::size_t>(std::countr_zero(missing));
  Error error = error_of(signature, first, "An argument is missing.");
  describe_parameter(parameter_of(signature, first), error.context.expected);
  error.context.got = "no argument";
  if ((missing & (missing - 1)) != 0) {
    FixedText<240> names("Missing are: ");
    list_parameters(signature, missing, names);
    error.context.advice = names.append(".");
  }
  return error;
}

Error wrong_result_count(const Signature& signature,
                         std::uint32_t missing,
                         std::size_t asked) noexcept {
  Error error = error_of(signature, "The outputs that are not given and the results do not match.");
  error.context.expected.append(std::popcount(missing)).append(" results");
  error.context.got.append(asked);
  if (missing != 0) {
    error.context.parameter =
        signature.items[static_cast<std::size_t>(std::countr_zero(missing))].name;
    FixedText<240> names("Give the outputs as arguments, or ask for a result of each: ");
    list_parameters(signature, missing, names);
    error.context.advice = names.append(".");
  } else {
    error.context.advice = "All outputs are given or the kernel has none: ask for no result.";
  }
  return error;
}

Error wrong_result_type(const Signature& signature, std::size_t parameter, TypeId asked) noexcept {
  Error error = error_of(signature, parameter, "The result has another element type.");
  describe_type(signature.items[parameter].type, error.context.expected);
  describe_type(asked, error.context.got);
  return error;
}

Error unknown_shape(const Signature& signature, std::size_t parameter) noexcept {
  Error error =
      error_of(signature, parameter, "The shape of a returned output cannot be worked out.");
  const Parameter& wanted = parameter_of(signature, parameter);
  if (wanted.extents.empty()) {
    error.context.expected = "a shape rule for the parameter, or an element-wise kernel";
    error.context.got = "neither";
  } else {
    error.context.expected = wanted.extents;
    error.context.got = "a rule that is not defined for these arguments";
  }
  error.context.advice = "Give the output as an argument of the size you want.";
  return error;
}

Error wrong_scalar(const Signature& signature,
                   std::size_t parameter,
                   const Argument& argument) noexcept {
  const bool is_scalar = argument.kind() == Argument::Kind::scalar;
  Error error = error_of(signature, parameter,
                         is_scalar ? "The value does not fit the parameter without loss."
                                   : "The parameter is a single value, not an array.");
  describe_parameter(parameter_of(signature, parameter), error.context.expected);
  describe_argument(argument, error.context.got);
  return error;
}

Error wrong_buffer(const Signature& signature,
                   std::size_t parameter,
                   const Argument& argument) noexcept {
  const Signature::Item& item = signature.items[parameter];
  std::string_view what = "The parameter is written, but the argument is read-only or a temporary.";
  std::string_view advice = "Give an array that is not const and has a name.";
  if (argument.kind() == Argument::Kind::scalar) {
    what = "The parameter is an array, not a single value.";
    advice = {};
  } else if (argument.type() != item.type) {
    what = "The array has another element type.";
    advice = {};
  } else if (argument.rank() != item.rank) {
    what = "The array has another number of axes.";
    advice = "Give a view that says the extents, such as dc::in<T, 2>(data, {rows, columns}).";
  }
  Error error = error_of(signature, parameter, what);
  describe_parameter(parameter_of(signature, parameter), error.context.expected);
  describe_argument(argument, error.context.got);
  error.context.advice = advice;
  return error;
}

Error null_data(const Signature& signature,
                std::size_t parameter,
                std::uint64_t elements) noexcept {
  Error error = error_of(signature, parameter, "The array has elements but no memory.");
  error.context.expected = "the address of its first element";
  error.context.got.append("a null pointer with ").append(elements).append(" elements");
  return error;
}

Error too_large(const Signature& signature,
                std::size_t parameter,
                const Extents& extents) noexcept {
  Error error = error_of(signature, parameter, "The array is larger than any memory.");
  error.context.expected = "less than 2^63 bytes";
  describe_extents(extents, signature.items[parameter].rank, error.context.got);
  error.context.got.append(" elements of ");
  error.context.got.append(signature.items[parameter].type.size()).append(" bytes");
  return error;
}

Error overlap(const Signature& signature, std::size_t written, std::size_t other) noexcept {
  Error error = error_of(signature, written, "An array that is written overlaps another argument.");
  error.context.expected = "memory of its own";
  error.context.got.append("memory shared with ").append(signature.items[other].name);
  error.context.advice = "Only a kernel registered with allows_overlap takes this.";
  return error;
}

Error wrong_extent(const Signature& signature, const ShapeProgram::Mismatch& mismatch) noexcept {
  Error error = error_of(signature, mismatch.parameter, "The sizes of the arguments do not agree.");
  const auto rule = signature.shapes->text_of(mismatch.parameter, mismatch.axis);
  if (mismatch.undefined) {
    error.context.expected = rule.empty() ? "0 or more, since it is an extent" : rule;
    error.context.got = "a value for which that is not defined";
    return error;
  }
  error.context.expected.append("extent ").append(mismatch.expected);
  error.context.expected.append(" (").append(rule).append(")");
  error.context.got.append(mismatch.got);
  if (signature.items[mismatch.parameter].rank > 1) {
    error.context.got.append(" on axis ").append(mismatch.axis);
  }
  return error;
}

Error range_too_large(const Signature& signature, const LaunchRange& range) noexcept {
  Error error = error_of(signature, "The launch has too many work items.");
  error.context.expected = "less than 2^63 items";
  describe_extents(range.size, 3, error.context.got);
  return error;
}

Error too_many_axes(const Signature& signature, const LaunchRange& range) noexcept {
  Error error = error_of(signature, "The range has more axes than the kernel.");
  error.context.expected.append("1 item on each axis from the ");
  error.context.expected.append(static_cast<int>(signature.metadata->dimensions) + 1);
  error.context.expected.append(". on");
  describe_extents(range.size, 3, error.context.got);
  return error;
}

Status check_range(const Signature& signature, const BoundCall& call) noexcept {
  const std::uint32_t known = (call.given | call.returned) & signature.element_wise;
  for (std::uint32_t left = known; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const Extents& extents = call.arguments[index].extents;
    const std::size_t rank = signature.items[index].rank;
    const bool is_flat = signature.metadata->dimensions == 1;
    for (std::size_t axis = 0; axis < (is_flat ? 1 : rank); ++axis) {
      const std::uint64_t elements =
          is_flat ? extents[0] * extents[1] * extents[2] : extents[rank - 1 - axis];
      if (call.range.size[axis] > elements) {
        Error error = error_of(signature, index,
                               "The range reaches beyond an array with an element for each item.");
        error.context.expected.append("at least ").append(call.range.size[axis]);
        error.context.expected.append(" elements");
        error.context.got.append(elements);
        return error;
      }
    }
  }
  return success();
}

bool strided_bounds(const Argument& argument,
                    const std::byte*& begin,
                    const std::byte*& end) noexcept {
  const auto size = static_cast<std::int64_t>(argument.type().size());
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  for (std::size_t axis = 0; axis < argument.rank(); ++axis) {
    if (argument.extents()[axis] == 0) {
      end = begin;
      return true;
    }
    const auto last = static_cast<std::int64_t>(argument.extents()[axis] - 1);
    std::int64_t reach = 0;
    std::int64_t& side = argument.strides()[axis] < 0 ? lowest : highest;
    if (__builtin_mul_overflow(last, argument.strides()[axis], &reach) ||
        __builtin_mul_overflow(reach, size, &reach) || __builtin_add_overflow(side, reach, &side)) {
      return false;
    }
  }
  const auto* first = static_cast<const std::byte*>(argument.data());
  begin = first + lowest;
  end = first + highest + size;
  return true;
}

}  // namespace dotcompute::core
