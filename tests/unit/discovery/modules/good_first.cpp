// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_module.hpp"

#include <span>

namespace {

void register_kernels(dotcompute::KernelModule& module) {
  module.add({.name = "doubled",
              .name_space = "loaded",
              .parameters = {dotcompute::input<float>("x"), dotcompute::output<float>("y")}},
             [](dotcompute::ItemId<1> item, std::span<const float> x, std::span<float> y) {
               y[item[0]] = 2.0F * x[item[0]];
             });
}

}  // namespace

DC_KERNEL_MODULE(register_kernels);
