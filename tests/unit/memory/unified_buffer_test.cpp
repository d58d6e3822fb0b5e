// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/unified_buffer.hpp"

#include "memory/unified_memory.hpp"
#include "null/device.hpp"
#include "unit/memory/lazy_device.hpp"

#include "dotcompute/memory_manager.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

class UnifiedBufferTest : public testing::Test {
 protected:
  /// What a kernel on the device does: hands its bytes to `function`.
  template <class T, class Function>
  void run_on(LazyDevice& device,
              const UnifiedBuffer<T>& buffer,
              Access access,
              const Function& function) {
    const auto& part = buffer.part();
    auto use = part.memory()->use_on(*manager_.pool_of(device),
                                     {part.first(), part.first() + part.bytes()}, access);
    ASSERT_TRUE(use.ok()) << use.error().message();
    const auto memory = use->allocation();
    const auto done = device.queue(memory.handle, use->after(), [&device, memory, function] {
      auto bytes = device.bytes_of(memory);
      function(std::span(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)));
      device.set_bytes(memory, bytes);
    });
    use->used_until(done, access != Access::read);
  }

  static void add_one(std::span<float> values) {
    for (float& value : values) {
      value += 1;
    }
  }

  std::vector<float> counted(std::size_t size) {
    std::vector<float> values(size);
    std::iota(values.begin(), values.end(), 0.0F);
    return values;
  }

  LazyDevice first_{"lazy:0", 1'000'000};
  LazyDevice second_{"lazy:1", 2'000'000};
  null::Device in_place_{{.id = "null:0", .max_allocation_bytes = 1U << 20U, .host_memory = true}};
  std::array<backend::Device*, 3> devices_{&first_, &second_, &in_place_};
  MemoryManager manager_{devices_, /*max_cached_bytes=*/1U << 20U};
};

template <class Function>
std::optional<ErrorCode> thrown_by(const Function& function) {
  try {
    function();
    return std::nullopt;
  } catch (const ComputeException& exception) {
    return exception.code();
  }
}

// R6.1
TEST_F(UnifiedBufferTest, GivesBackWhatItWasFilledWith) {
  const auto values = counted(100);
  const auto buffer = manager_.unified_from(values);

  EXPECT_EQ(buffer.to_vector(), values);
  EXPECT_EQ(buffer.traffic(), BufferTraffic{});
}

// R6.1
TEST_F(UnifiedBufferTest, HasUpToThreeAxesSlowestFirst) {
  auto buffer = manager_.allocate_unified<std::int32_t>(2, 3, 4);
  {
    const auto all = buffer.write();
    std::iota(all.begin(), all.end(), 0);
  }

  EXPECT_EQ(buffer.rank(), 3);
  EXPECT_EQ(buffer.read()(1, 2, 3), 23);
}

// R6.1
TEST_F(UnifiedBufferTest, ReadsOnTheHostWhatADeviceWrote) {
  auto buffer = manager_.unified_from(counted(16));

  run_on(first_, buffer, Access::read_write, add_one);
  run_on(second_, buffer, Access::read_write, add_one);

  EXPECT_EQ(buffer.read()[5], 7.0F);
}

// R6.1
TEST_F(UnifiedBufferTest, MovesNoByteForAChainOfKernelsOnOneDevice) {
  auto buffer = manager_.unified_from(counted(16));
  run_on(first_, buffer, Access::read_write, add_one);
  const auto before = buffer.traffic();

  for (int count = 0; count < 10; ++count) {
    run_on(first_, buffer, Access::read_write, add_one);
  }

  EXPECT_EQ(buffer.traffic(), before);
  EXPECT_EQ(buffer.read()[5], 16.0F);
}

