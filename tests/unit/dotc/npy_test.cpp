// SPDX-License-Identifier: Apache-2.0
#include "npy.hpp"

#include "npy_header.hpp"
#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

template <class T>
std::string bytes_of(std::initializer_list<T> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

constexpr std::string_view kThreeInts = "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }";

TEST(ReadNpy, SeesTheFileItselfWhereItIsOnlyRead) {
  const Folder folder;
  const std::string path =
      folder.write("a.npy", npy_file(kThreeInts, bytes_of<std::int32_t>({1, -2, 3})));

  const DynamicArray array = read_npy(path, false);

  EXPECT_TRUE(array.is_mapped());
  EXPECT_EQ(static_cast<const std::int32_t*>(array.data())[1], -2);
}

TEST(ReadNpy, CopiesWhatIsToBeWritten) {
  const Folder folder;
  const std::string content = npy_file(kThreeInts, bytes_of<std::int32_t>({1, -2, 3}));
  const std::string path = folder.write("a.npy", content);

  const DynamicArray array = read_npy(path, true);
  static_cast<std::int32_t*>(array.data())[1] = 7;

  EXPECT_FALSE(array.is_mapped());
  EXPECT_EQ(Folder::read(path), content);
}

TEST(ReadNpy, TurnsBigEndianElementsRound) {
  const Folder folder;
  const std::string path =
      folder.write("a.npy", npy_file("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }",
                                     std::string("\0\0\x01\x02\xFF\xFF\xFF\xFE", 8)));

  const DynamicArray array = read_npy(path, false);

  EXPECT_EQ(static_cast<const std::int32_t*>(array.data())[0], 0x102);
  EXPECT_EQ(static_cast<const std::int32_t*>(array.data())[1], -2);
}

TEST(ReadNpy, CopiesElementsThatLieUnaligned) {
  const Folder folder;
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}";
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(dictionary.size());
  file += '\0';
  file += dictionary + bytes_of<double>({2.5});
  const std::string path = folder.write("a.npy", file);

  const DynamicArray array = read_npy(path, false);

  ASSERT_NE(parse_npy_header(file).data_offset % 8, 0U);
  EXPECT_FALSE(array.is_mapped());
  EXPECT_EQ(*static_cast<const double*>(array.data()), 2.5);
}

TEST(ReadNpy, TakesAnArrayWithoutElements) {
  const Folder folder;
  const std::string path = folder.write(
      "a.npy", npy_file("{'descr': '<i4', 'fortran_order': False, 'shape': (0, 3), }", ""));

  for (const bool to_be_written : {false, true}) {
    const DynamicArray array = read_npy(path, to_be_written);

    EXPECT_EQ(array.bytes(), 0U);
    EXPECT_EQ(array.extents(), (Extents{0, 3, 1}));
  }
}

TEST(ReadNpy, RefusesABoolThatIsNeitherTrueNorFalse) {
  const Folder folder;
  const std::string path =
      folder.write("a.npy", npy_file("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }",
                                     std::string("\x01\x00\x02", 3)));

  EXPECT_THAT(refusal_of([&] { (void)read_npy(path, false); }), HasSubstr("got 2 at element 2"));
}

TEST(ReadNpy, NamesTheFileItRefuses) {
  const Folder folder;
  for (const std::string& path : {folder / "missing.npy", folder.write("empty.npy", ""),
                                  folder.write("text.npy", "1, 2, 3"), folder / "."}) {
    EXPECT_THAT(refusal_of([&] { (void)read_npy(path, false); }),
                StartsWith(path + ": expected a "));
  }
}

TEST(ReadNpy, RefusesADirectory) {
  const Folder folder;

  EXPECT_THAT(refusal_of([&] { (void)read_npy(folder / ".", false); }),
              HasSubstr("got a directory"));
}

TEST(WriteNpy, WritesWhatReadNpyReads) {
  const Folder folder;
  const DynamicArray written(ElementType::uint16, {2, 3, 1}, 2);
  const std::array<std::uint16_t, 6> values{0, 1, 2, 3, 4, 65535};
  std::memcpy(written.data(), values.data(), sizeof(values));
  NewFile file(folder / "a.npy");

  write_npy(file, written);
  const DynamicArray read = read_npy(folder / "a.npy", false);

  EXPECT_EQ(read.type(), ElementType::uint16);
  EXPECT_EQ(read.rank(), 2);
  EXPECT_EQ(read.extents(), (Extents{2, 3, 1}));
  EXPECT_EQ(std::memcmp(read.data(), values.data(), sizeof(values)), 0);
}

}  // namespace
}  // namespace dotcompute::dotc
