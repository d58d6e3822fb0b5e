// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"

#include "dotcompute/runtime.hpp"

#include <string>

namespace dotcompute::dotc {

/// A runtime with the kernel pack and the modules that the options name.
/// \throws UsageError naming a module that cannot be loaded; ConfigurationException.
[[nodiscard]] Runtime make_runtime(const Options& options);

/// \throws UsageError listing the devices if there is none of this id; an empty id is any device.
void check_device(Runtime& runtime, const std::string& id);

}  // namespace dotcompute::dotc
