// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

/// result = a + b.
DC_KERNEL void vector_add(std::span<const float> a,
                          std::span<const float> b,
                          std::span<float> result) {
  const std::size_t i = dc::global_id();
  if (i >= result.size()) {
    return;
  }
  result[i] = a[i] + b[i];
}

/// result = 2 x.
DC_KERNEL void vector_double(std::span<const float> x, std::span<float> result) {
  const std::size_t i = dc::global_id();
  if (i >= result.size()) {
    return;
  }
  result[i] = 2.0F * x[i];
}

/// Adds 1 to each value, modulo 2^32: about the least that a kernel can do.
DC_KERNEL void simple_kernel(std::span<std::int32_t> values) {
  const std::size_t i = dc::global_id();
  if (i >= values.size()) {
    return;
  }
  values[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(values[i]) + 1U);
}

/// y = a x + y. Source: Basic Linear Algebra Subprograms, level 1, SAXPY.
DC_KERNEL void saxpy(float a, std::span<const float> x, std::span<float> y) {
  const std::size_t i = dc::global_id();
  if (i >= y.size()) {
    return;
  }
  y[i] = a * x[i] + y[i];
}
