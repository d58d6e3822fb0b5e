// SPDX-License-Identifier: Apache-2.0
#include "kir/scalar.hpp"
#include "support/interpreted.hpp"

#include <numeric>

namespace dotcompute::interpret {
namespace {

// R2.4
TEST(MemoryTest, EveryElementTypeIsReadAndWritten) {
  const auto copies = [](auto value) {
    using T = decltype(value);
    std::vector<T> in{T{}, value};
    std::vector<T> out(2);
    const std::string type(to_string(type_id_of<T>.element()));
    const Status status =
        run("kernel k { buffer a: const " + type + " in rank 1 span; buffer b: " + type +
                " out rank 1 span; let i: uint64 = $global_id(0);"
                "let x: " +
                type + " = a[i]; b[i] = x; }",
            Arguments().buffer(in).buffer(out), items_of(2));
    return status.ok() && out == in;
  };

  EXPECT_TRUE(copies(std::int8_t{-5}));
  EXPECT_TRUE(copies(std::uint8_t{250}));
  EXPECT_TRUE(copies(std::int16_t{-500}));
  EXPECT_TRUE(copies(std::uint16_t{65000}));
  EXPECT_TRUE(copies(std::int32_t{-5}));
  EXPECT_TRUE(copies(std::uint32_t{4'000'000'000}));
  EXPECT_TRUE(copies(std::int64_t{-1} << 60));
  EXPECT_TRUE(copies(~std::uint64_t{5}));
  EXPECT_TRUE(copies(half{0x7C01}));
  EXPECT_TRUE(copies(-1.5F));
  EXPECT_TRUE(copies(1e300));
}

// R2.4
TEST(MemoryTest, AnyByteButZeroIsTrue) {
  std::vector<std::uint8_t> in{0, 1, 2, 255};
  std::vector<std::uint8_t> out(4, 9);

  const Status status =
      run("kernel k { buffer a: const bool in rank 1 span; buffer b: bool out rank 1 span;"
          "let i: uint64 = $global_id(0); b[i] = a[i]; }",
          Arguments().buffer(in).buffer(out), items_of(4));

  ASSERT_TRUE(status.ok());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{0, 1, 1, 1}));
}

// R2.4
TEST(MemoryTest, BuffersOfSeveralAxesAreRowMajor) {
  std::vector<std::int32_t> out(2 * 3 * 5, -1);

  const Status status =
      run("kernel k dimensions 3 { buffer b: int32 out rank 3;"
          "let x: int32 = $global_id(0) as int32; let y: int32 = $global_id(1) as int32;"
          "let z: int32 = $global_id(2) as int32;"
          "let row: int32 = (z * ($extent(b, 1) as int32)) + y;"
          "b[z, y, x] = (row * ($extent(b, 2) as int32)) + x; }",
          Arguments().buffer(out, {2, 3, 5}), items_of(5, 3, 2));

  ASSERT_TRUE(status.ok()) << status.error().message();
  std::vector<std::int32_t> expected(30);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(out, expected);
}

struct Inner {
  std::int8_t tag = 0;
  std::array<std::int16_t, 3> values{};
};
struct Outer {
  double weight = 0;
  std::array<Inner, 2> inner{};
};
static_assert(sizeof(Inner) == 8 && sizeof(Outer) == 24);

constexpr const char* kStructures = R"(
struct "Inner" size 8 align 2 { "tag": int8 offset 0; "values": int16[3] offset 2; }
struct "Outer" size 24 align 8 { "weight": float64 offset 0; "inner": "Inner"[2] offset 8; }
constant kInners: "Inner"[2] = {{1_i8, {2_i16, 3_i16, 4_i16} as int16[3]} as "Inner", {5_i8, {6_i16, -7_i16, 8_i16} as int16[3]} as "Inner"} as "Inner"[2];
)";

// R2.4
TEST(MemoryTest, PartsOfStructuresAreFoundWhereTheHostPutsThem) {
  std::vector<Outer> data(2);
  data[1].inner[1].values = {10, 20, 30};
  data[1].weight = 0.5;

  const Status status =
      run(std::string(kStructures) +
              "kernel k { buffer d: \"Outer\" inout rank 1 span; var i: int32 = 1_i32;"
              "var o: \"Outer\" = d[i];"
              "o.inner[i].values[i + 1_i32] = o.inner[1_i32].values[0_i32] + 1_i16;"
              "o.inner[0_i32].tag = -9_i8; d[0_u8] = o;"
              "d[i].inner[i].values[2_i32] = kInners[i].values[i];"
              "d[i].weight = d[0_i32].weight * 4_f64; }",
          Arguments().buffer(data));

  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_EQ(data[0].weight, 0.5);
  EXPECT_EQ(data[0].inner[0].tag, -9);
  EXPECT_EQ(data[0].inner[1].values, (std::array<std::int16_t, 3>{10, 20, 11}));
  EXPECT_EQ(data[1].inner[1].values, (std::array<std::int16_t, 3>{10, 20, -7}));
  EXPECT_EQ(data[1].weight, 2);
}

// R2.4
TEST(MemoryTest, WhatIsBuiltOfATargetsOldPartsSeesThem) {
  std::vector<std::int32_t> out(4);

  const Status status =
      run("kernel k { buffer out: int32 out rank 1 span;"
          "var a: int32[2] = {1_i32, 2_i32} as int32[2];"
          "a = {a[1_i32], a[0_i32]} as int32[2];"
          "out[0_i32] = a[0_i32]; out[1_i32] = a[1_i32];"
          "var b: int32[2] = (a[0_i32] == 2_i32) ? a : ({7_i32, 7_i32} as int32[2]);"
          "a[0_i32] = 9_i32;"
          "out[2_i32] = b[0_i32];"
          "var m: int32[2][2] = {1_i32, 2_i32, 3_i32, 4_i32} as int32[2][2];"
          "m[0_i32] = m[1_i32]; out[3_i32] = m[0_i32][1_i32]; }",
          Arguments().buffer(out));

  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_EQ(out, (std::vector<std::int32_t>{2, 1, 2, 4}));
}

// R2.4
TEST(MemoryTest, ScalarsAndStructuresArriveInEveryTypeAndAnewForEachItem) {
  std::vector<std::int32_t> out(3, -1);
  Inner inner{.tag = -3, .values = {1, 2, 3}};
  std::int8_t small = -100;
  half number{kir::half_from(0.5)};
  bool flag = true;

  const Status status = run(
      std::string(kStructures) +
          "kernel k { buffer out: int32 out rank 1 span; scalar s: \"Inner\"; scalar a: int8;"
          "scalar h: float16; scalar f: bool;"
          "a = a + (s.tag); s.tag = s.tag + 1_i8; h = h + h;"
          "out[$global_id(0)] = ((a as int32) + (s.tag as int32)) + (f ? (h as int32) : 50_i32);"
          "}",
      Arguments().buffer(out).scalar(inner).scalar(small).scalar(number).scalar(flag), items_of(3));

  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_EQ(out, (std::vector<std::int32_t>(3, -103 - 2 + 1)));
}

// R2.4
TEST(MemoryTest, ArraysThatAreNotSetHaveAllBitsSet) {
  std::vector<std::int32_t> out(2);

  const Status status =
      run("kernel k { buffer out: int32 out rank 1 span; let i: uint64 = $global_id(0);"
          "var a: int32[4]; out[i] = a[i]; a[1_i32] = 5_i32; }",
          Arguments().buffer(out), items_of(2));

  ASSERT_TRUE(status.ok());
  EXPECT_EQ(out, (std::vector<std::int32_t>{-1, -1}));
}

}  // namespace
}  // namespace dotcompute::interpret
