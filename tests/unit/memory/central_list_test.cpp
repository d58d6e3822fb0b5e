// SPDX-License-Identifier: Apache-2.0
#include "memory/central_list.hpp"

#include "memory/host_source.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <random>
#include <set>
#include <span>
#include <vector>

namespace dotcompute::core {
namespace {

/// A list, and blocks of one size for it.
class CentralListTest : public testing::TestWithParam<std::size_t> {
 protected:
  CentralListTest() {
    for (void*& block : blocks_) {
      block = allocate_from_system(nullptr, GetParam());
      poison(block, GetParam());
    }
  }
  ~CentralListTest() override {
    for (void* const block : blocks_) {
      unpoison(block, GetParam());
      release_to_system(nullptr, block, GetParam());
    }
  }

  std::vector<void*> pop(std::size_t count) {
    std::vector<void*> popped(count);
    popped.resize(list_.pop(popped, GetParam()));
    return popped;
  }

  std::array<void*, 300> blocks_{};
  CentralList list_;
};
INSTANTIATE_TEST_SUITE_P(Sizes, CentralListTest, testing::Values(64, 128, 256, 4096));

// R6.2
TEST_P(CentralListTest, GivesEachBlockOnce) {
  list_.push(blocks_, GetParam());

  const std::vector<void*> popped = pop(blocks_.size() + 10);

  EXPECT_EQ(std::set<void*>(popped.begin(), popped.end()),
            std::set<void*>(blocks_.begin(), blocks_.end()));
  EXPECT_EQ(popped.size(), blocks_.size());
  EXPECT_EQ(list_.size(), 0U);
}

// R6.2
TEST_P(CentralListTest, HoldsWhatWasPushedAndNotPoppedWhateverTheOrder) {
  std::mt19937 random(7);
  std::vector<void*> outside(blocks_.begin(), blocks_.end());
  std::set<void*> inside;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = random() % 70;
    if (random() % 2 == 0) {
      const std::size_t pushed = std::min(count, outside.size());
      const auto last = std::span(outside).last(pushed);
      list_.push(last, GetParam());
      inside.insert(last.begin(), last.end());
      outside.resize(outside.size() - pushed);
    } else {
      for (void* const block : pop(count)) {
        ASSERT_EQ(inside.erase(block), 1U);
        outside.push_back(block);
      }
    }
    ASSERT_EQ(list_.size(), inside.size());
  }
}

// R6.2
TEST_P(CentralListTest, KnowsHowManyNobodyNeeded) {
  list_.push(std::span(blocks_).first(100), GetParam());
  list_.forget_use();
  const std::vector<void*> popped = pop(30);
  list_.push(popped, GetParam());
  list_.push(std::span(blocks_).subspan(100, 50), GetParam());

  EXPECT_EQ(list_.unused(), 70U);
}

}  // namespace
}  // namespace dotcompute::core
