// SPDX-License-Identifier: Apache-2.0
#include "npy_header.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTwoFloats = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

std::string refusal_of_dictionary(std::string_view dictionary, std::size_t element_bytes = 8) {
  const std::string file = npy_file(dictionary, std::string(element_bytes, '\0'));
  return refusal_of([&] { (void)parse_npy_header(file); });
}

TEST(NpyHeader, TellsTypeShapeAndPlaceOfTheElements) {
  const std::string file = npy_file(
      "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 4), }", std::string(48, '\0'));

  const NpyHeader header = parse_npy_header(file);

  EXPECT_EQ(header.type, ElementType::int16);
  EXPECT_FALSE(header.swapped);
  EXPECT_EQ(header.rank, 3);
  EXPECT_EQ(header.extents, (Extents{2, 3, 4}));
  EXPECT_EQ(header.data_offset, 128U);
  EXPECT_EQ(header.data_bytes, 48U);
}

TEST(NpyHeader, KnowsEveryElementTypeThatKernelsTake) {
  const std::vector<std::pair<std::string, ElementType>> types{
      {"|b1", ElementType::boolean}, {"|i1", ElementType::int8},    {"|u1", ElementType::uint8},
      {"<i2", ElementType::int16},   {"<u2", ElementType::uint16},  {"<i4", ElementType::int32},
      {"<u4", ElementType::uint32},  {"<i8", ElementType::int64},   {"<u8", ElementType::uint64},
      {"<f2", ElementType::float16}, {"<f4", ElementType::float32}, {"<f8", ElementType::float64}};
  for (const auto& [descr, type] : types) {
    const std::string file =
        npy_file("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (3,), }",
                 std::string(3 * size_of(type), '\0'));

    EXPECT_EQ(parse_npy_header(file).type, type) << descr;
    EXPECT_FALSE(parse_npy_header(file).swapped) << descr;
  }
}

TEST(NpyHeader, TellsThatBigEndianElementsAreSwapped) {
  const std::string file =
      npy_file("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }", std::string(8, '\0'));

  EXPECT_TRUE(parse_npy_header(file).swapped);
}

TEST(NpyHeader, TakesKeysInAnyOrderAndDoubleQuotes) {
  const std::string file =
      npy_file(R"({"shape":(2,1),"fortran_order":False,"descr":"<f4"})", std::string(8, '\0'));

  EXPECT_EQ(parse_npy_header(file).extents, (Extents{2, 1, 1}));
}

TEST(NpyHeader, TakesFormatVersionsTwoAndThreeWithTheirLongerLength) {
  for (const char version : {'\x02', '\x03'}) {
    std::string file("\x93NUMPY", 6);
    file += version;
    file += std::string("\0\x40\0\0\0", 5);
    file += std::string(kTwoFloats) + std::string(64 - kTwoFloats.size() - 1, ' ') + "\n";
    file += std::string(8, '\0');

    EXPECT_EQ(parse_npy_header(file).data_offset, 76U);
  }
}

TEST(NpyHeader, TakesAnArrayWithoutElementsWhateverItsOtherExtents) {
  const std::string file = npy_file(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0), }", "");

  EXPECT_EQ(parse_npy_header(file).data_bytes, 0U);
}

TEST(NpyHeader, RefusesAnEmptyFile) {
  EXPECT_THAT(refusal_of([] { (void)parse_npy_header(""); }), HasSubstr("got an empty file"));
}

TEST(NpyHeader, RefusesAnotherMagic) {
  EXPECT_THAT(refusal_of([] { (void)parse_npy_header("PK\x03\x04 an archive"); }),
              HasSubstr("expected a NumPy array"));
}

TEST(NpyHeader, RefusesAnotherVersion) {
  std::string file = npy_file(kTwoFloats, std::string(8, '\0'));
  file[6] = '\x04';

  EXPECT_THAT(refusal_of([&] { (void)parse_npy_header(file); }),
              HasSubstr("expected format version 1.0, 2.0 or 3.0, got 4.0"));
}

TEST(NpyHeader, RefusesAFileCutAnywhereInItsHeaderOrElements) {
  const std::string file = npy_file(kTwoFloats, std::string(8, '\0'));
  for (std::size_t length = 0; length < file.size(); ++length) {
    const std::string_view cut = std::string_view(file).substr(0, length);

    EXPECT_NE(refusal_of([&] { (void)parse_npy_header(cut); }), "") << length;
  }
}

TEST(NpyHeader, RefusesAHeaderLongerThanTheFile) {
  std::string file("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF", 12);

  EXPECT_THAT(refusal_of([&] { (void)parse_npy_header(file); }),
              HasSubstr("expected a header of 4294967307 bytes, got a truncated file of 12"));
}

