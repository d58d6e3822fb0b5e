// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernels.hpp"

namespace dotcompute {

namespace kernels {
void register_generated(KernelModule& module);  // of dotcompute_add_kernels()
}  // namespace kernels

void register_kernel_pack(KernelModule& module) {
  kernels::register_generated(module);
}

}  // namespace dotcompute
