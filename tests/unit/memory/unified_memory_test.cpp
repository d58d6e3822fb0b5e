// SPDX-License-Identifier: Apache-2.0
#include "memory/unified_memory.hpp"

#include "null/device.hpp"
#include "unit/memory/lazy_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr ByteRange kAll{0, 1024};

/// A device that works in the host's memory if that is handed to it, as some OpenCL devices do.
class WrappingDevice final : public backend::Device {
 public:
  explicit WrappingDevice(bool takes_it) : takes_it_(takes_it) {}

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    if (request.host == nullptr) {
      return own_.allocate(request);
    }
    if (!takes_it_) {
      return Error{ErrorCode::invalid_argument, "The memory is not laid out as needed."};
    }
    wrapped_ = request.host;
    return backend::Allocation{1'000'000, request.bytes};
  }
  void free(backend::Allocation allocation) noexcept override {
    if (allocation.handle == 1'000'000) {
      wrapped_ = nullptr;
    } else {
      own_.free(allocation);
    }
  }
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override {
    return own_.compile(source);
  }
  Result<backend::Completion> copy(const backend::CopyRequest& request) noexcept override {
    ++copies_;
    const bool is_wrapped =
        request.source.handle == 1'000'000 || request.target.handle == 1'000'000;
    return is_wrapped ? backend::Completion{} : own_.copy(request);
  }
  Result<backend::Completion> launch(const backend::LaunchRequest& request) noexcept override {
    return own_.launch(request);
  }
  Result<bool> wait(backend::Completion completion,
                    std::chrono::nanoseconds timeout) noexcept override {
    return own_.wait(completion, timeout);
  }

  [[nodiscard]] const std::byte* wrapped() const { return wrapped_; }
  [[nodiscard]] int copies() const { return copies_; }
  [[nodiscard]] std::size_t live_allocations() const { return own_.live_allocations(); }

 private:
  const bool takes_it_;
  backend::DeviceInfo info_{
      .id = "wrap:0", .max_allocation_bytes = 1U << 20U, .wraps_host_memory = true};
  null::Device own_{{.id = "wrap:0", .max_allocation_bytes = 1U << 20U}};
  std::byte* wrapped_ = nullptr;
  int copies_ = 0;
};

class UnifiedMemoryTest : public testing::Test {
 protected:
  void write_on_host(std::byte value) {
    auto use = memory_->use_on_host(kAll, Access::write);
    ASSERT_TRUE(use.ok());
    std::fill_n(use->data(), kAll.size(), value);
    use->used_until({}, true);
  }
  std::byte first_on_host() {
    const auto use = memory_->use_on_host(kAll, Access::read);
    EXPECT_TRUE(use.ok());
    return use.ok() ? *use->data() : std::byte{0};
  }
  /// A kernel that sets all bytes, queued.
  void queue_write(LazyDevice& device, BufferPool& pool, std::byte value) {
    auto use = memory_->use_on(pool, kAll, Access::write);
    ASSERT_TRUE(use.ok());
    const auto memory = use->allocation();
    const auto done = device.queue(memory.handle, use->after(), [&device, memory, value] {
      device.set_bytes(memory, std::vector<std::byte>(memory.bytes, value));
    });
    use->used_until(done, true);
  }

  UnifiedOwner owner_;
  LazyDevice device_{"lazy:0", 1'000'000};
  LazyDevice other_{"lazy:1", 2'000'000};
  BufferPool pool_{device_, 1U << 20U};
  BufferPool other_pool_{other_, 1U << 20U};
  UnifiedMemory::Reference memory_ = *UnifiedMemory::make(owner_, kAll.size());
};

// R6.1
TEST_F(UnifiedMemoryTest, LeavesAllAsItWasIfTheLaunchFailed) {
  write_on_host(std::byte{5});
  {
    const auto use = memory_->use_on(pool_, kAll, Access::write);
    ASSERT_TRUE(use.ok());
  }

  EXPECT_EQ(first_on_host(), std::byte{5});
  EXPECT_EQ(memory_->traffic(), BufferTraffic{});
}

// R6.1 R9.7
TEST_F(UnifiedMemoryTest, KeepsTheCopiesElsewhereIfTheKernelFailedInTheMiddle) {
  write_on_host(std::byte{5});
  {
    auto use = memory_->use_on(pool_, kAll, Access::read_write);
    ASSERT_TRUE(use.ok());
    use->failed_after({});
  }

  const auto places = memory_->where(kAll);

  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->at(0).valid_bytes, kAll.size());
  EXPECT_EQ(places->at(1).state, CopyState::invalid);
  EXPECT_EQ(first_on_host(), std::byte{5});
}

// R6.1
TEST_F(UnifiedMemoryTest, TheHostDoesNotOverwriteWhatACopyHasStillToRead) {
  write_on_host(std::byte{5});
  { const auto use = memory_->use_on(pool_, kAll, Access::read); }  // queues the copy
  const auto before = memory_->use_on(pool_, kAll, Access::read)->allocation();

  write_on_host(std::byte{6});

  EXPECT_EQ(device_.bytes_of(before)[0], std::byte{5});
}

// R6.1
TEST_F(UnifiedMemoryTest, WorkOnOneDeviceWaitsThereAndNotOnTheHost) {
  queue_write(device_, pool_, std::byte{1});
  const auto waits = device_.waits();

  for (int count = 0; count < 5; ++count) {
    queue_write(device_, pool_, std::byte{2});
  }

  EXPECT_EQ(device_.waits(), waits);
  EXPECT_EQ(first_on_host(), std::byte{2});
}

