// SPDX-License-Identifier: Apache-2.0
#include "linked_modules.hpp"

#include "dotcompute/kernel_module.hpp"

namespace {

void register_first(dotcompute::KernelModule& module) {
  ++dotcompute::linked_module_calls;
  module.add({.name = "first", .name_space = "linked"}, [] {});
}

}  // namespace

DC_KERNEL_MODULE(register_first);
