// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/name_hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace dotcompute {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEF";

template <std::size_t... kLengths>
void expect_equal(std::index_sequence<kLengths...> /*lengths*/) {
  constexpr std::array<std::uint64_t, sizeof...(kLengths)> kHashes{
      hash_name(kAlphabet.substr(0, kLengths))...};
  for (std::size_t length = 0; length < kHashes.size(); ++length) {
    const std::string name(kAlphabet.substr(0, length));
    EXPECT_EQ(hash_name(name), kHashes[length]) << length;
  }
}

// R2.7
TEST(NameHash, IsTheSameWhenCompiledAndAtRunTime) {
  expect_equal(std::make_index_sequence<43>{});
}

// R2.7
TEST(NameHash, TellsAMillionNamesApart) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(1'000'000);
  for (int number = 0; number < 1'000'000; ++number) {
    hashes.push_back(hash_name("kernel_" + std::to_string(number)));
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

// R2.7
TEST(NameHash, SpreadsNamesOverTheLowAndTheHighBits) {
  constexpr std::size_t kBuckets = 1024;
  constexpr int kNames = 100'000;
  std::array<int, kBuckets> low{};
  std::array<int, kBuckets> high{};
  for (int number = 0; number < kNames; ++number) {
    const auto hash = hash_name("module::kernel_" + std::to_string(number));
    ++low[hash % kBuckets];
    ++high[hash >> 54U];
  }
  // About 98 are expected in each, with a deviation of 10.
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    EXPECT_GT(low[bucket], 40);
    EXPECT_LT(low[bucket], 170);
    EXPECT_GT(high[bucket], 40);
    EXPECT_LT(high[bucket], 170);
  }
}

}  // namespace
}  // namespace dotcompute
