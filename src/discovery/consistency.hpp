// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/shape_program.hpp"
#include "discovery/problems.hpp"

#include "dotcompute/kernel_registry.hpp"

namespace dotcompute::core {

/// Checks that a registration says the same everywhere: in its metadata, its callable's type and its
/// definitions. Puts right what only the callable can know: is_parallel for one that does all the
/// work in one call. Takes back ends without a body out of metadata.backends: their bodies may come
/// with another registration.
///
/// \return the rules of its extents; not meant for use if there was a problem. May throw
///         std::bad_alloc.
ShapeProgram check_consistency(KernelRegistration& registration, Problems& problems);

/// Checks that `added` may join the bodies of the kernel `known`, which has its qualified name.
void check_union(const KernelMetadata& known, const KernelMetadata& added, Problems& problems);

}  // namespace dotcompute::core