// R6.1
TEST_F(UnifiedBufferTest, MovesOnlyTheSliceThatIsStale) {
  auto buffer = manager_.unified_from(counted(64));
  buffer.prefetch("lazy:0");
  {
    auto slice = buffer.slice(8, 4);
    std::ranges::fill(slice.write(), 1.0F);
  }

  buffer.prefetch("lazy:0");

  EXPECT_EQ(buffer.traffic().bytes_to_devices, (64U + 4U) * sizeof(float));
}

// R6.1
TEST_F(UnifiedBufferTest, MovesNothingForWhatIsOnlyWritten) {
  auto buffer = manager_.unified_from(counted(16));

  run_on(first_, buffer, Access::write,
         [](std::span<float> values) { std::ranges::fill(values, 3.0F); });

  EXPECT_EQ(buffer.traffic().bytes_to_devices, 0U);
  EXPECT_EQ(buffer.read()[15], 3.0F);
}

// R6.1
TEST_F(UnifiedBufferTest, ASliceIsRowsOfTheSameStorageAndKeepsItAlive) {
  UnifiedBuffer<float> rows;
  {
    auto buffer = manager_.allocate_unified<float>(4, 3);
    buffer.copy_from(counted(12));
    rows = buffer.slice(2, 2);
  }

  EXPECT_EQ(rows.extents(), (Extents{2, 3, 1}));
  EXPECT_EQ(rows.to_vector(), (std::vector<float>{6, 7, 8, 9, 10, 11}));
}

// R5.2
TEST_F(UnifiedBufferTest, RefusesASliceBeyondItsEnd) {
  const auto buffer = manager_.allocate_unified<float>(4, 3);

  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.slice(3, 2); }), ErrorCode::invalid_argument);
  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.slice(5, 0); }), ErrorCode::invalid_argument);
}

// R5.2
TEST_F(UnifiedBufferTest, RefusesACopyOfAnotherSize) {
  auto buffer = manager_.allocate_unified<float>(4);
  std::vector<float> values(5);

  EXPECT_EQ(thrown_by([&] { buffer.copy_from(values); }), ErrorCode::invalid_argument);
  EXPECT_EQ(thrown_by([&] { buffer.copy_to(values); }), ErrorCode::invalid_argument);
}

// R6.1
TEST_F(UnifiedBufferTest, AnAccessThatWritesKeepsAllOthersOut) {
  auto buffer = manager_.unified_from(counted(16));
  auto access = buffer.map();

  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.read(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(thrown_by([&] { buffer.prefetch("lazy:0"); }), ErrorCode::invalid_argument);
  access = {};
  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.read(); }), std::nullopt);
}

