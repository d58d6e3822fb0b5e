// SPDX-License-Identifier: Apache-2.0
// A shared library with a kernel of one's own:
//
//     dotc run clip --module libcustom_module.so --inout x=x.npy --set low=0 --set high=1
#include "dotcompute/kernel_registry.hpp"

#include <algorithm>
#include <cstdint>

namespace {

void clip(const dotcompute::ItemRange& items,
          double low,
          double high,
          dotcompute::inout<double> x) {
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    x[i] = std::min(std::max(x[i], low), high);
  }
}

void register_kernels(dotcompute::KernelModule& module) {
  using namespace dotcompute;
  module.add({.name = "clip",
              .name_space = "custom",
              .parameters = {scalar<double>("low"), scalar<double>("high"),
                             element_wise(in_out<double>("x"))}},
             &clip);
}

}  // namespace

DC_KERNEL_MODULE(&register_kernels);
