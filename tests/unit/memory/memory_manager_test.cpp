// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/memory_manager.hpp"

#include "null/device.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace dotcompute {
namespace {

class MemoryManagerTest : public testing::Test {
 protected:
  null::Device own_{{.id = "null:0", .max_allocation_bytes = 1U << 20U}};
  null::Device shared_{{.id = "null:1", .max_allocation_bytes = 1U << 20U, .host_memory = true}};
  std::array<backend::Device*, 2> devices_{&own_, &shared_};
  MemoryManager manager_{devices_, /*max_cached_bytes=*/1U << 20U};
};

// R6.2
TEST_F(MemoryManagerTest, HasAPoolForEachDeviceWithMemoryOfItsOwn) {
  ASSERT_NE(manager_.pool_of("null:0"), nullptr);
  EXPECT_EQ(&manager_.pool_of("null:0")->device(), &own_);
  EXPECT_EQ(manager_.pool_of(own_), manager_.pool_of("null:0"));
}

// R6.5
TEST_F(MemoryManagerTest, HasNoPoolForADeviceOnTheHostsMemoryOrAnUnknownOne) {
  EXPECT_EQ(manager_.pool_of("null:1"), nullptr);
  EXPECT_EQ(manager_.pool_of(shared_), nullptr);
  EXPECT_EQ(manager_.pool_of("cuda:0"), nullptr);
}

// R6.2
TEST_F(MemoryManagerTest, MakesArraysThatOutliveIt) {
  HostArray<float> array;
  {
    MemoryManager other({}, 0);
    array = other.allocate<float>(3, 4);
  }

  array(2, 3) = 1.5F;

  EXPECT_EQ(array.size(), 12U);
  EXPECT_EQ(array[11], 1.5F);
}

// R6.2
TEST_F(MemoryManagerTest, TellsWhatHostAndDevicesHold) {
  const auto before = manager_.stats();
  const auto array = manager_.allocate<double>(std::uint64_t{1000});
  const auto buffer = manager_.pool_of("null:0")->take(500);

  const MemoryStats stats = manager_.stats();

  EXPECT_EQ(stats.host.live_blocks, before.host.live_blocks + 1);
  ASSERT_EQ(stats.devices.size(), 1U);
  EXPECT_EQ(stats.devices[0].device, "null:0");
  EXPECT_EQ(stats.devices[0].pool.live_bytes, 512U);
}

// R6.2
TEST_F(MemoryManagerTest, TrimReachesHostAndDevices) {
  {
    const auto array = manager_.allocate<double>(1000);
    const auto buffer = manager_.pool_of("null:0")->take(500);
  }

  manager_.trim();

  EXPECT_EQ(host_memory::stats().cached_bytes, 0U);
  EXPECT_EQ(own_.live_allocations(), 0U);
}

}  // namespace
}  // namespace dotcompute
