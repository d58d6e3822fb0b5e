// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dotcompute {

/// How often a module linked into the tests was asked for its kernels.
inline int linked_module_calls = 0;

}  // namespace dotcompute
