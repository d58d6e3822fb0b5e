// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <cstdint>

namespace dotcompute::kernels {
namespace {

/// result = a + b.
void vector_add(const ItemRange& items, in<float> a, in<float> b, out<float> result) {
  const ItemRange range = inside(items, result);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    result[i] = a[i] + b[i];
  }
}

/// result = 2 x.
void vector_double(const ItemRange& items, in<float> x, out<float> result) {
  const ItemRange range = inside(items, result);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    result[i] = 2.0F * x[i];
  }
}

/// Adds 1 to each value, modulo 2^32: about the least that a kernel can do.
void simple_kernel(const ItemRange& items, inout<std::int32_t> values) {
  const ItemRange range = inside(items, values);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    values[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(values[i]) + 1U);
  }
}

/// y = a x + y. Source: Basic Linear Algebra Subprograms, level 1, SAXPY.
void saxpy(const ItemRange& items, float a, in<float> x, inout<float> y) {
  const ItemRange range = inside(items, y);
  for (std::uint64_t i = range.begin[0]; i < range.end[0]; ++i) {
    y[i] = a * x[i] + y[i];
  }
}

}  // namespace

void add_arithmetic(KernelModule& module) {
  module.add({.name = "vector_add",
              .parameters = {element_wise(input<float>("a")), element_wise(input<float>("b")),
                             element_wise(output<float>("result"))},
              .file = "kernels/arithmetic.cpp",
              .line = __LINE__,
              .operations_per_item = 1,
              .bytes_per_item = 12},
             &vector_add);
  module.add(
      {.name = "vector_double",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("result"))},
       .file = "kernels/arithmetic.cpp",
       .line = __LINE__,
       .operations_per_item = 1,
       .bytes_per_item = 8},
      &vector_double);
  module.add({.name = "simple_kernel",
              .parameters = {element_wise(in_out<std::int32_t>("values"))},
              .file = "kernels/arithmetic.cpp",
              .line = __LINE__,
              .operations_per_item = 1,
              .bytes_per_item = 8},
             &simple_kernel);
  module.add({.name = "saxpy",
              .parameters = {scalar<float>("a"), element_wise(input<float>("x")),
                             element_wise(in_out<float>("y"))},
              .file = "kernels/arithmetic.cpp",
              .line = __LINE__,
              .operations_per_item = 2,
              .bytes_per_item = 12},
             &saxpy);
}

}  // namespace dotcompute::kernels
