// SPDX-License-Identifier: Apache-2.0
// What unified buffers and pools take from the heap, and what they do when it is empty.
#include "memory/unified_memory.hpp"
#include "null/device.hpp"
#include "support/heap_probe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {
namespace {

constexpr ByteRange kAll{0, 1024};

class UnifiedHeapTest : public testing::Test {
 protected:
  void use_on_device(Access access) {
    auto use = memory_->use_on(pool_, kAll, access);
    ASSERT_TRUE(use.ok());
    use->used_until({}, access != Access::read);
  }

  null::Device device_{{.id = "null:0", .max_allocation_bytes = 1U << 20U}};
  BufferPool pool_{device_, 1U << 20U};
  UnifiedOwner owner_;
  UnifiedMemory::Reference memory_ = *UnifiedMemory::make(owner_, kAll.size());
};

// R6.1 R6.2
TEST_F(UnifiedHeapTest, UsesOfWhatIsResidentTakeNothingFromTheHeap) {
  use_on_device(Access::read_write);
  const std::uint64_t before = heap_allocations();

  for (int count = 0; count < 100; ++count) {
    use_on_device(Access::read_write);
    use_on_device(Access::read);
  }

  EXPECT_EQ(heap_allocations(), before);
}

// R6.2
TEST_F(UnifiedHeapTest, AHitOfThePoolTakesNothingFromTheHeap) {
  { const auto first = pool_.take(1000); }
  const std::uint64_t before = heap_allocations();

  for (int count = 0; count < 100; ++count) {
    ASSERT_TRUE(pool_.take(1000).ok());
  }

  EXPECT_EQ(heap_allocations(), before);
}

// R6.1
TEST_F(UnifiedHeapTest, KeepsItsContentsWhicheverAllocationOfTheHeapFails) {
  for (std::uint64_t skip = 0;; ++skip) {
    memory_ = *UnifiedMemory::make(owner_, kAll.size());
    auto written = memory_->use_on_host(kAll, Access::write);
    ASSERT_TRUE(written.ok());
    std::fill_n(written->data(), kAll.size(), std::byte{7});
    written->used_until({}, true);
    bool has_failed = false;
    {
      const PlannedHeapFailure failure(skip);
      auto use = memory_->use_on(pool_, {100, 200}, Access::read_write);
      if (use.ok()) {
        use->used_until({}, true);
      } else {
        EXPECT_TRUE(use.error().code == ErrorCode::host_memory ||
                    use.error().code == ErrorCode::out_of_memory);
      }
      has_failed = failure.happened();
    }

    const auto read = memory_->use_on_host(kAll, Access::read);
    ASSERT_TRUE(read.ok());
    ASSERT_TRUE(std::all_of(read->data(), read->data() + kAll.size(),
                            [](std::byte value) { return value == std::byte{7}; }));
    if (!has_failed) {
      break;
    }
  }
}

}  // namespace
}  // namespace dotcompute::core
