// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"
#include "dotcompute/backend/requests.hpp"
#include "dotcompute/call_options.hpp"
#include "dotcompute/detail/result_slot.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace dotcompute::detail {

/// One call as the templates of the public API hand it to the core.
struct CallRequest {
  std::string_view kernel;
  std::uint64_t hash = 0;                    ///< hash_name(kernel).
  std::span<const NamedArgument> named;      ///< Or
  std::span<const Argument> positional;      ///< or, by a handle that knows the types,
  backend::KernelArgument* typed = nullptr;  ///< in parameter order, on the caller's stack;
  std::uint64_t signature = 0;               ///< what the handle takes the parameters for;
  std::uint32_t typed_given = 0;             ///< a bit for each parameter that `typed` sets.
  std::span<ResultSlot> results;
  const CallOptions* options = nullptr;  ///< Null: all by default.
};

}  // namespace dotcompute::detail
