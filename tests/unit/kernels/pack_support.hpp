// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/dotcompute.hpp"
#include "dotcompute/kernels.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace dotcompute {

/// The kernel pack behind an orchestrator. One runtime serves all tests of the program: the pack
/// keeps no state.
class PackTest : public testing::Test {
 protected:
  static Orchestrator& orchestrator() {
    static Runtime runtime = Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack));
    return runtime.orchestrator();
  }

  /// `count` values from `low` to `high`, the same in every run.
  static std::vector<float> values(std::size_t count, float low = -100, float high = 100) {
    std::mt19937 random(static_cast<std::uint32_t>(count) + 1);
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> values(count);
    for (float& value : values) {
      value = distribution(random);
    }
    return values;
  }
};

/// Sizes around vectors, blocks of 4096 and the grain of a thread.
inline constexpr std::size_t kSizes[] = {1, 7, 33, 1000, 4096, 4097, 1'000'001};

/// Rows and columns, with every tail of tiles of 4 by 64 and of strips.
struct Size2 {
  std::size_t rows;
  std::size_t cols;
};
inline constexpr Size2 kSizes2[] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 5}, {33, 65}, {130, 257}};

}  // namespace dotcompute
