// SPDX-License-Identifier: Apache-2.0
#include "callables/pack.hpp"

#include "dotcompute/kernels.hpp"

namespace dotcompute {

void register_kernel_pack(KernelModule& module) {
  kernels::register_callables(module);
}

}  // namespace dotcompute
