// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/buffer_pool.hpp"

#include "null/device.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

namespace dotcompute {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

std::optional<ErrorCode> failure_of(const Result<PooledBuffer>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error().code);
}

class BufferPoolTest : public testing::Test {
 protected:
  null::Device device_{{.id = "null:0", .max_allocation_bytes = kMiB}};
  BufferPool pool_{device_, /*max_cached_bytes=*/kMiB};
};

// R6.2
TEST_F(BufferPoolTest, HandsReturnedMemoryToTheNextTaker) {
  { const auto first = pool_.take(1100); }

  const auto second = pool_.take(1280);  // the same size class: 1025 to 1280 bytes

  ASSERT_TRUE(second.ok());
  EXPECT_EQ(pool_.stats().hits, 1U);
  EXPECT_EQ(device_.live_allocations(), 1U);
}

// R6.2
TEST_F(BufferPoolTest, RoundsUpByAQuarterAtMost) {
  const auto buffer = pool_.take(1025);

  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer->allocation().bytes, 1280U);
}

TEST_F(BufferPoolTest, RoundsUpToNoMoreThanTheDeviceTakes) {
  null::Device odd{{.id = "null:1", .max_allocation_bytes = 1100}};
  BufferPool pool{odd, kMiB};

  const auto buffer = pool.take(1050);

  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer->allocation().bytes, 1100U);
}

// R6.2
TEST_F(BufferPoolTest, EmptiesItsCacheAndAsksAgainWhenTheDeviceIsFull) {
  { const auto small = pool_.take(256); }  // now cached
  device_.fail(null::Operation::allocate, ErrorCode::out_of_memory);

  const auto large = pool_.take(4096);

  ASSERT_TRUE(large.ok());
  EXPECT_EQ(pool_.stats().cached_bytes, 0U);
}

TEST_F(BufferPoolTest, ReportsOutOfMemoryAfterOneRetry) {
  device_.fail(null::Operation::allocate, ErrorCode::out_of_memory, /*skip=*/0, /*times=*/2);

  EXPECT_EQ(failure_of(pool_.take(256)), ErrorCode::out_of_memory);
  EXPECT_TRUE(pool_.take(256).ok());
}

TEST_F(BufferPoolTest, KeepsItsCacheWhenTheDeviceFailsOtherwise) {
  { const auto small = pool_.take(256); }
  device_.fail(null::Operation::allocate, ErrorCode::device_unavailable);

  EXPECT_EQ(failure_of(pool_.take(4096)), ErrorCode::device_unavailable);
  EXPECT_EQ(pool_.stats().cached_bytes, 256U);
}

// R5.2
TEST_F(BufferPoolTest, RefusesSizesTheDeviceDoesNotTakeAndSaysWhichItDoes) {
  EXPECT_EQ(failure_of(pool_.take(0)), ErrorCode::invalid_argument);
  const auto too_large = pool_.take(kMiB + 1);

  ASSERT_FALSE(too_large.ok());
  EXPECT_EQ(too_large.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(too_large.error().context.device.view(), "null:0");
  EXPECT_EQ(too_large.error().context.expected.view(), "1 to 1048576 bytes");
  EXPECT_EQ(too_large.error().context.got.view(), "1048577 bytes");
}

// R6.2
TEST_F(BufferPoolTest, SendsMemoryBeyondItsCacheLimitBackToTheDevice) {
  BufferPool small_pool{device_, /*max_cached_bytes=*/256};

  { const auto buffer = small_pool.take(512); }

  EXPECT_EQ(device_.live_allocations(), 0U);
}

// R6.2
TEST_F(BufferPoolTest, GivesUpOtherSizesForTheOneInUse) {
  BufferPool small_pool{device_, /*max_cached_bytes=*/1024};
  {
    const auto first = small_pool.take(512);
    const auto second = small_pool.take(512);
  }

  { const auto other = small_pool.take(768); }

  EXPECT_EQ(small_pool.stats().cached_bytes, 768U);
  EXPECT_EQ(device_.live_allocations(), 1U);
}

// R6.2
TEST_F(BufferPoolTest, CountsWhatIsLiveWhatIsKeptAndThePeak) {
  {
    const auto first = pool_.take(1000);
    const auto second = pool_.take(2000);
    EXPECT_EQ(pool_.stats().live_buffers, 2U);
    EXPECT_EQ(pool_.stats().live_bytes, 1024U + 2048U);
  }

  const BufferPoolStats stats = pool_.stats();

  EXPECT_EQ(stats.misses, 2U);
  EXPECT_EQ(stats.live_buffers, 0U);
  EXPECT_EQ(stats.live_bytes, 0U);
  EXPECT_EQ(stats.peak_live_bytes, 1024U + 2048U);
  EXPECT_EQ(stats.cached_bytes, 1024U + 2048U);
}

// R6.2
TEST_F(BufferPoolTest, TrimGivesCachedMemoryBackToTheDevice) {
  { const auto buffer = pool_.take(1000); }

  pool_.trim();

  EXPECT_EQ(device_.live_allocations(), 0U);
}

TEST_F(BufferPoolTest, AMovedBufferGoesBackOnce) {
  {
    auto first = pool_.take(1000);
    ASSERT_TRUE(first.ok());
    PooledBuffer second(*std::move(first));
    PooledBuffer third;
    third = std::move(second);
    EXPECT_EQ(pool_.stats().live_buffers, 1U);
  }

  EXPECT_EQ(pool_.stats().live_buffers, 0U);
}

// R12.3
TEST_F(BufferPoolTest, LosesNoMemoryWhenManyThreadsTakeAndReturn) {
  {
    std::array<std::jthread, 4> threads;
    for (auto& thread : threads) {
      thread = std::jthread([this] {
        for (std::size_t bytes = 1; bytes <= 1000; ++bytes) {
          ASSERT_TRUE(pool_.take(bytes).ok());
        }
      });
    }
  }
  pool_.trim();
  EXPECT_EQ(device_.live_allocations(), 0U);
}

}  // namespace
}  // namespace dotcompute
