// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_module.hpp"

namespace {

void register_kernels(dotcompute::KernelModule& module) {
  module.add({.name = "fits"}, [] {});
  module.add({.name = "has no body"}, dotcompute::KernelDefinition{});
}

}  // namespace

DC_KERNEL_MODULE(register_kernels);
