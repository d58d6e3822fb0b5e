// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/facts/pieces.hpp"
#include "interpret/interpret.hpp"
#include "kir/module.hpp"

#include "dotcompute/kernel_module.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dotcompute {

/// Arguments for a kernel of the pack, the same in every run.
[[nodiscard]] std::vector<Values> values_for(const KernelMetadata& kernel);

/// The items that such a call has: the extents of the first output, the fastest axis first.
[[nodiscard]] LaunchRange range_for(const KernelMetadata& kernel,
                                    const std::vector<Values>& values);

/// The first parameter in which floats are further apart than `most` of their size, or other bytes
/// differ at all; nothing if all are alike.
[[nodiscard]] std::optional<std::string> difference(const KernelMetadata& kernel,
                                                    const std::vector<Values>& a,
                                                    const std::vector<Values>& b,
                                                    float most);

/// A kernel of the pack, with its body as the interpreter and as the CPU runs it.
struct PackKernel {
  explicit PackKernel(KernelRegistration given);

  [[nodiscard]] const KernelMetadata& metadata() const noexcept { return registration.metadata; }
  /// Its text for a back end.
  [[nodiscard]] const KernelDefinition& definition(AcceleratorType backend) const;
  /// Lifetime: this outlives it.
  [[nodiscard]] Body interpreter() const;
  [[nodiscard]] Body cpu() const;

  KernelRegistration registration;
  std::unique_ptr<kir::Module> module;  ///< The kernel is its last function.
  std::unique_ptr<interpret::Kernel> interpreted;
};

/// All kernels of the pack.
[[nodiscard]] std::vector<PackKernel> pack();

}  // namespace dotcompute
