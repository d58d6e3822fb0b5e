// SPDX-License-Identifier: Apache-2.0
#include "memory/buffer_set.hpp"

#include "null/device.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace dotcompute::core {
namespace {

/// A null device that notes when it is waited for and when memory goes back to it.
class NotingDevice final : public backend::Device {
 public:
  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return device_.info(); }
  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    return device_.allocate(request);
  }
  void free(backend::Allocation allocation) noexcept override {
    notes_ += "free ";
    device_.free(allocation);
  }
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override {
    return device_.compile(source);
  }
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override {
    return device_.copy(request);
  }
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override {
    return device_.launch(request);
  }
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override {
    notes_ += "wait for " + std::to_string(completion.serial) + ' ';
    return device_.wait(completion, timeout);
  }

  [[nodiscard]] null::Device& device() noexcept { return device_; }
  [[nodiscard]] const std::string& notes() const noexcept { return notes_; }

 private:
  null::Device device_{{.id = "null:0", .max_allocation_bytes = 1U << 20U}};
  std::string notes_;
};

class BufferSetTest : public testing::Test {
 protected:
  NotingDevice device_;
  BufferPool pool_{device_, /*max_cached_bytes=*/0};  // what goes back goes to the device at once
};

// R6.2
TEST_F(BufferSetTest, WaitsForTheLastWorkBeforeItGivesItsBuffersBack) {
  {
    auto set = BufferSet::take(pool_, std::array<std::size_t, 2>{100, 200});
    ASSERT_TRUE(set.ok());
    set->keep_until({7});
    set->keep_until({8});
  }

  EXPECT_EQ(device_.notes(), "wait for 8 free free ");
}

TEST_F(BufferSetTest, WaitsForNothingIfNothingWasQueued) {
  { auto set = BufferSet::take(pool_, std::array<std::size_t, 1>{100}); }

  EXPECT_EQ(device_.notes(), "free ");
}

TEST_F(BufferSetTest, GivesItsBuffersBackWhenTheWaitFails) {
  {
    auto set = BufferSet::take(pool_, std::array<std::size_t, 1>{100});
    ASSERT_TRUE(set.ok());
    device_.device().fail(null::Operation::wait, ErrorCode::device_unavailable);
    set->keep_until({1});
  }

  EXPECT_EQ(device_.device().live_allocations(), 0U);
}

TEST_F(BufferSetTest, KeepsTheOrderAndTakesNothingForNothing) {
  const auto set = BufferSet::take(pool_, std::array<std::size_t, 3>{300, 0, 600});

  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set->handles().size(), 3U);
  EXPECT_GE(set->handles()[0].bytes, 300U);
  EXPECT_EQ(set->handles()[1].handle, 0U);
  EXPECT_GE(set->handles()[2].bytes, 600U);
}

// R6.2
TEST_F(BufferSetTest, KeepsNoBufferWhicheverAllocationFails) {
  const std::array<std::size_t, 3> sizes{300, 600, 900};
  for (std::uint64_t skip = 0; skip < sizes.size(); ++skip) {
    device_.device().fail(null::Operation::allocate, ErrorCode::out_of_memory, skip, /*times=*/2);

    const auto set = BufferSet::take(pool_, sizes);

    ASSERT_FALSE(set.ok()) << skip;
    EXPECT_EQ(set.error().code, ErrorCode::out_of_memory);
    EXPECT_EQ(device_.device().live_allocations(), 0U) << skip;
  }
}

TEST_F(BufferSetTest, AMovedSetWaitsAndGivesBackOnce) {
  {
    auto first = BufferSet::take(pool_, std::array<std::size_t, 1>{100});
    ASSERT_TRUE(first.ok());
    first->keep_until({5});
    const BufferSet second(*std::move(first));
    EXPECT_EQ(second.handles().size(), 1U);
  }

  EXPECT_EQ(device_.notes(), "wait for 5 free ");
}

}  // namespace
}  // namespace dotcompute::core
