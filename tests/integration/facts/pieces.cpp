// SPDX-License-Identifier: Apache-2.0
#include "integration/facts/pieces.hpp"

#include <algorithm>
#include <cstring>

namespace dotcompute {
namespace {

constexpr std::byte kPoison{0xFF};  // as floats no numbers

std::vector<backend::KernelArgument> arguments_of(std::vector<Values>& values) {
  std::vector<backend::KernelArgument> arguments;
  for (Values& one : values) {
    arguments.push_back({one.bytes.data(), one.extents});
  }
  return arguments;
}

/// Rows of a buffer, along its slowest axis, as bytes.
struct Slice {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What items from `first` to `last` of the slowest axis need.
Slice slice_of(const Parameter& parameter,
               const Values& values,
               std::size_t first,
               std::size_t last) {
  const std::size_t rows = values.extents[0];
  const bool is_near =
      parameter.access == AccessPattern::element_wise || parameter.access == AccessPattern::stencil;
  if (parameter.kind == ParameterKind::scalar || !is_near || rows == 0) {
    return {0, values.bytes.size()};
  }
  const std::size_t radius =
      parameter.access == AccessPattern::stencil ? parameter.stencil_radius : 0;
  const std::size_t row = values.bytes.size() / rows;
  return {(first - std::min(first, radius)) * row, std::min(rows, last + radius) * row};
}

void copy(const Slice& slice, const Values& from, Values& to) {
  if (slice.begin < slice.end) {
    std::memcpy(to.bytes.data() + slice.begin, from.bytes.data() + slice.begin,
                slice.end - slice.begin);
  }
}

}  // namespace

bool is_splittable(const KernelMetadata& metadata) {
  return metadata.is_parallel &&
         std::all_of(metadata.parameters.begin(), metadata.parameters.end(),
                     [](const Parameter& parameter) {
                       return parameter.kind == ParameterKind::scalar ||
                              parameter.direction == Direction::in ||
                              parameter.access == AccessPattern::element_wise;
                     });
}

Result<std::vector<Values>> run_whole(const KernelMetadata& /*metadata*/,
                                      const Body& body,
                                      std::vector<Values> values,
                                      const LaunchRange& range) {
  const Status status = body(arguments_of(values), {{0, 0, 0}, range.size});
  if (!status) {
    return status.error();
  }
  return values;
}

Result<std::vector<Values>> run_in_pieces(const KernelMetadata& metadata,
                                          const Body& body,
                                          std::vector<Values> values,
                                          const LaunchRange& range,
                                          std::size_t pieces) {
  const std::size_t axis = metadata.dimensions - 1U;
  const std::size_t rows = range.size[axis];
  std::vector<Values> result = values;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t first = rows * piece / pieces;
    const std::size_t last = rows * (piece + 1) / pieces;
    if (first == last) {
      continue;
    }
    std::vector<Values> part = values;
    for (std::size_t i = 0; i < part.size(); ++i) {
      std::fill(part[i].bytes.begin(), part[i].bytes.end(), kPoison);
      copy(slice_of(metadata.parameters[i], values[i], first, last), values[i], part[i]);
    }
    ItemRange items{{0, 0, 0}, range.size};
    items.begin[axis] = first;
    items.end[axis] = last;
    const Status status = body(arguments_of(part), items);
    if (!status) {
      return status.error();
    }
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Parameter& parameter = metadata.parameters[i];
      if (parameter.kind == ParameterKind::buffer && parameter.direction != Direction::in) {
        copy(slice_of(parameter, values[i], first, last), part[i], result[i]);
      }
    }
  }
  return result;
}

}  // namespace dotcompute
