// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <cstdint>
#include <vector>

namespace dotcompute::analysis {

/// What a kernel does with one of its parameters. Of a scalar all members keep their values here.
struct BufferFacts {
  Direction direction = Direction::in;
  bool reads = false;
  bool writes = false;
  /// `irregular` unless proven better. `element_wise` says besides that the buffer must have the
  /// shape of all others of which it is said, and of an output that the kernel writes it whole.
  AccessPattern pattern = AccessPattern::irregular;
  std::uint32_t stencil_radius = 0;  ///< In elements; only with AccessPattern::stencil.
};

/// What the body of a kernel tells of each launch.
struct KernelFacts {
  std::vector<BufferFacts> parameters;  ///< One for each parameter, in order.
  bool is_parallel = true;         ///< False: no item asks who it is, so one does all the work.
  double operations_per_item = 0;  ///< Arithmetic on data, not on indices; 0 is unknown.
  double bytes_per_item = 0;       ///< Different elements read and written; 0 is unknown.
};

/// Proves what can be proven of `kernel`. Claims nothing else.
///
/// An item's own element has its global ids as indices, the fastest axis x. Accesses beyond the
/// bounds guard are taken for what the guard lets through: `if (i >= n) return;` with a scalar n
/// says that n is the number of elements. Of a kernel that asks how large its launch is, every
/// buffer is irregular: in parts it would do something else.
///
/// \pre verify() finds nothing in `module`, and `kernel` is one of its kernels.
[[nodiscard]] KernelFacts analyse(const kir::Module& module, const kir::Function& kernel);

}  // namespace dotcompute::analysis
