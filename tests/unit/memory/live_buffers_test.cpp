// SPDX-License-Identifier: Apache-2.0
// What a device's pool counts and keeps apart when very many of its buffers live, or come back on
// other threads.
#include "null/device.hpp"

#include "dotcompute/buffer_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <random>
#include <thread>
#include <vector>

namespace dotcompute {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

/// A device whose memory is numbers, so that a million buffers cost nothing.
class NumberDevice : public backend::Device {
 public:
  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    return backend::Allocation{++allocated_, request.bytes};
  }
  void free(backend::Allocation /*allocation*/) noexcept override { ++freed_; }
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& /*source*/) noexcept override {
    return Error{};
  }
  Result<backend::Completion> copy(const backend::CopyRequest& /*request*/) noexcept override {
    return Error{};
  }
  Result<backend::Completion> launch(const backend::LaunchRequest& /*request*/) noexcept override {
    return Error{};
  }
  Result<bool> wait(backend::Completion /*completion*/,
                    std::chrono::nanoseconds /*timeout*/) noexcept override {
    return true;
  }

  [[nodiscard]] std::uint64_t allocated() const noexcept { return allocated_; }
  [[nodiscard]] std::uint64_t freed() const noexcept { return freed_; }

 private:
  backend::DeviceInfo info_{.id = "number:0", .max_allocation_bytes = std::size_t{1} << 50U};
  std::atomic<std::uint64_t> allocated_{0};
  std::atomic<std::uint64_t> freed_{0};
};

/// Has room for one buffer, and takes one back only when another was refused twice.
class SlowToFree final : public NumberDevice {
 public:
  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    if (is_taken_.exchange(true)) {
      ++refused_;
      refused_.notify_all();
      return Error{ErrorCode::out_of_memory, "It is full."};
    }
    return NumberDevice::allocate(request);
  }
  void free(backend::Allocation allocation) noexcept override {
    frees_ = true;
    frees_.notify_all();
    for (int refused = refused_; refused < 2; refused = refused_) {
      refused_.wait(refused);
    }
    NumberDevice::free(allocation);
    is_taken_ = false;
  }
  void wait_for_free() const { frees_.wait(false); }

 private:
  std::atomic<bool> is_taken_{false};
  std::atomic<bool> frees_{false};
  std::atomic<int> refused_{0};
};

// R6.2
TEST(FullDevice, IsNotFullWhileAnotherThreadIsGivingBack) {
  SlowToFree device;
  BufferPool pool(device, 64 * kMiB);
  ASSERT_TRUE(pool.take(kMiB).ok());
  std::thread trimming([&pool] { pool.trim(); });
  device.wait_for_free();

  const auto taken = pool.take(2 * kMiB);

  trimming.join();
  EXPECT_TRUE(taken.ok());
}

class LiveBuffersTest : public testing::Test {
 protected:
  LiveBuffersTest() { pool_.set_decay({.period = std::chrono::nanoseconds(0)}); }

  std::vector<PooledBuffer> take_many(std::size_t count, std::size_t bytes) {
    std::vector<PooledBuffer> buffers(count);
    for (PooledBuffer& buffer : buffers) {
      auto taken = pool_.take(bytes);
      EXPECT_TRUE(taken.ok());
      buffer = *std::move(taken);
    }
    return buffers;
  }

  NumberDevice device_;
  BufferPool pool_{device_, /*max_cached_bytes=*/std::size_t{1} << 40U};
};

// R6.2
TEST_F(LiveBuffersTest, AMillionAreKeptApartInWhateverOrderTheyGoBack) {
  constexpr std::size_t kCount = 1'000'000;
  auto buffers = take_many(kCount, 256);
  EXPECT_EQ(pool_.stats().live_buffers, kCount);
  EXPECT_EQ(pool_.stats().live_bytes, kCount * 256);
  std::shuffle(buffers.begin(), buffers.end(), std::mt19937(1));
  buffers.resize(kCount / 2);
  EXPECT_EQ(pool_.stats().live_buffers, kCount / 2);

  const auto others = take_many(kCount / 2, 200);

  EXPECT_EQ(device_.allocated(), kCount) << "those that went back served";
  EXPECT_EQ(pool_.stats().live_buffers, kCount);
  EXPECT_EQ(pool_.stats().live_bytes, kCount * 256);
  std::vector<bool> is_seen(kCount + 1);
  for (const auto* group : {&std::as_const(buffers), &others}) {
    for (const PooledBuffer& buffer : *group) {
      const std::uint64_t handle = buffer.allocation().handle;
      ASSERT_FALSE(is_seen[handle]);
      is_seen[handle] = true;
    }
  }
}

