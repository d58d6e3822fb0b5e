// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "driver/options.hpp"

#include <iosfwd>

namespace dotcompute::driver {

/// Compiles all files of `options` and reports all mistakes in all of them.
///
/// \param out gets the text that Options::emit asks for.
/// \param problems gets diagnostics.
/// \return true if there was no error. Else nothing was written.
/// \throws OutputError if an output cannot be written.
[[nodiscard]] bool compile(const Options& options, std::ostream& out, std::ostream& problems);

}  // namespace dotcompute::driver
