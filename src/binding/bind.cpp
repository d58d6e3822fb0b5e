// SPDX-License-Identifier: Apache-2.0
#include "binding/bind.hpp"

#include "base/try.hpp"
#include "binding/bind_errors.hpp"
#include "binding/scalars.hpp"

#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/detail/unified_part.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dotcompute::core {
namespace {

/// Names are short: two overlapping loads each beat a call of memcmp.
bool equal_names(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) {
    return false;
  }
  const std::size_t size = a.size();
  if (size > 16) {
    return std::memcmp(a.data(), b.data(), size) == 0;
  }
  if (size >= 8) {
    return dotcompute::detail::read_bytes(a.data(), 8) ==
               dotcompute::detail::read_bytes(b.data(), 8) &&
           dotcompute::detail::read_bytes(a.data() + size - 8, 8) ==
               dotcompute::detail::read_bytes(b.data() + size - 8, 8);
  }
  return dotcompute::detail::read_bytes(a.data(), size) ==
         dotcompute::detail::read_bytes(b.data(), size);
}

/// The elements of a buffer, or false if their bytes do not fit 63 bits, as an address range must.
bool count_elements(const Extents& extents,
                    std::uint64_t most_elements,
                    std::uint64_t& elements) noexcept {
  return !__builtin_mul_overflow(extents[0], extents[1], &elements) &&
         !__builtin_mul_overflow(elements, extents[2], &elements) && elements <= most_elements;
}

Status place(const Signature& signature,
             const Argument& argument,
             std::size_t index,
             BoundCall& call) noexcept {
  const Signature::Item& item = signature.items[index];
  const std::uint32_t bit = 1U << index;
  backend::KernelArgument& target = call.arguments[index];
  call.given |= bit;
  if ((signature.buffers & bit) == 0) {
    if (argument.kind() == Argument::Kind::scalar && argument.type() == item.type) [[likely]] {
      target.data = argument.data();
      call.borrowed |= argument.is_borrowed_value() ? bit : 0U;
      return success();
    }
    target.data = &call.scalars[index];
    return convert_scalar(argument, item.type, call.scalars[index])
               ? success()
               : wrong_scalar(signature, index, argument);
  }
  if (argument.kind() == Argument::Kind::scalar || argument.type() != item.type ||
      argument.rank() != item.rank || ((signature.written & bit) != 0 && !argument.is_writable()))
      [[unlikely]] {
    return wrong_buffer(signature, index, argument);
  }
  target.extents = argument.extents();
  if (argument.kind() == Argument::Kind::unified) {
    target.data = nullptr;
    call.unified |= bit;
    call.parts[index] = argument.part();
    return success();
  }
  target.data = argument.data();
  if (argument.kind() == Argument::Kind::strided) [[unlikely]] {
    call.strided |= bit;
    call.strided_sources[index] = &argument;
  }
  return success();
}

Status place_named(const Signature& signature,
                   std::span<const NamedArgument> arguments,
                   BoundCall& call) noexcept {
  for (std::size_t position = 0; position < arguments.size(); ++position) {
    const NamedArgument& argument = arguments[position];
    // Callers mostly write arguments in parameter order: look there first.
    std::size_t index = position;
    if (index >= signature.size() || !equal_names(signature.items[index].name, argument.name)) {
      for (index = 0; index < signature.size(); ++index) {
        if (equal_names(signature.items[index].name, argument.name)) {
          break;
        }
      }
      if (index == signature.size()) [[unlikely]] {
        return unknown_parameter(signature, argument.name);
      }
    }
    if ((call.given >> index & 1U) != 0) [[unlikely]] {
      return given_twice(signature, index);
    }
    DC_TRY(place(signature, argument.value, index, call));
  }
  return success();
}

Status place_positional(const Signature& signature,
                        const dotcompute::detail::CallRequest& request,
                        BoundCall& call) noexcept {
  const std::uint32_t expected =
      request.results.empty() ? signature.all : signature.all & ~signature.outputs;
  const auto& arguments = request.positional;
  if (static_cast<std::size_t>(std::popcount(expected)) != arguments.size()) [[unlikely]] {
    return wrong_count(signature, arguments.size(), !request.results.empty());
  }
  std::uint32_t left = expected;
  for (const Argument& argument : arguments) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    left &= left - 1;
    DC_TRY(place(signature, argument, index, call));
  }
  return success();
}

Status place_typed(const Signature& signature,
                   const dotcompute::detail::CallRequest& request,
                   BoundCall& call) noexcept {
  if (request.signature != signature.key) [[unlikely]] {
    return wrong_handle(signature);
  }
  call.arguments = request.typed;
  call.given = request.typed_given;
  return success();
}

Status check_results(const Signature& signature,
                     std::span<const dotcompute::detail::ResultSlot> results,
                     BoundCall& call) noexcept {
  const std::uint32_t missing = signature.all & ~call.given;
  if (missing == 0 && results.empty()) [[likely]] {
    return success();
  }
  if ((missing & ~signature.outputs) != 0) [[unlikely]] {
    return missing_argument(signature, missing & ~signature.outputs);
  }
  if (static_cast<std::size_t>(std::popcount(missing)) != results.size()) [[unlikely]] {
    return wrong_result_count(signature, missing, results.size());
  }
  call.returned = missing;
  std::uint32_t left = missing;
  for (const dotcompute::detail::ResultSlot& slot : results) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    left &= left - 1;
    if (slot.type != signature.items[index].type) [[unlikely]] {
      return wrong_result_type(signature, index, slot.type);
    }
  }
  return success();
}

/// First and last address + 1 of each given buffer.
struct AddressRanges {
  AddressRanges() noexcept {}  // NOLINT: not initialised, like BoundCall
  std::array<const std::byte*, kMaxParameters> begin;
  std::array<const std::byte*, kMaxParameters> end;
};

