// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/signature.hpp"

#include "dotcompute/argument.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/detail/call_request.hpp"

#include <array>
#include <cstdint>

namespace dotcompute::core {

/// The arguments of one call in parameter order, checked. Lives on the stack of the call and is not
/// initialised beyond what `given` says: clearing it would cost more than binding.
struct BoundCall {
  BoundCall() noexcept {}  // NOLINT: `= default` would have `BoundCall{}` clear a kilobyte
  BoundCall(const BoundCall&) = delete;
  BoundCall& operator=(const BoundCall&) = delete;

  std::array<backend::KernelArgument, kMaxParameters> storage;
  /// In parameter order: `storage`, or what a handle has laid out already.
  backend::KernelArgument* arguments = storage.data();
  std::array<std::uint64_t, kMaxParameters> scalars;            // values that had to be converted
  std::array<const Argument*, kMaxParameters> strided_sources;  // of the bits in `strided`
  std::array<const dotcompute::detail::UnifiedPart*, kMaxParameters> parts;  // of `unified`
  ShapeProgram::Solution solution;
  std::uint32_t given = 0;     ///< Parameters that have an argument.
  std::uint32_t returned = 0;  ///< Outputs that are to be returned.
  std::uint32_t strided = 0;   ///< Arguments whose elements are not packed; `data` is not set.
  std::uint32_t unified = 0;   ///< Unified buffers; `data` is set on devices of the host only.
  std::uint32_t borrowed = 0;  ///< Scalars read where the caller has them: none may be written.
  LaunchRange range;           ///< Known once all outputs have extents.
};

/// Puts the arguments of `request` in parameter order and checks names, count, types, directions,
/// ranks, null, sizes that must agree, overflow and overlap.
///
/// \retval ErrorCode::invalid_argument that names kernel, parameter, what was expected and given.
Status bind(const Signature& signature,
            const dotcompute::detail::CallRequest& request,
            BoundCall& call) noexcept;

/// The range of the launch: as the call asks, else from the first written buffer, whose extents
/// must be known by now.
/// \retval ErrorCode::invalid_argument if it has too many items, or reaches beyond a buffer whose
///         elements belong to one item each.
Status find_range(const Signature& signature,
                  const dotcompute::detail::CallRequest& request,
                  BoundCall& call) noexcept;

}  // namespace dotcompute::core
