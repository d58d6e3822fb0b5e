// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_module.hpp"

namespace {

void register_kernels(dotcompute::KernelModule& module) {
  dotcompute::KernelMetadata metadata{.name = "second", .name_space = "loaded"};
  metadata.backends = dotcompute::KernelBackends::opencl;
  module.add(std::move(metadata), dotcompute::KernelDefinition{"source", "entry"});
}

}  // namespace

DC_KERNEL_MODULE(register_kernels);