// R6.1
TEST_F(UnifiedMemoryTest, GoesFromDeviceToDeviceThroughTheHost) {
  queue_write(device_, pool_, std::byte{7});

  const auto use = memory_->use_on(other_pool_, kAll, Access::read);

  ASSERT_TRUE(use.ok());
  EXPECT_EQ(memory_->traffic(), (BufferTraffic{kAll.size(), kAll.size()}));
  EXPECT_EQ(owner_.bytes_to_devices.load(), kAll.size());
  EXPECT_EQ(owner_.bytes_from_devices.load(), kAll.size());
}

// R6.1
TEST_F(UnifiedMemoryTest, TakesAnotherDevicesCopyIfOneIsLost) {
  queue_write(device_, pool_, std::byte{7});
  { const auto use = memory_->use_on(other_pool_, kAll, Access::read); }
  {
    // Both devices have the bytes, the host has not.
    auto use = memory_->use_on_host(kAll, Access::read_write);
    ASSERT_TRUE(use.ok());
    use->failed_after({});
  }
  device_.fail(null::Operation::copy, ErrorCode::device_unavailable, 0, /*times=*/100);

  EXPECT_EQ(first_on_host(), std::byte{7});
}

// R6.1
TEST_F(UnifiedMemoryTest, ReportsThatADeviceIsLostEveryTime) {
  queue_write(device_, pool_, std::byte{7});
  device_.fail(null::Operation::wait, ErrorCode::device_unavailable, 0, /*times=*/100);

  for (int count = 0; count < 3; ++count) {
    const auto use = memory_->use_on_host(kAll, Access::read);
    ASSERT_FALSE(use.ok());
    EXPECT_EQ(use.error().code, ErrorCode::device_unavailable);
  }
  write_on_host(std::byte{9});
  EXPECT_EQ(first_on_host(), std::byte{9});
}

// R6.1
TEST_F(UnifiedMemoryTest, ForgetsWorkThatIsDoneHoweverMuchThereIs) {
  write_on_host(std::byte{5});
  for (int count = 0; count < 10'000; ++count) {
    auto use = memory_->use_on(pool_, kAll, Access::read);
    ASSERT_TRUE(use.ok());
    const auto done = device_.queue(use->allocation().handle, use->after(), [] {});
    use->used_until(done, false);
    ASSERT_TRUE(device_.wait(done, std::chrono::nanoseconds::max()).ok());
  }

  // The sweeps look at a piece of work twice at most.
  EXPECT_LE(device_.looks(), 20'000U);
}

// R6.5
TEST_F(UnifiedMemoryTest, ADeviceThatTakesTheHostsMemoryWorksInItAndMovesNothing) {
  WrappingDevice wrapping(/*takes_it=*/true);
  BufferPool pool(wrapping, 0);
  write_on_host(std::byte{5});
  {
    auto use = memory_->use_on(pool, kAll, Access::read_write);
    ASSERT_TRUE(use.ok());
    use->used_until({}, true);
  }

  {
    const auto use = memory_->use_on_host(kAll, Access::read);

    ASSERT_TRUE(use.ok());
    EXPECT_EQ(use->data(), wrapping.wrapped());
  }
  EXPECT_EQ(wrapping.copies(), 2);  // in and out, which a driver needs to be told
  EXPECT_EQ(memory_->traffic(), BufferTraffic{});
  memory_.reset();
  EXPECT_EQ(wrapping.wrapped(), nullptr);
}

// R6.5
TEST_F(UnifiedMemoryTest, ADeviceThatRefusesTheHostsMemoryGetsItsOwn) {
  WrappingDevice wrapping(/*takes_it=*/false);
  {
    BufferPool pool(wrapping, 0);
    write_on_host(std::byte{5});

    EXPECT_TRUE(memory_->use_on(pool, kAll, Access::read).ok());
    EXPECT_EQ(memory_->traffic().bytes_to_devices, kAll.size());
    memory_.reset();
  }
  EXPECT_EQ(wrapping.live_allocations(), 0U);
}

// R6.5
TEST_F(UnifiedMemoryTest, ADeviceInPlaceAndTheHostWorkOnTheSameBytes) {
  null::Device in_place({.id = "null:0", .max_allocation_bytes = 1U << 20U, .host_memory = true});
  write_on_host(std::byte{5});

  const auto on_device = memory_->use_on_host(kAll, Access::read, &in_place);
  const auto on_host = memory_->use_on_host(kAll, Access::read);

  ASSERT_TRUE(on_device.ok());
  ASSERT_TRUE(on_host.ok());
  EXPECT_EQ(on_device->data(), on_host->data());
}

// R6.1
TEST_F(UnifiedMemoryTest, ManyThreadsReadAndWriteTheirOwnParts) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kPart = kAll.size() / kThreads;
  {
    std::array<std::jthread, kThreads> threads;
    for (std::size_t number = 0; number < kThreads; ++number) {
      threads[number] = std::jthread([this, number] {
        const ByteRange own{number * kPart, (number + 1) * kPart};
        for (std::size_t count = 0; count < 100; ++count) {
          auto write = memory_->use_on_host(own, Access::write);
          ASSERT_TRUE(write.ok());
          std::fill_n(write->data(), kPart, static_cast<std::byte>(number + count));
          write->used_until({}, true);
          ASSERT_TRUE(memory_->use_on(pool_, own, Access::read).ok());
          const auto read = memory_->use_on_host(own, Access::read);
          ASSERT_TRUE(read.ok());
          ASSERT_EQ(read->data()[kPart - 1], static_cast<std::byte>(number + count));
        }
      });
    }
  }
  EXPECT_EQ(memory_->traffic(), (BufferTraffic{100 * kAll.size(), 0}));
}

}  // namespace
}  // namespace dotcompute::core
