// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/view.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

/// The kernel pack as callables: what a build without the kernel compiler has, and what tests hold
/// against the generated pack.
namespace dotcompute::kernels {

/// Registers all of them, under the names of the pack.
void register_callables(KernelModule& module);

/// `items` without those that have no element in `result`: a caller may ask for a larger range.
template <class Element, int Rank>
[[nodiscard]] ItemRange inside(ItemRange items, const ArrayView<Element, Rank>& result) {
  for (std::size_t axis = 0; axis < Rank; ++axis) {
    items.end[axis] = std::min(items.end[axis], result.extent(Rank - 1 - axis));
  }
  return items;
}

/// `parameter` as one whose items touch elements at most `radius` away on each axis.
[[nodiscard]] inline Parameter stencil(Parameter parameter, std::uint32_t radius) {
  parameter.access = AccessPattern::stencil;
  parameter.stencil_radius = radius;
  return parameter;
}

void add_arithmetic(KernelModule& module);
void add_black_scholes(KernelModule& module);
void add_images(KernelModule& module);
void add_mandelbrot(KernelModule& module);
void add_matmul(KernelModule& module);
void add_n_body(KernelModule& module);
void add_reductions(KernelModule& module);
void add_stencil(KernelModule& module);

}  // namespace dotcompute::kernels
