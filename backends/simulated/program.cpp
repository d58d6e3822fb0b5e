// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "base/try.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <exception>

namespace dotcompute::simulated {
namespace {

constexpr std::size_t kScalarAlignment = 16;

bool fits(const Extents& extents, std::size_t element_bytes, std::size_t bytes) noexcept {
  std::uint64_t needed = element_bytes;
  bool overflows = false;
  for (const std::uint64_t extent : extents) {
    overflows = __builtin_mul_overflow(needed, extent, &needed) || overflows;
  }
  return !overflows && needed <= bytes;
}

constexpr std::size_t aligned(std::size_t bytes) noexcept {
  return (bytes + kScalarAlignment - 1) / kScalarAlignment * kScalarAlignment;
}

}  // namespace

Result<std::shared_ptr<QueuedLaunch>> Program::prepare(const backend::LaunchRequest& request,
                                                       const Memory& memory,
                                                       bool in_place) const noexcept try {
  if (request.memory.size() != request.arguments.size() ||
      (!parameters_.empty() && parameters_.size() != request.arguments.size())) {
    return Error{ErrorCode::invalid_argument, "A launch has memory for each parameter."};
  }
  auto launch = std::make_shared<QueuedLaunch>();
  launch->request = request;
  launch->request.program = inner_.get();
  launch->request.after = {};
  launch->arguments.assign(request.arguments.begin(), request.arguments.end());
  launch->memory.resize(request.memory.size());
  DC_TRY(place(*launch, request, memory, in_place));
  keep_scalars(*launch);
  launch->request.arguments = launch->arguments;
  launch->request.memory = in_place ? std::span<const backend::Allocation>() : launch->memory;
  return launch;
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Status Program::place(QueuedLaunch& launch,
                      const backend::LaunchRequest& request,
                      const Memory& memory,
                      bool in_place) const {
  for (std::size_t i = 0; i < request.memory.size(); ++i) {
    const backend::Allocation& own = request.memory[i];
    if (parameters_.empty() ? own.handle == 0 : !parameters_[i].is_buffer) {
      continue;
    }
    DC_TRY_ASSIGN(launch.memory[i], memory.find(own, /*for_launch=*/true));
    const std::size_t element_bytes = parameters_.empty() ? 0 : parameters_[i].bytes;
    if (own.offset >= 0 && !fits(launch.arguments[i].extents, element_bytes, own.bytes)) {
      return Error{ErrorCode::invalid_argument, "An argument reaches beyond its allocation."};
    }
    if (in_place) {
      // The handle of memory on the host is its address, as requests.hpp says.
      launch.arguments[i].data =
          std::bit_cast<std::byte*>(launch.memory[i].handle) + launch.memory[i].offset;
    } else {
      launch.arguments[i].data = nullptr;  // the host's memory is not to be reached from here
    }
  }
  return success();
}

// As a driver does, so that a caller's own scalar may change once the launch is queued.
void Program::keep_scalars(QueuedLaunch& launch) const {
  std::size_t bytes = 0;
  for (const ParameterSize& parameter : parameters_) {
    bytes += parameter.is_buffer ? 0 : aligned(parameter.bytes);
  }
  launch.scalars.resize(bytes);
  std::size_t position = 0;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].is_buffer && launch.arguments[i].data != nullptr) {
      std::byte* const kept = launch.scalars.data() + position;
      std::memcpy(kept, launch.arguments[i].data, parameters_[i].bytes);
      launch.arguments[i].data = kept;
      position += aligned(parameters_[i].bytes);
    }
  }
}

Result<std::unique_ptr<backend::Program>> compile(backend::Device& inner,
                                                  const backend::KernelSource& source) noexcept
    try {
  std::vector<Program::ParameterSize> parameters;
  if (source.metadata != nullptr) {
    for (const Parameter& parameter : source.metadata->parameters) {
      parameters.push_back(
          {.is_buffer = parameter.kind == ParameterKind::buffer, .bytes = parameter.type.size()});
    }
  }
  DC_TRY_ASSIGN(auto program, inner.compile(source));
  return std::unique_ptr<backend::Program>(
      std::make_unique<Program>(std::move(program), std::move(parameters)));
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace dotcompute::simulated
