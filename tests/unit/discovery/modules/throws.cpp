// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_module.hpp"

#include <stdexcept>

namespace {

/// A type whose code is in this library only.
class OwnError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

void register_kernels(dotcompute::KernelModule& module) {
  module.add({.name = "fits"}, [] {});
  throw OwnError("the module's own words");
}

}  // namespace

DC_KERNEL_MODULE(register_kernels);
