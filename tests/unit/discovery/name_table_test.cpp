// SPDX-License-Identifier: Apache-2.0
#include "discovery/name_table.hpp"

#include "registry_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::core {
namespace {

TEST(NameTable, TextsDifferInAnySingleByte) {
  for (std::size_t size = 1; size <= 64; ++size) {
    const std::string text(size, 'a');
    EXPECT_TRUE(equal_texts(text.data(), std::string(text).data(), size));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'b';
      EXPECT_FALSE(equal_texts(text.data(), other.data(), size)) << size << " " << at;
    }
  }
}

// R2.7
TEST(NameTable, DoesNotGrowWhenEverNewNamesComeAndGo) {
  Registry registry;
  std::size_t most = 0;
  for (int round = 0; round < 20'000; ++round) {
    // Short and long names in turn.
    const std::string name = std::string(round % 2 == 0 ? 4 : 44, 'k') + std::to_string(round);
    ASSERT_TRUE(add(registry, kernel(name, "space")).ok());
    ASSERT_TRUE(registry.remove("space::" + name).ok());
    most = std::max(most, registry.table_bytes());
  }

  EXPECT_LE(most, 64U * 64U);
}

// R2.7
TEST(NameTable, GivesANameThatComesBackItsOldPlace) {
  Registry registry;
  ASSERT_TRUE(add(registry, kernel("saxpy")).ok());
  const std::size_t bytes = registry.table_bytes();

  for (int round = 0; round < 1000; ++round) {
    ASSERT_TRUE(registry.remove("saxpy").ok());
    ASSERT_TRUE(add(registry, kernel("saxpy")).ok());
  }

  EXPECT_EQ(registry.table_bytes(), bytes);
  EXPECT_EQ(found(registry, "saxpy"), "saxpy");
}

// R2.6
TEST(NameTable, ReadersOfAReplacedTableStillFindTheirNames) {
  Registry registry;
  const std::string long_name(100, 'n');
  ASSERT_TRUE(add(registry, kernel(long_name)).ok());
  const EpochGuard guard;
  const KernelRecord* const record = registry.find(long_name, hash_name(long_name));
  ASSERT_NE(record, nullptr);

  for (int index = 0; index < 1000; ++index) {
    ASSERT_TRUE(add(registry, kernel("kernel_" + std::to_string(index))).ok());
  }

  EXPECT_EQ(registry.find(long_name, hash_name(long_name)), record);
}

}  // namespace
}  // namespace dotcompute::core
