// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace dotcompute::math_test {

/// A function of generated code, run over arrays as in a kernel, and the C library's in a wider type.
template <class T, class Wide>
struct Function {
  const char* name;
  void (*run)(const T* x, T* result, std::size_t count);
  Wide (*exact)(Wide x);
};
template <class T, class Wide>
struct Function2 {
  const char* name;
  void (*run)(const T* x, const T* y, T* result, std::size_t count);
  Wide (*exact)(Wide x, Wide y);
};

/// All functions of the mathematics of generated code, compiled for one instruction set.
struct Functions {
  const Function<float, double>* of_float;
  std::size_t of_float_count;
  const Function2<float, double>* of_two_floats;
  std::size_t of_two_floats_count;
  const Function<double, long double>* of_double;
  std::size_t of_double_count;
};

}  // namespace dotcompute::math_test