// R6.1
TEST_F(UnifiedBufferTest, AnAccessThatReadsKeepsOutWhoWritesTheSameElements) {
  auto buffer = manager_.unified_from(counted(16));
  auto front = buffer.slice(0, 8);
  auto back = buffer.slice(8, 8);
  const auto access = front.read();

  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.write(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(thrown_by([&] { std::ignore = back.write(); }), std::nullopt);
  EXPECT_EQ(thrown_by([&] { std::ignore = buffer.read(); }), std::nullopt);
}

// R6.1
TEST_F(UnifiedBufferTest, CopiesAndReadsWithoutWaitingToo) {
  auto buffer = manager_.allocate_unified<float>(1000);
  const auto values = counted(1000);
  std::vector<float> received(1000);

  buffer.copy_from_async(values).get();
  run_on(first_, buffer, Access::read_write, add_one);
  buffer.copy_to_async(received).get();

  EXPECT_EQ(received[999], 1000.0F);
  EXPECT_EQ(buffer.read_async().get()[998], 999.0F);
  buffer.map_async().get()[0] = 5.0F;
  EXPECT_EQ(buffer.read()[0], 5.0F);
}

// R6.1
TEST_F(UnifiedBufferTest, TheManagerWaitsForOperationsNobodyWaitedFor) {
  std::vector<float> received(1000);
  {
    MemoryManager manager(devices_, 0);
    const auto buffer = manager.unified_from(counted(1000));
    std::ignore = buffer.copy_to_async(received);
  }

  EXPECT_EQ(received[999], 999.0F);
}

// R6.1
TEST_F(UnifiedBufferTest, TellsWhereItsElementsAre) {
  auto buffer = manager_.unified_from(counted(16));
  buffer.prefetch("lazy:0");
  buffer.prefetch("lazy:1");
  run_on(second_, buffer.slice(0, 4), Access::write, add_one);

  const auto places = buffer.where();

  ASSERT_EQ(places.size(), 3U);
  EXPECT_EQ(places[0].device, "host");
  EXPECT_EQ(places[0].state, CopyState::shared);
  EXPECT_EQ(places[0].valid_bytes, 12 * sizeof(float));
  EXPECT_EQ(places[2].device, "lazy:1");
  EXPECT_EQ(places[2].state, CopyState::modified);
  EXPECT_EQ(places[2].modified_bytes, 4 * sizeof(float));
  EXPECT_EQ(buffer.slice(0, 4).where()[1].state, CopyState::invalid);
}

// R6.1
TEST_F(UnifiedBufferTest, AnUnknownDeviceIsNotAvailable) {
  const auto buffer = manager_.unified_from(counted(4));

  EXPECT_THROW(buffer.prefetch("cuda:7"), DeviceNotAvailableException);
}

// R6.5
TEST_F(UnifiedBufferTest, WorksInPlaceOnADeviceOfTheHostsMemory) {
  const auto buffer = manager_.unified_from(counted(4));

  buffer.prefetch("null:0");
  auto use = buffer.part().memory()->use_on_host({0, 16}, Access::read, &in_place_);

  ASSERT_TRUE(use.ok());
  EXPECT_EQ(use->data(), reinterpret_cast<const std::byte*>(buffer.read().data()));
  EXPECT_EQ(buffer.traffic(), BufferTraffic{});
}

// R6.6
TEST_F(UnifiedBufferTest, TakesNoMemoryBeforeItIsUsed) {
  const auto buffer = manager_.allocate_unified<double>(std::uint64_t{1} << 40U);

  EXPECT_EQ(buffer.size(), std::uint64_t{1} << 40U);
  EXPECT_THROW(std::ignore = manager_.allocate_unified<double>(std::uint64_t{1} << 60U),
               MemoryException);
}

TEST_F(UnifiedBufferTest, OneWithoutElementsDoesNothing) {
  UnifiedBuffer<float> buffer = manager_.allocate_unified<float>(0, 5);

  buffer.prefetch("lazy:0");

  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.read().empty());
  EXPECT_TRUE(buffer.to_vector().empty());
  EXPECT_TRUE(buffer.slice(0, 0).where().empty());
}

// R6.1 R6.2
TEST_F(UnifiedBufferTest, GivesItsMemoryBackAfterTheWorkOnIt) {
  {
    auto buffer = manager_.unified_from(counted(16));
    run_on(first_, buffer, Access::read_write, add_one);  // still queued when the buffer ends
  }
  manager_.trim();

  EXPECT_EQ(first_.live_allocations(), 0U);
}

// R6.1
TEST_F(UnifiedBufferTest, ManyThreadsReadItInAllPlacesAtOnce) {
  auto buffer = manager_.unified_from(counted(1000));
  run_on(first_, buffer, Access::read_write, add_one);
  {
    std::array<std::jthread, 4> threads;
    for (std::size_t index = 0; index < threads.size(); ++index) {
      threads[index] = std::jthread([&buffer, index] {
        for (std::size_t count = 0; count < 50; ++count) {
          buffer.prefetch((index + count) % 2 == 0 ? "lazy:0" : "lazy:1");
          const auto values = buffer.slice(index * 10, 500).read();
          ASSERT_EQ(values[7], static_cast<float>(index * 10 + 8));
        }
      });
    }
  }

  EXPECT_EQ(buffer.traffic().bytes_from_devices, 1000 * sizeof(float));
}

}  // namespace
}  // namespace dotcompute
