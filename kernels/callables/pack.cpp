// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

namespace dotcompute::kernels {

void register_callables(KernelModule& module) {
  add_arithmetic(module);
  add_black_scholes(module);
  add_images(module);
  add_mandelbrot(module);
  add_matmul(module);
  add_n_body(module);
  add_reductions(module);
  add_stencil(module);
}

}  // namespace dotcompute::kernels
