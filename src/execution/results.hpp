// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"

#include "dotcompute/base/error.hpp"

namespace dotcompute::core {

/// Works out the extents of the outputs that are to be returned.
/// \retval ErrorCode::invalid_argument if the kernel's rules do not tell them.
Status solve_results(const Signature& signature, BoundCall& call) noexcept;

/// Makes room for them where the caller gets them. \pre solve_results()
/// \param owner of unified buffers among them.
/// \retval ErrorCode::host_memory, invalid_argument for a result of fixed size.
Status make_results(const Signature& signature,
                    const dotcompute::detail::CallRequest& request,
                    UnifiedOwner& owner,
                    BoundCall& call) noexcept;

}  // namespace dotcompute::core
