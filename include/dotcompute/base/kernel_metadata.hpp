// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/element_type.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

/// Most parameters a kernel may have: what the stack of a call holds.
inline constexpr std::size_t kMaxParameters = 24;

/// Which way a parameter's data goes.
enum class Direction : std::uint8_t { in, out, inout };

enum class ParameterKind : std::uint8_t { buffer, scalar };

/// Which elements of a buffer one work item touches.
enum class AccessPattern : std::uint8_t {
  irregular,     ///< Anything: nothing is known.
  element_wise,  ///< Only the element with the item's own id.
  broadcast,     ///< All items read the same few elements.
  stencil,       ///< Elements at most `stencil_radius` away from the item's own.
  reduction,     ///< Many items contribute to one element.
};

[[nodiscard]] std::string_view to_string(Direction direction) noexcept;
[[nodiscard]] std::string_view to_string(AccessPattern pattern) noexcept;

/// One parameter of a kernel. Made by input(), output(), in_out() and scalar().
struct Parameter {
  std::string name;
  TypeId type;
  ParameterKind kind = ParameterKind::buffer;
  Direction direction = Direction::in;
  std::uint8_t rank = 1;  ///< Axes of a buffer, 1 to 3.

  /// The extents of a buffer, slowest axis first, parted by commas: "rows, cols", "(n + 255) / 256".
  ///
  /// A name is bound by the first buffer that carries it alone, or by the integer scalar parameter
  /// so named; wherever it stands again it must have the same value. An output's extents give the
  /// shape of a returned result. Empty: nothing is known of the size, unless `access` tells it.
  std::string extents;

  /// element_wise says that the buffer has exactly one element for each work item.
  AccessPattern access = AccessPattern::irregular;
  std::uint32_t stencil_radius = 0;  ///< In elements; only with AccessPattern::stencil.
};

/// A buffer of T that the kernel only reads; `extents` as in Parameter::extents.
template <KernelElement T, int Rank = 1>
[[nodiscard]] Parameter input(std::string name, std::string extents = {}) {  // NOLINT: moved
  return {.name = std::move(name),
          .type = type_id_of<T>,
          .direction = Direction::in,
          .rank = Rank,
          .extents = std::move(extents)};
}

/// A buffer of T that the kernel writes and does not read.
template <KernelElement T, int Rank = 1>
[[nodiscard]] Parameter output(std::string name, std::string extents = {}) {  // NOLINT: moved
  return {.name = std::move(name),
          .type = type_id_of<T>,
          .direction = Direction::out,
          .rank = Rank,
          .extents = std::move(extents)};
}

/// A buffer of T that the kernel reads and writes.
template <KernelElement T, int Rank = 1>
[[nodiscard]] Parameter in_out(std::string name, std::string extents = {}) {  // NOLINT: moved
  return {.name = std::move(name),
          .type = type_id_of<T>,
          .direction = Direction::inout,
          .rank = Rank,
          .extents = std::move(extents)};
}

/// A single value of T.
template <KernelElement T>
[[nodiscard]] Parameter scalar(std::string name) {  // NOLINT: moved
  return {.name = std::move(name), .type = type_id_of<T>, .kind = ParameterKind::scalar};
}

/// `parameter` as one whose items touch their own element only.
[[nodiscard]] inline Parameter element_wise(Parameter parameter) {
  parameter.access = AccessPattern::element_wise;
  return parameter;
}

/// What is known of one kernel, whichever back ends it has bodies for.
struct KernelMetadata {
  std::string name;  ///< Short name, an identifier: "saxpy".
  std::string
      name_space;  ///< "physics::fluids", or empty. The qualified name is "physics::fluids::saxpy".
  std::vector<Parameter> parameters;  ///< In the order of the body's arguments.
  KernelBackends backends = KernelBackends::cpu;
  std::uint8_t dimensions = 1;  ///< Axes of the launch range, 1 to 3.
  bool is_parallel = true;      ///< False: one call of the body does all the work, on one thread.
  bool allows_overlap = false;  ///< True: an output may overlap other buffers of the call.
  std::uint32_t version = 1;
  std::string file;  ///< Where it is declared, or empty.
  std::uint32_t line = 0;
  double operations_per_item = 0;                    ///< Floating-point operations; 0 is unknown.
  double bytes_per_item = 0;                         ///< Bytes read and written; 0 is unknown.
  std::array<std::uint32_t, 3> group_size{0, 0, 0};  ///< Wanted work-group size x, y, z; 0 is free.
  /// Rather this kind, where the call does not say; before the default accelerator.
  AcceleratorType preferred_accelerator = AcceleratorType::automatic;

  /// name_space and name, joined by "::".
  [[nodiscard]] std::string qualified_name() const;
};

}  // namespace dotcompute
