// SPDX-License-Identifier: Apache-2.0
#include "kernels.hpp"

namespace dotcompute::bench {
namespace {

void register_kernels(KernelModule& module) {
  module.add({.name = "saxpy",
              .parameters = {scalar<float>("a"), element_wise(input<float>("x")),
                             element_wise(in_out<float>("y"))}},
             &saxpy);
  module.add({.name = "axpby",
              .parameters = {scalar<float>("a"), element_wise(input<float>("x")),
                             scalar<float>("b"), element_wise(in_out<float>("y"))}},
             &axpby);
  module.add({.name = "relax",
              .parameters = {element_wise(input<float>("x")), element_wise(in_out<float>("y"))}},
             &relax);
}

}  // namespace

void saxpy(const ItemRange& items, float a, in<float> x, inout<float> y) {
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    y[i] = a * x[i] + y[i];
  }
}

void axpby(const ItemRange& items, float a, in<float> x, float b, inout<float> y) {
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    y[i] = a * x[i] + b * y[i];
  }
}

void relax(const ItemRange& items, in<float> x, inout<float> y) {
  constexpr int kSteps = 64;
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    float value = x[i];
    for (int step = 0; step < kSteps; ++step) {
      value = 0.5F * value + 1.0F;
    }
    y[i] = value;
  }
}

const Orchestrator& orchestrator() {
  static Runtime runtime = Runtime::create(RuntimeBuilder().add_module(&register_kernels));
  return runtime.orchestrator();
}

}  // namespace dotcompute::bench
