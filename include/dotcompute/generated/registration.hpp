// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/bodies.hpp"
#include "dotcompute/kernel_module.hpp"

#include <cstdint>
#include <utility>
#include <vector>

/// What the registration that the kernel compiler writes is made of.
namespace dotcompute::generated {

/// `parameter` as one of which all items read the same few elements.
[[nodiscard]] inline Parameter broadcast(Parameter parameter) {
  parameter.access = AccessPattern::broadcast;
  return parameter;
}

/// `parameter` as one whose items touch elements at most `radius` away on each axis.
[[nodiscard]] inline Parameter stencil(Parameter parameter, std::uint32_t radius) {
  parameter.access = AccessPattern::stencil;
  parameter.stencil_radius = radius;
  return parameter;
}

/// Runs one item of the body that `body` points to, whatever the range: it does all the work.
inline void run_once(const void* body,
                     const backend::KernelArgument* arguments,
                     const ItemRange& /*items*/) {
  (*static_cast<const backend::HostFunction*>(body))(nullptr, arguments, ItemRange{});
}

/// A body as registration takes it. It is made together with the metadata, so they agree.
/// \param body of a table, which lives as long as the program or library.
[[nodiscard]] inline CallableKernel callable_of(const KernelMetadata& metadata,
                                                const backend::HostFunction& body) {
  CallableKernel callable;
  callable.host.function = metadata.is_parallel ? body : &run_once;
  callable.host.state = metadata.is_parallel ? nullptr : &body;
  callable.dimensions = 0;
  for (const Parameter& parameter : metadata.parameters) {
    callable.parameters.push_back({.type = parameter.type,
                                   .kind = parameter.kind,
                                   .writes = parameter.direction != Direction::in,
                                   .any_direction = false,
                                   .direction = parameter.direction,
                                   .rank = parameter.rank});
  }
  return callable;
}

/// Adds a kernel with a body for the CPU, and with those that `definitions` give as texts: KIR for the
/// interpreter, OpenCL C.
inline void add(KernelModule& module,
                KernelMetadata metadata,
                const backend::HostFunction& body,
                std::vector<KernelDefinition> definitions) {
  CallableKernel callable = callable_of(metadata, body);
  for (const KernelDefinition& definition : definitions) {
    metadata.backends = metadata.backends | backends_of(definition.backend);
  }
  module.add({std::move(metadata), std::move(callable), std::move(definitions)});
}

}  // namespace dotcompute::generated

/// Declares the tables of bodies that the CPU code of a file of kernels defines, one for each
/// instruction set of this processor's architecture, and <table>_bodies(), which chooses one.
#if defined(__x86_64__)
#define DC_GENERATED_BODIES(table)                                             \
  extern const ::dotcompute::generated::BodyTable table##_baseline;            \
  extern const ::dotcompute::generated::BodyTable table##_v3;                  \
  extern const ::dotcompute::generated::BodyTable table##_v4;                  \
  static const ::dotcompute::generated::BodyTable& table##_bodies() noexcept { \
    using enum ::dotcompute::generated::InstructionSet;                        \
    const auto set = ::dotcompute::generated::instruction_set();               \
    return set == v4 ? table##_v4 : set == v3 ? table##_v3 : table##_baseline; \
  }                                                                            \
  static_assert(true, "a semicolon follows")
#elif defined(__aarch64__)
#define DC_GENERATED_BODIES(table)                                             \
  extern const ::dotcompute::generated::BodyTable table##_neon;                \
  static const ::dotcompute::generated::BodyTable& table##_bodies() noexcept { \
    return table##_neon;                                                       \
  }                                                                            \
  static_assert(true, "a semicolon follows")
#else
#define DC_GENERATED_BODIES(table)                                             \
  extern const ::dotcompute::generated::BodyTable table##_baseline;            \
  static const ::dotcompute::generated::BodyTable& table##_bodies() noexcept { \
    return table##_baseline;                                                   \
  }                                                                            \
  static_assert(true, "a semicolon follows")
#endif
