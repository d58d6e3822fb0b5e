// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

namespace outside {

DC_KERNEL void squares(std::span<const float> x, std::span<float> result) {
  const std::size_t i = dc::global_id();
  if (i >= result.size()) {
    return;
  }
  result[i] = x[i] * x[i];
}

}  // namespace outside
