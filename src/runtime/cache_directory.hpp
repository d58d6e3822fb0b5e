// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/configuration.hpp"

#include "dotcompute/base/error.hpp"

#include <string>
#include <string_view>

namespace dotcompute::core {

/// Where the files of the cache lie, as an absolute path: `configured`; or if that is empty, of the
/// environment, $XDG_CACHE_HOME/dotcompute or ~/.cache/dotcompute. Touches no file.
/// \retval ErrorCode::invalid_argument if the environment names no such place.
/// \retval ErrorCode::host_memory
[[nodiscard]] Result<std::string> cache_directory(std::string_view configured,
                                                  const Environment& environment) noexcept;

}  // namespace dotcompute::core