TEST(NpyHeader, RefusesTruncatedElementsAndTellsTheSizes) {
  EXPECT_THAT(refusal_of_dictionary(kTwoFloats, 7),
              HasSubstr("expected 8 bytes of elements for shape (2,) of float32, got 7"));
}

TEST(NpyHeader, RefusesBytesAfterTheElements) {
  EXPECT_THAT(refusal_of_dictionary(kTwoFloats, 9), HasSubstr("something follows the array"));
}

TEST(NpyHeader, RefusesFortranOrderAndSaysWhatToDo) {
  EXPECT_THAT(refusal_of_dictionary("{'descr': '<f4', 'fortran_order': True, 'shape': (2,1), }"),
              HasSubstr("save numpy.ascontiguousarray(a) instead"));
}

TEST(NpyHeader, RefusesStructuredTypes) {
  EXPECT_THAT(
      refusal_of_dictionary("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
      HasSubstr("a structured dtype"));
}

TEST(NpyHeader, RefusesTypesThatKernelsDoNotTake) {
  for (const std::string descr : {"<c8", "<U4", "|S3", "|O", "<M8[s]", "f4", "", "<f3", "|V2"}) {
    EXPECT_THAT(refusal_of_dictionary("{'descr': '" + descr +
                                      "', 'fortran_order': False, 'shape': (2,), }"),
                HasSubstr("got '" + descr + "'"));
  }
}

TEST(NpyHeader, RefusesAShapeWhoseBytesOverflow) {
  EXPECT_THAT(refusal_of_dictionary("{'descr': '<f4', 'fortran_order': False, "
                                    "'shape': (4294967296, 4294967296, 2), }"),
              HasSubstr("fewer than 2^64 bytes"));
}

TEST(NpyHeader, RefusesASingleValueAndMoreThanThreeAxes) {
  EXPECT_THAT(refusal_of_dictionary("{'descr': '<f8', 'fortran_order': False, 'shape': (), }"),
              HasSubstr("give it with --set"));
  EXPECT_THAT(
      refusal_of_dictionary("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1), }"),
      HasSubstr("got 4 axes"));
}

TEST(NpyHeader, RefusesWhatIsNoDictOfTheThreeKeys) {
  for (const std::string dictionary :
       {"", "{", "}", "{}", "[1]", "{'descr'}", "{'descr': }", "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [2]}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}"}) {
    EXPECT_NE(refusal_of_dictionary(dictionary), "") << dictionary;
  }
}

TEST(NpyHeader, IsWrittenSoThatItReadsBackAndElementsAreAligned) {
  for (int rank = 1; rank <= 3; ++rank) {
    const Extents extents{3, rank > 1 ? 2U : 1U, rank > 2 ? 5U : 1U};
    const std::string header = format_npy_header(ElementType::uint16, extents, rank);
    const std::string file = header + std::string(2 * extents[0] * extents[1] * extents[2], '\0');

    const NpyHeader read = parse_npy_header(file);

    EXPECT_EQ(header.size() % 64, 0U);
    EXPECT_EQ(header.back(), '\n');
    EXPECT_EQ(read.type, ElementType::uint16);
    EXPECT_EQ(read.extents, extents);
    EXPECT_EQ(read.rank, rank);
  }
}

TEST(NpyHeader, NeverReadsBeyondAMutatedFile) {
  // A wrong read would end the test under the address sanitizer; the text is copied to memory of
  // exactly its size for that.
  std::mt19937 random(20240229);
  const std::string original = npy_file(kTwoFloats, std::string(8, '\0'));
  const std::string interesting = "{}()[]'\",:<>|=0123456789 \nTrueFalse\x93\xFF\x7F";
  std::size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string file = original;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % file.size();
      const char byte = random() % 2 == 0 ? interesting[random() % interesting.size()]
                                          : static_cast<char>(random() % 256);
      switch (random() % 3) {
        case 0:
          file[at] = byte;
          break;
        case 1:
          file.insert(at, 1, byte);
          break;
        default:
          file.erase(at, 1);
          break;
      }
    }
    const std::vector<char> exact(file.begin(), file.end());

    const std::string refusal = refusal_of([&] {
      (void)parse_npy_header({exact.data(), exact.size()});
    });

    accepted += refusal.empty() ? 1U : 0U;
    EXPECT_EQ(refusal.find('\n'), std::string::npos);
  }
  EXPECT_GT(accepted, 0U);
  EXPECT_LT(accepted, 10000U);
}

}  // namespace
}  // namespace dotcompute::dotc