Status check_memory(const Signature& signature,
                    const BoundCall& call,
                    AddressRanges& ranges) noexcept {
  for (std::uint32_t left = call.given & signature.buffers; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const backend::KernelArgument& argument = call.arguments[index];
    const Signature::Item& item = signature.items[index];
    std::uint64_t elements = argument.extents[0];
    if (item.rank == 1 ? elements > item.most_elements
                       : !count_elements(argument.extents, item.most_elements, elements))
        [[unlikely]] {
      return too_large(signature, index, argument.extents);
    }
    if ((call.unified >> index & 1U) != 0) {
      continue;  // made with its size, and compared by part
    }
    if (elements != 0 && argument.data == nullptr) [[unlikely]] {
      return null_data(signature, index, elements);
    }
    ranges.begin[index] = static_cast<const std::byte*>(argument.data);
    ranges.end[index] = ranges.begin[index] + elements * item.size;
    if ((call.strided >> index & 1U) != 0 &&
        !strided_bounds(*call.strided_sources[index], ranges.begin[index], ranges.end[index]))
        [[unlikely]] {
      return too_large(signature, index, argument.extents);
    }
  }
  for (std::uint32_t left = call.borrowed; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    ranges.begin[index] = static_cast<const std::byte*>(call.arguments[index].data);
    ranges.end[index] = ranges.begin[index] + signature.items[index].size;
  }
  return success();
}

/// Whether two buffers have bytes in common. The memory of a unified buffer is its own.
bool overlap_in_memory(const BoundCall& call,
                       const AddressRanges& ranges,
                       std::size_t first,
                       std::size_t second) noexcept {
  const bool first_is_unified = (call.unified >> first & 1U) != 0;
  const bool second_is_unified = (call.unified >> second & 1U) != 0;
  if (!first_is_unified && !second_is_unified) [[likely]] {
    return ranges.begin[first] < ranges.end[second] && ranges.begin[second] < ranges.end[first];
  }
  if (!first_is_unified || !second_is_unified) {
    return false;
  }
  const auto& a = *call.parts[first];
  const auto& b = *call.parts[second];
  return a.memory() == b.memory() && a.first() < b.first() + b.bytes() &&
         b.first() < a.first() + a.bytes();
}

Status check_overlap(const Signature& signature,
                     const BoundCall& call,
                     const AddressRanges& ranges) noexcept {
  const std::uint32_t buffers = call.given & signature.buffers;
  for (std::uint32_t written = buffers & signature.written; written != 0; written &= written - 1) {
    const auto first = static_cast<std::size_t>(std::countr_zero(written));
    for (std::uint32_t others = (buffers | call.borrowed) & ~(1U << first); others != 0;
         others &= others - 1) {
      const auto second = static_cast<std::size_t>(std::countr_zero(others));
      if (overlap_in_memory(call, ranges, first, second)) [[unlikely]] {
        return overlap(signature, first, second);
      }
    }
  }
  return success();
}

}  // namespace

Status bind(const Signature& signature,
            const dotcompute::detail::CallRequest& request,
            BoundCall& call) noexcept {
  if (request.typed != nullptr) {
    DC_TRY(place_typed(signature, request, call));
  } else if (!request.named.empty()) {
    DC_TRY(place_named(signature, request.named, call));
  } else if (!request.positional.empty()) {
    DC_TRY(place_positional(signature, request, call));
  }
  DC_TRY(check_results(signature, request.results, call));
  std::uint64_t elements = 0;
  if (signature.is_uniform && signature.written != 0 &&
      (call.returned | call.strided | call.borrowed | call.unified) == 0 &&
      fits_uniform(signature, call.arguments, elements)) [[likely]] {
    return success();
  }
  AddressRanges ranges;
  DC_TRY(check_memory(signature, call, ranges));
  if (!signature.metadata->allows_overlap) {
    DC_TRY(check_overlap(signature, call, ranges));
  }
  const auto mismatch = signature.shapes->solve(call.arguments, call.given, call.solution);
  if (mismatch.found) [[unlikely]] {
    return wrong_extent(signature, mismatch);
  }
  return success();
}

Status find_range(const Signature& signature,
                  const dotcompute::detail::CallRequest& request,
                  BoundCall& call) noexcept {
  if (request.options != nullptr && request.options->range) {
    call.range = *request.options->range;
    std::uint64_t items = 0;
    if (!count_elements(call.range.size, kMostBytes, items)) [[unlikely]] {
      return range_too_large(signature, call.range);
    }
    for (std::size_t axis = signature.metadata->dimensions; axis < 3; ++axis) {
      if (call.range.size[axis] != 1) [[unlikely]] {
        return too_many_axes(signature, call.range);
      }
    }
    return check_range(signature, call);
  }
  call.range = {};
  if (signature.range_parameter < 0) {
    return success();
  }
  const auto index = static_cast<std::size_t>(signature.range_parameter);
  const Extents& extents = call.arguments[index].extents;
  const std::size_t rank = signature.items[index].rank;
  const std::size_t dimensions = signature.metadata->dimensions;
  if (rank == 1) [[likely]] {
    call.range.size[0] = extents[0];
  } else if (dimensions == 1) {
    // One item for each element, whatever the output's own shape.
    call.range.size[0] = extents[0] * extents[1] * extents[2];
  } else {
    for (std::size_t axis = 0; axis < std::min(rank, dimensions); ++axis) {
      call.range.size[axis] = extents[rank - 1 - axis];
    }
  }
  // Where all are equally long, binding has seen to it.
  return signature.is_uniform ? success() : check_range(signature, call);
}

}  // namespace dotcompute::core
