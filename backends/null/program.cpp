// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "base/try.hpp"
#include "platform/caught_error.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <span>

namespace dotcompute::null {
namespace {

constexpr std::uint64_t kBoxes = 16;

// The axis to cut: the outermost with more than one item.
std::size_t axis_of(const LaunchRange& range) noexcept {
  for (std::size_t axis = 3; axis-- > 1;) {
    if (range.size[axis] > 1) {
      return axis;
    }
  }
  return 0;
}

bool fits(const Extents& extents, std::size_t element_bytes, std::size_t bytes) noexcept {
  std::uint64_t needed = element_bytes;
  bool overflows = false;
  for (const std::uint64_t extent : extents) {
    overflows = __builtin_mul_overflow(needed, extent, &needed) || overflows;
  }
  return !overflows && needed <= bytes;
}

}  // namespace

Status Program::run(const backend::LaunchRequest& request, const Memory* memory) const noexcept {
  if (kernel_.function == nullptr || request.range.items() == 0) {
    return success();
  }
  if (memory == nullptr) {
    return run_boxes(request, request.arguments.data());
  }
  DC_TRY_ASSIGN(const auto arguments, place(request, *memory));
  return run_boxes(request, arguments.data());
}

// The arguments as the body sees them: buffers lie in the device's memory.
Result<std::vector<backend::KernelArgument>> Program::place(const backend::LaunchRequest& request,
                                                            const Memory& memory) const noexcept {
  if (request.memory.size() != request.arguments.size() ||
      (!parameters_.empty() && parameters_.size() != request.arguments.size())) {
    return Error{ErrorCode::invalid_argument, "A launch has memory for each parameter."};
  }
  try {
    std::vector<backend::KernelArgument> arguments(request.arguments.begin(),
                                                   request.arguments.end());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (parameters_.empty() ? request.memory[i].handle == 0 : !parameters_[i].is_buffer) {
        continue;
      }
      if (request.memory[i].offset < 0) {
        // Element 0 lies before the memory; which elements are touched is not known here.
        backend::Allocation whole = request.memory[i];
        whole.offset = 0;
        DC_TRY_ASSIGN(const std::span<std::byte> bytes, memory.find(whole));
        arguments[i].data = bytes.data() + request.memory[i].offset;
        continue;
      }
      DC_TRY_ASSIGN(const std::span<std::byte> bytes, memory.find(request.memory[i]));
      const std::size_t element_bytes = parameters_.empty() ? 0 : parameters_[i].element_bytes;
      if (!fits(arguments[i].extents, element_bytes, bytes.size())) {
        return Error{ErrorCode::invalid_argument, "An argument reaches beyond its allocation."};
      }
      arguments[i].data = bytes.data();
    }
    return arguments;
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

Status Program::run_boxes(const backend::LaunchRequest& request,
                          const backend::KernelArgument* arguments) const noexcept {
  const std::size_t axis = axis_of(request.range);
  const std::uint64_t size = request.range.size[axis];
  const std::uint64_t step = is_parallel_ ? (size + kBoxes - 1) / kBoxes : size;
  ItemRange box{.launch = &request.range, .group_size = &request.group_size};
  for (std::size_t i = 0; i < 3; ++i) {
    box.begin[i] = request.first[i];
    box.end[i] = request.first[i] + request.range.size[i];
  }
  const std::uint64_t end = request.first[axis] + size;
  for (std::uint64_t begin = request.first[axis]; begin < end; begin += step) {
    if (request.control != nullptr) {
      DC_TRY(request.control->check());
    }
    box.begin[axis] = begin;
    box.end[axis] = std::min(begin + step, end);
    try {
      kernel_.function(kernel_.state, arguments, box);
    } catch (...) {
      return core::caught_error();
    }
  }
  return success();
}

Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source) noexcept {
  const bool is_host = source.language == backend::SourceLanguage::host_function;
  if (is_host ? source.host.function == nullptr : source.text.empty()) {
    return Error{ErrorCode::compilation_failed, "There is nothing to compile."};
  }
  try {
    std::vector<Program::ParameterSize> parameters;
    if (source.metadata != nullptr) {
      for (const Parameter& parameter : source.metadata->parameters) {
        parameters.push_back({.is_buffer = parameter.kind == ParameterKind::buffer,
                              .element_bytes = parameter.type.size()});
      }
    }
    const bool is_parallel = source.metadata == nullptr || source.metadata->is_parallel;
    return std::unique_ptr<backend::Program>(std::make_unique<Program>(
        is_host ? source.host : backend::HostKernel{}, is_parallel, std::move(parameters)));
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::null
