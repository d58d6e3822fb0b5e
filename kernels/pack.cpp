// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include "dotcompute/kernels.hpp"

namespace dotcompute {

void register_kernel_pack(KernelModule& module) {
  kernels::add_arithmetic(module);
  kernels::add_black_scholes(module);
  kernels::add_images(module);
  kernels::add_mandelbrot(module);
  kernels::add_matmul(module);
  kernels::add_n_body(module);
  kernels::add_reductions(module);
  kernels::add_stencil(module);
}

}  // namespace dotcompute
