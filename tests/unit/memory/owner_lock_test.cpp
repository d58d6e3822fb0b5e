// SPDX-License-Identifier: Apache-2.0
#include "memory/owner_lock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

namespace dotcompute::core {
namespace {

/// With the barrier that this system has, or none; and without.
class OwnerLockTest : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Barrier, OwnerLockTest, testing::Values(OwnerLock::has_barrier(), false));

// R6.2
TEST_P(OwnerLockTest, LetsOwnerAndVisitorsInOneAtATime) {
  constexpr std::uint64_t kOwnerRounds = 200'000;
  constexpr std::uint64_t kVisitorRounds = 500;
  OwnerLock lock(GetParam());
  std::mutex visitors;
  std::uint64_t plain = 0;  // a race if two are in
  {
    std::jthread owner([&] {
      for (std::uint64_t count = 0; count < kOwnerRounds; ++count) {
        const OwnerGuard guard(lock);
        ++plain;
      }
    });
    std::array<std::jthread, 2> others;
    for (auto& other : others) {
      other = std::jthread([&] {
        for (std::uint64_t count = 0; count < kVisitorRounds; ++count) {
          const std::lock_guard one(visitors);
          const VisitorGuard guard(lock);
          ++plain;
        }
      });
    }
  }

  EXPECT_EQ(plain, kOwnerRounds + 2 * kVisitorRounds);
}

TEST_P(OwnerLockTest, TheOwnerStaysOutWhileAVisitorIsIn) {
  OwnerLock lock(GetParam());
  lock.lock_as_visitor();

  EXPECT_FALSE(lock.try_lock_as_owner());
  lock.unlock_as_visitor();
  EXPECT_TRUE(lock.try_lock_as_owner());
  lock.unlock_as_owner();
}

TEST(OwnerLock, IsHadAtOnceOnlyWhereTheOwnerPaysNoFence) {
  OwnerLock fenced(false);
  EXPECT_FALSE(fenced.try_lock_at_once());
  EXPECT_TRUE(fenced.try_lock_as_owner());
  fenced.unlock_as_owner();

  OwnerLock usual;
  EXPECT_EQ(usual.try_lock_at_once(), OwnerLock::has_barrier());
}

}  // namespace
}  // namespace dotcompute::core
