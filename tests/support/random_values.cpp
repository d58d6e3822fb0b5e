// SPDX-License-Identifier: Apache-2.0
#include "support/random_values.hpp"

#include <utility>

namespace dotcompute {

using namespace kir;
using enum ElementType;

RandomValues::RandomValues(std::uint64_t seed, const RandomKernelOptions& options)
    : numbers_(seed), types_{boolean, int8, uint8, int16, uint16, int32, uint32, int64, uint64} {
  if (options.has_floats) {
    // One by one: g++ 12 at -O3 takes an inserted list for an overrun (-Warray-bounds).
    types_.push_back(float32);
    types_.push_back(float64);
  }
  if (options.has_halves) {
    types_.push_back(float16);
  }
}

ElementType RandomValues::type() {
  return types_[numbers_.below(static_cast<std::uint32_t>(types_.size()))];
}

ElementType RandomValues::integer_type() {
  return types_[1 + numbers_.below(8)];
}

Variable* RandomValues::known(ElementType element, bool is_written) {
  std::vector<Variable*> fitting;
  for (Variable* variable : scope.variables) {
    if (variable->type == scalar_type(element) && !(is_written && variable->is_const)) {
      fitting.push_back(variable);
    }
  }
  return fitting.empty() ? nullptr : &any_of(fitting);
}

ExpressionPtr RandomValues::place(ElementType element) {
  for (Variable* array : scope.arrays) {
    if (array->type.element == element && numbers_.one_in(2)) {
      return array_element(*array);
    }
  }
  for (Variable* output : scope.outputs) {
    if (output->type.element == element && numbers_.one_in(3)) {
      return own_element(*output);
    }
  }
  Variable* const variable = known(element, /*is_written=*/true);
  return variable == nullptr ? nullptr : make_variable(*variable);
}

ExpressionPtr RandomValues::own_element(Variable& output) {
  return make_index(output, expressions(make_variable(*scope.index)));
}

ExpressionPtr RandomValues::masked(ElementType element, std::uint32_t mask, std::uint32_t depth) {
  ExpressionPtr masked_value = value(element, depth);
  return make_binary(BinaryOperator::bit_and, std::move(masked_value), make_int(element, mask));
}

ExpressionPtr RandomValues::array_element(Variable& array) {
  const ElementType element = integer_type();
  return make_index(make_variable(array), masked(element, array.type.extents[0] - 1, 1));
}

// Any element of an input: all buffers have one size, above 0 where an item runs.
ExpressionPtr RandomValues::input_element(Variable& input) {
  ExpressionPtr any = value(uint64, 1);
  return make_index(input, expressions(make_binary(BinaryOperator::remainder, std::move(any),
                                                   make_extent(input))));
}

ExpressionPtr RandomValues::value(ElementType element, std::uint32_t depth) {
  if (depth == 0 || numbers_.one_in(4)) {
    return leaf(element);
  }
  if (numbers_.one_in(6)) {
    return select(element, depth - 1);
  }
  if (element == boolean) {
    return condition(depth - 1);
  }
  if (numbers_.one_in(4)) {
    return converted(element, depth - 1);
  }
  return is_floating(element) ? floating(element, depth - 1) : integer(element, depth - 1);
}

ExpressionPtr RandomValues::leaf(ElementType element) {
  for (Variable* input : scope.inputs) {
    if (input->type.element == element && numbers_.one_in(3)) {
      return own_element(*input);
    }
  }
  Variable* const variable = known(element, /*is_written=*/false);
  if (variable != nullptr && !numbers_.one_in(4)) {
    return make_variable(*variable);
  }
  return literal(element);
}

ExpressionPtr RandomValues::literal(ElementType element) {
  if (element == boolean) {
    return make_bool(numbers_.one_in(2));
  }
  if (is_floating(element)) {
    return make_float(element, (numbers_.below(64) - 32.0) / 4.0);
  }
  const std::uint64_t wide = numbers_.next();
  return make_int(element, static_cast<std::int64_t>(numbers_.one_in(3) ? wide : wide % 16));
}

ExpressionPtr RandomValues::binary(BinaryOperator op, ElementType element, std::uint32_t depth) {
  ExpressionPtr first = value(element, depth);
  ExpressionPtr second = value(element, depth);
  return make_binary(op, std::move(first), std::move(second));
}

ExpressionPtr RandomValues::select(ElementType element, std::uint32_t depth) {
  ExpressionPtr decides = value(boolean, depth);
  ExpressionPtr then = value(element, depth);
  ExpressionPtr otherwise = value(element, depth);
  return make_select(std::move(decides), std::move(then), std::move(otherwise));
}

ExpressionPtr RandomValues::condition(std::uint32_t depth) {
  if (numbers_.one_in(3)) {
    return binary(numbers_.one_in(2) ? BinaryOperator::logical_and : BinaryOperator::logical_or,
                  boolean, depth);
  }
  if (numbers_.one_in(4)) {
    return make_unary(UnaryOperator::logical_not, value(boolean, depth));
  }
  const ElementType compared = type();
  const auto op = static_cast<BinaryOperator>(static_cast<std::uint32_t>(BinaryOperator::less) +
                                              numbers_.below(6));
  return binary(op, compared, depth);
}

// From another type, made to fit where C++ leaves the result open.
ExpressionPtr RandomValues::converted(ElementType element, std::uint32_t depth) {
  const ElementType from = type();
  if (!is_floating(from) || is_floating(element) || element == boolean) {
    return make_cast(element, value(from, depth));
  }
  Variable* const variable = known(from, /*is_written=*/false);
  if (variable == nullptr) {
    return leaf(element);
  }
  const auto size = [&] {
    return make_intrinsic(Intrinsic::abs, expressions(make_variable(*variable)));
  };
  ExpressionPtr fits = make_binary(BinaryOperator::less, size(), make_float(from, 100));
  ExpressionPtr kept = is_signed(element) ? make_variable(*variable) : size();
  return make_cast(element, make_select(std::move(fits), std::move(kept), make_float(from, 0)));
}

ExpressionPtr RandomValues::bounded(ElementType element, std::uint32_t depth) {
  const Intrinsic which = numbers_.one_in(2) ? Intrinsic::min : Intrinsic::max;
  ExpressionPtr first = value(element, depth);
  ExpressionPtr second = value(element, depth);
  return make_intrinsic(which, expressions(std::move(first), std::move(second)));
}

ExpressionPtr RandomValues::integer(ElementType element, std::uint32_t depth) {
  switch (numbers_.below(8)) {
    case 0:
      return make_unary(numbers_.one_in(2) ? UnaryOperator::negate : UnaryOperator::bit_not,
                        value(element, depth));
    case 1:
      return bounded(element, depth);
    case 2:
      if (!scope.inputs.empty()) {
        Variable& input = any_of(scope.inputs);
        if (input.type.element == element) {
          return input_element(input);
        }
      }
      break;
    case 3:
      if (!scope.arrays.empty() && scope.arrays.back()->type.element == element) {
        return array_element(*scope.arrays.back());
      }
      break;
    default:
      break;
  }
  return integer_operation(element, depth);
}

ExpressionPtr RandomValues::integer_operation(ElementType element, std::uint32_t depth) {
  constexpr BinaryOperator kOperators[] = {BinaryOperator::add,        BinaryOperator::subtract,
                                           BinaryOperator::multiply,   BinaryOperator::divide,
                                           BinaryOperator::remainder,  BinaryOperator::bit_and,
                                           BinaryOperator::bit_or,     BinaryOperator::bit_xor,
                                           BinaryOperator::shift_left, BinaryOperator::shift_right};
  const BinaryOperator op = kOperators[numbers_.below(10)];
  ExpressionPtr first = value(element, depth);
  if (op == BinaryOperator::shift_left || op == BinaryOperator::shift_right) {
    const ElementType count = integer_type();
    return make_binary(op, std::move(first), value(count, depth));
  }
  if (op == BinaryOperator::divide || op == BinaryOperator::remainder) {
    return make_binary(
        op, std::move(first),
        make_binary(BinaryOperator::add, masked(element, 7, depth), make_int(element, 1)));
  }
  return make_binary(op, std::move(first), value(element, depth));
}

// Every operation here is rounded rightly by IEEE 754, so that all give the same.
ExpressionPtr RandomValues::floating(ElementType element, std::uint32_t depth) {
  constexpr Intrinsic kRounding[] = {Intrinsic::floor, Intrinsic::ceil, Intrinsic::trunc,
                                     Intrinsic::rint, Intrinsic::abs};
  switch (numbers_.below(8)) {
    case 0: {
      const Intrinsic which = kRounding[numbers_.below(5)];
      return make_intrinsic(which, expressions(value(element, depth)));
    }
    case 1: {
      ExpressionPtr size = make_intrinsic(Intrinsic::abs, expressions(value(element, depth)));
      return make_intrinsic(Intrinsic::sqrt, expressions(std::move(size)));
    }
    case 2:
      return bounded(element, depth);
    case 3: {
      ExpressionPtr first = small(element);
      return make_binary(BinaryOperator::multiply, std::move(first), small(element));
    }
    case 4: {
      ExpressionPtr first = value(element, depth);
      return make_binary(BinaryOperator::divide, std::move(first), small(element));
    }
    case 5:
      return make_unary(UnaryOperator::negate, value(element, depth));
    default:
      return binary(numbers_.one_in(2) ? BinaryOperator::add : BinaryOperator::subtract, element,
                    depth);
  }
}

// A number whose products are exact in every format.
ExpressionPtr RandomValues::small(ElementType element) {
  const ElementType from = integer_type();
  return make_cast(element, masked(from, 15, 1));
}

}  // namespace dotcompute
