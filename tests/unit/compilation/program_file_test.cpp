// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_file.hpp"

#include "support.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {
namespace {

std::vector<std::byte> file_of(std::string_view key, std::span<const std::byte> binary) {
  const auto header = make_program_header(key, binary);
  std::vector<std::byte> file(header.begin(), header.end());
  const auto key_bytes = bytes_of(key);
  file.insert(file.end(), key_bytes.begin(), key_bytes.end());
  file.insert(file.end(), binary.begin(), binary.end());
  return file;
}

// R7.1
TEST(ProgramFile, GivesBackItsKeyAndItsBinary) {
  const auto file = file_of("the key", bytes_of("the binary"));

  const auto parts = parse_program_file(file);

  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->key, "the key");
  EXPECT_EQ(std::vector(parts->binary.begin(), parts->binary.end()), bytes_of("the binary"));
}

// R7.1
TEST(ProgramFile, MayHaveNoBinary) {
  const auto parts = parse_program_file(file_of("k", {}));

  ASSERT_TRUE(parts.has_value());
  EXPECT_TRUE(parts->binary.empty());
}

// R7.1
TEST(ProgramFile, IsRefusedWhenAnyBitIsAnother) {
  auto file = file_of("the key", bytes_of("the binary"));

  for (std::byte& byte : file) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      byte ^= std::byte{1} << bit;
      EXPECT_FALSE(parse_program_file(file)) << "byte " << &byte - file.data() << ", bit " << bit;
      byte ^= std::byte{1} << bit;
    }
  }
}

// R7.1
TEST(ProgramFile, IsRefusedAtEveryOtherLength) {
  auto file = file_of("the key", bytes_of("the binary"));
  const std::size_t whole = file.size();
  file.resize(whole + 40);

  for (std::size_t bytes = 0; bytes < file.size(); ++bytes) {
    EXPECT_EQ(parse_program_file(std::span(file).first(bytes)).has_value(), bytes == whole);
  }
}

// R7.1
TEST(ProgramFile, IsRefusedWithAKeyLongerThanTheFile) {
  auto header = std::bit_cast<ProgramFileHeader>(make_program_header("key", {}));
  header.key_bytes += 1;
  header.binary_bytes -= 1;  // their sum is right, modulo 2^64

  EXPECT_FALSE(is_program_header(std::bit_cast<ProgramFileStart>(header), sizeof(header) + 3));
}

// R7.1
TEST(ProgramFile, IsRefusedWhenItIsOfAnotherFormat) {
  auto start = make_program_header("", {});
  ASSERT_TRUE(is_program_header(start, start.size()));
  start[8] ^= std::byte{2};

  EXPECT_FALSE(is_program_header(start, start.size()));
}

}  // namespace
}  // namespace dotcompute::core