// R6.2
TEST_F(LiveBuffersTest, ABufferCostsItsHolderTwoWords) {
  EXPECT_EQ(sizeof(PooledBuffer), 16U);
}

// R6.2
TEST_F(LiveBuffersTest, CountsAreExactWhenOneThreadTakesAndAnotherGivesBack) {
  constexpr std::size_t kCount = 1000;
  constexpr int kRounds = 400;  // more than 64 MiB pass
  std::vector<PooledBuffer> buffers;
  std::atomic<int> turn{0};
  std::jthread giver([&] {
    for (int round = 0; round < kRounds; ++round) {
      turn.wait(0);
      buffers.clear();
      turn = 0;
      turn.notify_one();
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    buffers = take_many(kCount, 250);
    turn = 1;
    turn.notify_one();
    turn.wait(1);
  }
  giver.join();

  const BufferPoolStats stats = pool_.stats();

  EXPECT_EQ(stats.hits + stats.misses, kCount * kRounds);
  EXPECT_EQ(stats.live_buffers, 0U);
  EXPECT_EQ(stats.live_bytes, 0U);
  EXPECT_EQ(stats.requested_bytes, 0U);
  EXPECT_GE(stats.peak_live_bytes, kCount * 256);
  EXPECT_LE(stats.peak_live_bytes, kCount * 256 + 2 * 64 * kMiB);
  EXPECT_EQ(stats.cached_bytes, stats.misses * 256);
  pool_.trim();
  EXPECT_EQ(device_.freed(), device_.allocated());
}

// R6.2
TEST_F(LiveBuffersTest, ThePeakIsExactWhereAThreadTakesMoreThanItKeepsToItself) {
  constexpr std::size_t kCount = 300'000;  // above 64 MiB
  take_many(kCount, 256).clear();
  take_many(kCount / 2, 256).clear();

  EXPECT_EQ(pool_.stats().peak_live_bytes, kCount * 256);
  EXPECT_EQ(pool_.stats().live_bytes, 0U);
}

// R6.2
TEST_F(LiveBuffersTest, BuffersLargerThanAThreadKeepsToItselfAreHitsToo) {
  constexpr std::size_t kLarge = 200 * kMiB;
  take_many(3, kLarge).clear();

  const auto again = take_many(3, kLarge);

  EXPECT_EQ(pool_.stats().misses, 3U);
  EXPECT_EQ(pool_.stats().hits, 3U);
  EXPECT_EQ(again.front().allocation().bytes, 224 * kMiB);
}

// R5.2
TEST_F(LiveBuffersTest, RefusesWhatABufferCouldNotRemember) {
  EXPECT_TRUE(pool_.take(std::size_t{1} << 43U).ok());

  const auto larger = pool_.take((std::size_t{1} << 43U) + 1);

  ASSERT_FALSE(larger.ok());
  EXPECT_EQ(larger.error().code, ErrorCode::invalid_argument);
}

TEST_F(LiveBuffersTest, ThereMayBeThousandsOfPoolsAndOneTooManyIsRefused) {
  std::vector<std::unique_ptr<BufferPool>> pools;
  while (pools.size() < 4094) {  // beside pool_
    pools.push_back(std::make_unique<BufferPool>(device_, kMiB));
  }
  EXPECT_THROW(BufferPool(device_, kMiB), std::bad_alloc);
  pools.pop_back();

  BufferPool last(device_, kMiB);

  EXPECT_TRUE(last.take(1000).ok());
  EXPECT_EQ(last.stats().cached_bytes, 1024U);
}

}  // namespace
}  // namespace dotcompute
