// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"

#include "dotcompute/runtime.hpp"

#include <string>

namespace dotcompute::dotc {

/// A runtime with the kernel pack and the modules that the options name.
/// \throws UsageError naming a module that cannot be loaded; ConfigurationException.
[[nodiscard]] Runtime make_runtime(const Options& options);

/// What the runtime of make_runtime() has for options, without making it.
/// \throws ConfigurationException
[[nodiscard]] RuntimeOptions resolve_settings(const Options& options);

/// Where the files of the disk cache lie. \throws UsageError if there is no such place.
[[nodiscard]] std::string cache_directory_of(const RuntimeOptions& settings);

/// \throws UsageError listing the devices if there is none of this id; an empty id is any device.
void check_device(Runtime& runtime, const std::string& id);

}  // namespace dotcompute::dotc
