// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/exception.hpp"

namespace dotcompute::core {

/// What a body on the host has thrown, for back ends, which know nothing of the public exceptions.
/// \pre called within a catch clause.
[[nodiscard]] inline Error caught_error() noexcept {
  return error_from_current_exception();
}

}  // namespace dotcompute::core
