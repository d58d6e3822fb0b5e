// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/random_kernel.hpp"

#include "dotcompute/backend/requests.hpp"

#include <cstdint>
#include <string>

namespace dotcompute::emit {

/// How the kernel of `seed` is drawn.
[[nodiscard]] inline RandomKernelOptions random_options(std::uint64_t seed) {
  return {.has_halves = seed % 3 == 0};
}

/// Where the body of the kernel drawn from `seed` computes other bits than the interpreter does:
/// "size 33: out3[17]: 0x1 and 0x2", or nothing.
[[nodiscard]] std::string random_difference(std::uint64_t seed, backend::HostFunction body);

}  // namespace dotcompute::emit
