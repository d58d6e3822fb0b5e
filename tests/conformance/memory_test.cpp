// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"
#include "support/code_of.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>
#include <thread>
#include <vector>

namespace dotcompute::conformance {
namespace {

using Words = std::array<std::uint32_t, 4>;
constexpr Words kSent{0x00000001U, 0x7FC00000U, 0xFFFFFFFFU, 0U};

class MemoryConformance : public DeviceTest {
 protected:
  Result<backend::Completion> upload(const backend::Allocation& target, const Words& words) {
    return device_->copy({.host_source = std::as_bytes(std::span(words)), .target = target});
  }
  Result<backend::Completion> download(const backend::Allocation& source, Words& words) {
    return device_->copy(
        {.host_target = std::as_writable_bytes(std::span(words)), .source = source});
  }
};
DC_CONFORMANCE_SUITE(MemoryConformance);

// R6.1
TEST_P(MemoryConformance, BytesCopiedToTheDeviceComeBackUnchanged) {
  Words received{};
  const auto memory = device_->allocate({.bytes = sizeof(kSent)});
  ASSERT_TRUE(memory.ok());

  const auto sent = upload(*memory, kSent);
  ASSERT_TRUE(sent.ok());
  const auto back = device_->copy({.host_target = std::as_writable_bytes(std::span(received)),
                                   .source = *memory,
                                   .after = std::span(&*sent, 1)});

  EXPECT_TRUE(finishes(back));
  EXPECT_EQ(received, kSent);
  device_->free(*memory);
}

// R6.1
TEST_P(MemoryConformance, BytesCopiedWithinTheDeviceAreThoseOfTheSource) {
  Words received{};
  const auto source = device_->allocate({.bytes = sizeof(kSent)});
  const auto target = device_->allocate({.bytes = sizeof(kSent)});
  ASSERT_TRUE(source.ok() && target.ok());
  ASSERT_TRUE(finishes(upload(*source, kSent)));

  EXPECT_TRUE(finishes(device_->copy({.source = *source, .target = *target})));

  EXPECT_TRUE(finishes(download(*target, received)));
  EXPECT_EQ(received, kSent);
  device_->free(*source);
  device_->free(*target);
}

// R6.1
TEST_P(MemoryConformance, ASmallerCopyLeavesTheRestAlone) {
  Words received{};
  const std::array<std::uint32_t, 1> first{42};
  const auto memory = device_->allocate({.bytes = sizeof(kSent)});
  ASSERT_TRUE(memory.ok());
  ASSERT_TRUE(finishes(upload(*memory, kSent)));

  EXPECT_TRUE(
      finishes(device_->copy({.host_source = std::as_bytes(std::span(first)), .target = *memory})));

  EXPECT_TRUE(finishes(download(*memory, received)));
  EXPECT_EQ(received, (Words{42, kSent[1], kSent[2], kSent[3]}));
  device_->free(*memory);
}

// R6.1
TEST_P(MemoryConformance, CopiesToAndFromAPartOfAnAllocation) {
  Words received{};
  const std::array<std::uint32_t, 2> middle{42, 43};
  std::array<std::uint32_t, 2> part{};
  const auto memory = device_->allocate({.bytes = sizeof(kSent)});
  ASSERT_TRUE(memory.ok());
  ASSERT_TRUE(finishes(upload(*memory, kSent)));
  backend::Allocation second = *memory;
  second.offset = sizeof(std::uint32_t);
  second.bytes = sizeof(middle);

  EXPECT_TRUE(
      finishes(device_->copy({.host_source = std::as_bytes(std::span(middle)), .target = second})));

  EXPECT_TRUE(finishes(download(*memory, received)));
  EXPECT_TRUE(finishes(
      device_->copy({.host_target = std::as_writable_bytes(std::span(part)), .source = second})));
  EXPECT_EQ(received, (Words{kSent[0], 42, 43, kSent[3]}));
  EXPECT_EQ(part, middle);
  device_->free(*memory);
}

// R5.2
TEST_P(MemoryConformance, WrapsNoMemoryOfTheHostUnlessItSaysSo) {
  if (device_->info().wraps_host_memory) {
    GTEST_SKIP() << GetParam().name << " wraps memory of the host";
  }
  std::array<std::byte, 64> own{};

  EXPECT_EQ(code_of(device_->allocate({.bytes = own.size(), .host = own.data()})),
            ErrorCode::invalid_argument);
}

// R5.2
TEST_P(MemoryConformance, RefusesACopyThatReachesBeyondAnAllocation) {
  Words words{};
  const auto small = device_->allocate({.bytes = sizeof(words) - 1});
  const auto large = device_->allocate({.bytes = sizeof(words)});
  ASSERT_TRUE(small.ok() && large.ok());

  EXPECT_EQ(code_of(upload(*small, words)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(download(*small, words)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(device_->copy({.source = *large, .target = *small})),
            ErrorCode::invalid_argument);
  device_->free(*small);
  device_->free(*large);
}

// R5.2
TEST_P(MemoryConformance, RefusesACopyWithoutASourceOrATargetOrWithTwo) {
  Words words{};
  const auto memory = device_->allocate({.bytes = sizeof(words)});
  ASSERT_TRUE(memory.ok());

  EXPECT_EQ(code_of(device_->copy({.target = *memory})), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(device_->copy({.source = *memory})), ErrorCode::invalid_argument);
  EXPECT_EQ(
      code_of(device_->copy(
          {.host_source = std::as_bytes(std::span(words)), .source = *memory, .target = *memory})),
      ErrorCode::invalid_argument);
  device_->free(*memory);
}

// R5.2
TEST_P(MemoryConformance, RefusesAnAllocationOfZeroBytes) {
  EXPECT_EQ(code_of(device_->allocate({.bytes = 0})), ErrorCode::invalid_argument);
}

// R5.2
TEST_P(MemoryConformance, RefusesAnAllocationAboveItsLimit) {
  const std::size_t limit = device_->info().max_allocation_bytes;
  ASSERT_LT(limit, std::numeric_limits<std::size_t>::max());

  EXPECT_EQ(code_of(device_->allocate({.bytes = limit + 1})), ErrorCode::invalid_argument);
}

// R3.3
TEST_P(MemoryConformance, AlignsEveryAllocationOnTheHostAsItSays) {
  if (!device_->info().host_memory) {
    GTEST_SKIP() << GetParam().name << " has handles that are no addresses";
  }
  for (const std::size_t bytes : {1U, 63U, 64U, 65U, 4097U}) {
    const auto memory = device_->allocate({.bytes = bytes});
    ASSERT_TRUE(memory.ok());
    EXPECT_EQ(memory->handle % device_->info().alignment_bytes, 0U) << bytes;
    device_->free(*memory);
  }
}

// R6.2
TEST_P(MemoryConformance, FreeingNoMemoryDoesNothing) {
  device_->free(backend::Allocation{});
}

// R12.3
TEST_P(MemoryConformance, GivesEveryThreadMemoryOfItsOwn) {
  constexpr std::uint32_t kThreads = 8;
  constexpr std::uint32_t kRounds = 50;
  std::atomic<std::uint32_t> intact{0};
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint32_t round = 0; round < kRounds; ++round) {
        const Words own{thread, round, thread + round, thread * round};
        Words received{};
        const auto memory = device_->allocate({.bytes = sizeof(own)});
        const bool copied =
            memory.ok() && finishes(upload(*memory, own)) && finishes(download(*memory, received));
        intact += copied && received == own ? 1 : 0;
        if (memory.ok()) {
          device_->free(*memory);
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(intact.load(), kThreads * kRounds);
}

}  // namespace
}  // namespace dotcompute::conformance
