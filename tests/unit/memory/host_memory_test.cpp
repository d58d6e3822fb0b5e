// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/host_memory.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace dotcompute {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class HostMemoryTest : public testing::Test {
 protected:
  HostMemoryTest() { host_memory::trim(); }
  ~HostMemoryTest() override {
    host_memory::set_max_cached_bytes(host_memory::kDefaultMaxCachedBytes);
  }
};

// R6.2
TEST_F(HostMemoryTest, IsReusedFromOneOwnerToTheNext) {
  const void* address = nullptr;
  {
    auto first = HostBlock::take(5000);
    ASSERT_TRUE(first.ok());
    address = first->data();
  }

  const auto second = HostBlock::take(5000);

  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->data(), address);
}

// Half a page of 4 KiB would do for correctness; speed needs whole huge pages.
TEST_F(HostMemoryTest, StartsBlocksOfFourMebibytesOnAHugePage) {
  const auto block = HostBlock::take(5 * kMiB);

  ASSERT_TRUE(block.ok());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block->data()) % (2 * kMiB), 0U);
}

// R6.6
TEST_F(HostMemoryTest, HasBlocksAboveFourGibibytes) {
  constexpr std::size_t kBytes = (std::size_t{1} << 32U) + 4096;
  const auto block = HostBlock::take(kBytes);
  ASSERT_TRUE(block.ok());
  auto* const bytes = static_cast<unsigned char*>(block->data());

  bytes[0] = 1;
  bytes[kBytes - 4096] = 2;

  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(block->bytes(), kBytes);
}

TEST_F(HostMemoryTest, TrimKeepsNothingOnThisThread) {
  { const auto block = HostBlock::take(2 * kMiB); }
  EXPECT_GT(host_memory::stats().cached_bytes, 0U);

  host_memory::trim();

  EXPECT_EQ(host_memory::stats().cached_bytes, 0U);
}

TEST_F(HostMemoryTest, ObeysItsLimit) {
  host_memory::set_max_cached_bytes(kMiB);

  { const auto block = HostBlock::take(2 * kMiB); }

  EXPECT_EQ(host_memory::stats().cached_bytes, 0U);
}

TEST_F(HostMemoryTest, ABlockOfNothingTakesNothing) {
  const auto before = host_memory::stats();

  const auto block = HostBlock::take(0);

  ASSERT_TRUE(block.ok());
  EXPECT_EQ(block->data(), nullptr);
  EXPECT_EQ(host_memory::stats().live_blocks, before.live_blocks);
}

TEST_F(HostMemoryTest, ABlockTooLargeForAnyHostIsAnError) {
  const auto block = HostBlock::take(std::numeric_limits<std::size_t>::max());

  ASSERT_FALSE(block.ok());
  EXPECT_EQ(block.error().code, ErrorCode::host_memory);
}

TEST_F(HostMemoryTest, AMovedBlockIsGivenBackOnce) {
  const auto before = host_memory::stats();
  {
    auto first = HostBlock::take(100);
    ASSERT_TRUE(first.ok());
    HostBlock second(*std::move(first));
    HostBlock third;
    third = std::move(second);
    EXPECT_EQ(host_memory::stats().live_blocks, before.live_blocks + 1);
  }

  EXPECT_EQ(host_memory::stats().live_blocks, before.live_blocks);
}

}  // namespace
}  // namespace dotcompute
