// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/host_array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <ranges>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>

namespace dotcompute {
namespace {

static_assert(std::ranges::contiguous_range<HostArray<float>>);
static_assert(std::ranges::sized_range<const HostArray<float>>);
static_assert(std::is_nothrow_move_constructible_v<HostArray<float>>);
static_assert(!std::is_copy_constructible_v<HostArray<float>>);

constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();

// R6.2
TEST(HostArrayTest, IsRowMajor) {
  HostArray<int> array(2, 3, 4);
  std::iota(array.begin(), array.end(), 0);

  EXPECT_EQ(array(1, 2, 3), 23);
  EXPECT_EQ(array(0, 1, 0), 4);
  EXPECT_EQ(array(1, 0, 0), 12);
}

TEST(HostArrayTest, KnowsItsShape) {
  const HostArray<double> array(5, 7);

  EXPECT_EQ(array.rank(), 2);
  EXPECT_EQ(array.extents(), (Extents{5, 7, 1}));
  EXPECT_EQ(array.extent(1), 7U);
  EXPECT_EQ(array.size(), 35U);
}

TEST(HostArrayTest, IsARangeOfItsElements) {
  HostArray<int> array(100);
  for (std::size_t i = 0; i < array.size(); ++i) {
    array[i] = static_cast<int>(i);
  }

  EXPECT_EQ(std::accumulate(array.begin(), array.end(), 0), 4950);
  EXPECT_EQ(array.span().size(), 100U);
  EXPECT_EQ(std::span<const int>(array).data(), array.data());
}

TEST(HostArrayTest, IsFilledWhenAsked) {
  const auto array = HostArray<float>::filled(2.5F, 3, 5);

  EXPECT_EQ(std::ranges::count(array, 2.5F), 15);
}

// R6.5
TEST(HostArrayTest, StartsOnACacheLine) {
  const HostArray<std::uint8_t> array(1);

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data()) % 64, 0U);
}

// R6.2
TEST(HostArrayTest, ReusesTheMemoryOfOneThatIsGone) {
  const void* address = nullptr;
  {
    const HostArray<float> first(12'345);
    address = first.data();
  }

  const HostArray<float> second(12'345);

  EXPECT_EQ(second.data(), address);
}

TEST(HostArrayTest, WithoutElementsHasNoMemory) {
  const HostArray<float> none;
  const HostArray<float> no_rows(0, 1000);
  const HostArray<float> no_layers(kHuge, kHuge, 0);

  EXPECT_EQ(none.data(), nullptr);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(no_rows.data(), nullptr);
  EXPECT_EQ(no_rows.extent(1), 1000U);
  EXPECT_EQ(no_layers.size(), 0U);
}

// R6.6
TEST(HostArrayTest, ReportsASizeThatDoesNotFitWithItsExtents) {
  const auto overflowing =
      HostArray<double>::make(std::uint64_t{1} << 40U, std::uint64_t{1} << 40U);

  ASSERT_FALSE(overflowing.ok());
  EXPECT_EQ(overflowing.error().code, ErrorCode::host_memory);
  EXPECT_EQ(overflowing.error().context.got.view(),
            "extents [1099511627776, 1099511627776, 1] of 8 bytes each");
}

// R6.6
TEST(HostArrayTest, RefusesAProductThatWrapsToASmallNumber) {
  // 2^32 * 2^32 * 4 bytes is 0 modulo 2^64, and 2^62 + 1 elements of 4 bytes are 4 modulo 2^64.
  EXPECT_FALSE(HostArray<float>::make(std::uint64_t{1} << 32U, std::uint64_t{1} << 32U).ok());
  EXPECT_FALSE(HostArray<float>::make((std::uint64_t{1} << 62U) + 1).ok());
}

// R9.1
TEST(HostArrayTest, ThrowsMemoryExceptionWhereItCannotReport) {
  EXPECT_THROW(HostArray<float>{kHuge}, MemoryException);
  EXPECT_THROW(HostArray<float>{-1}, MemoryException);
}

TEST(HostArrayTest, TakesAShapeOfARankKnownAtRunTime) {
  const auto array = HostArray<std::int16_t>::make_shaped({4, 6, 1}, 2);

  ASSERT_TRUE(array.ok());
  EXPECT_EQ(array->rank(), 2);
  EXPECT_EQ(array->size(), 24U);
}

TEST(HostArrayTest, MovesItsMemoryAndLeavesNothing) {
  auto first = HostArray<int>::filled(7, 2, 2);
  const int* const address = first.data();

  HostArray<int> second(1);
  second = std::move(first);

  EXPECT_EQ(second.data(), address);
  EXPECT_EQ(second(1, 1), 7);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what it leaves is documented
  EXPECT_EQ(first.rank(), 1);
}

// R12.3
TEST(HostArrayTest, MayBeDestroyedOnAnotherThread) {
  const auto before = host_memory::stats();
  auto array = HostArray<int>::filled(7, 100);

  std::jthread([moved = std::move(array)] { EXPECT_EQ(moved[99], 7); }).join();

  EXPECT_EQ(host_memory::stats().live_blocks, before.live_blocks);
}

}  // namespace
}  // namespace dotcompute
