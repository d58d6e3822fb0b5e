// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"

#include "dotcompute/runtime.hpp"

#include <iosfwd>

namespace dotcompute::dotc {

// Each command writes its answer to `out`, as text or JSON, and throws what main() turns into an
// exit status: UsageError, or a ComputeException.

/// Runs a kernel and writes its arrays.
void run_kernel(Runtime& runtime, const Options& options, std::ostream& out);
/// Tells where run_kernel() would run it.
void explain_kernel(Runtime& runtime, const Options& options, std::ostream& out);
void list_devices(Runtime& runtime, const Options& options, std::ostream& out);
/// All kernels, or one in full.
void list_kernels(Runtime& runtime, const Options& options, std::ostream& out);

/// Tells where the disk cache lies and what it holds, or removes from it; makes no runtime.
void manage_cache(const Options& options, std::ostream& out);

/// Tells what is missing on this machine and how to get it.
/// \return false if kernels cannot run at all.
[[nodiscard]] bool diagnose(const Options& options, std::ostream& out);

/// The picture pipeline. \return false if a stage differs from the plain computation.
[[nodiscard]] bool show_demo(Runtime& runtime, const Options& options, std::ostream& out);

}  // namespace dotcompute::dotc
