// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

namespace dotcompute::dotc {

inline constexpr int kSuccess = 0;
inline constexpr int kFailed = 1;      ///< The computation failed.
inline constexpr int kWrongUsage = 2;  ///< Wrong usage, or a file that cannot be used.

/// The whole program: answers go to `out`, the reason of a failure to `err`.
/// \return the exit status.
[[nodiscard]] int run_program(int argc,
                              const char* const* argv,
                              std::ostream& out,
                              std::ostream& err);

}  // namespace dotcompute::dotc
