// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <cstring>

namespace dotcompute::opencl {
namespace {

constexpr std::size_t kAlignment = 8;

constexpr std::size_t aligned(std::size_t bytes) noexcept {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

ArgumentLayout::ArgumentLayout(const KernelMetadata& metadata) {
  bytes_ = sizeof(LaunchRange::size);
  fields_.reserve(metadata.parameters.size());
  for (const Parameter& parameter : metadata.parameters) {
    Field field{.is_buffer = parameter.kind == ParameterKind::buffer,
                .rank = parameter.rank,
                .position = bytes_,
                .bytes = parameter.type.size()};
    if (field.is_buffer) {
      ++buffers_;
      bytes_ += field.rank * sizeof(std::uint64_t) + sizeof(std::int64_t);
    } else {
      bytes_ += aligned(field.bytes);
    }
    fields_.push_back(field);
  }
}

void ArgumentLayout::pack(const backend::LaunchRequest& request,
                          std::span<std::byte> target) const noexcept {
  std::memcpy(target.data(), request.range.size.data(), sizeof(request.range.size));
  for (std::size_t index = 0; index < fields_.size(); ++index) {
    const Field& field = fields_[index];
    std::byte* place = target.data() + field.position;
    const backend::KernelArgument& argument = request.arguments[index];
    if (!field.is_buffer) {
      std::memcpy(place, argument.data, field.bytes);
      continue;
    }
    const std::size_t extents = field.rank * sizeof(std::uint64_t);
    std::memcpy(place, argument.extents.data(), extents);
    std::memcpy(place + extents, &request.memory[index].offset, sizeof(std::int64_t));
  }
}

}  // namespace dotcompute::opencl
