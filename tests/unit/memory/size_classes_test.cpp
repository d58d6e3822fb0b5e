// SPDX-License-Identifier: Apache-2.0
#include "memory/size_classes.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace dotcompute::core {
namespace {

// Every size up to 64 KiB, and those around each power of two and each quarter between beyond it.
std::vector<std::size_t> sizes_to_try() {
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = 0; bytes <= std::size_t{64} << 10U; ++bytes) {
    sizes.push_back(bytes);
  }
  for (std::size_t power = std::size_t{64} << 10U; power < kMaxBlockBytes; power *= 2) {
    for (std::size_t quarter = 4; quarter < 8; ++quarter) {
      for (const std::size_t bytes : {power / 4 * quarter, power / 4 * quarter + 1}) {
        sizes.push_back(bytes);
      }
    }
  }
  sizes.push_back(kMaxBlockBytes);
  return sizes;
}

// R6.2
TEST(SizeClassesTest, ABlockHoldsWhatWasAskedFor) {
  for (const std::size_t bytes : sizes_to_try()) {
    ASSERT_GE(classify(bytes).bytes, bytes);
  }
}

// R6.2
TEST(SizeClassesTest, ABlockIsLessThanACacheLineOrAQuarterTooLarge) {
  for (const std::size_t bytes : sizes_to_try()) {
    const std::size_t unused = classify(bytes).bytes - bytes;

    ASSERT_TRUE(unused <= 64 || unused * 4 <= bytes) << bytes;
  }
}

// R6.2
TEST(SizeClassesTest, LargerRequestsNeverGetSmallerClasses) {
  std::size_t last = 0;
  for (const std::size_t bytes : sizes_to_try()) {
    const std::size_t index = classify(bytes).index;

    ASSERT_TRUE(index == last || index == last + 1) << bytes;
    last = index;
  }
  EXPECT_EQ(last, kSizeClassCount - 1);
}

// R6.2
TEST(SizeClassesTest, TheSizeOfAClassBelongsToThatClass) {
  for (std::size_t index = 0; index < kSizeClassCount; ++index) {
    const SizeClass found = classify(block_bytes(index));

    EXPECT_EQ(found.index, index);
    EXPECT_EQ(found.bytes, block_bytes(index));
    EXPECT_EQ(found.bytes % kMinBlockBytes, 0U);
  }
}

}  // namespace
}  // namespace dotcompute::core
