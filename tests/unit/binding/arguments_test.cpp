// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <array>
#include <cstring>
#include <limits>

namespace dotcompute {
namespace {

struct Point {
  float x;
  float y;
  float weight;
};
struct Other {
  float a;
  float b;
  float c;
};

class Arguments : public RuntimeTest {
 protected:
  Arguments() {
    auto& kernels = runtime_.kernels();
    kernels.add({.name = "negate", .parameters = {element_wise(in_out<int>("x"))}},
                [](ItemId<1> id, std::span<int> x) { x[id[0]] = -x[id[0]]; });
    kernels.add({.name = "move_by",
                 .parameters = {element_wise(in_out<Point>("points")), scalar<Point>("by")}},
                [](ItemId<1> id, std::span<Point> points, Point by) {
                  points[id[0]].x += by.x;
                  points[id[0]].y += by.y;
                });
    kernels.add(
        {.name = "wide",
         .parameters = {scalar<std::int64_t>("i"), scalar<double>("d"), scalar<std::uint32_t>("u"),
                        scalar<bool>("b"), output<double>("out", "1")}},
        [](ItemRange, std::int64_t i, double d, std::uint32_t u, bool b, std::span<double> out) {
          out[0] = static_cast<double>(i) + d + u + (b ? 0.5 : 0.0);
        });
    kernels.add(
        {.name = "transpose",
         .parameters = {input<int, 2>("a", "rows, columns"), output<int, 2>("b", "columns, rows")},
         .dimensions = 2},
        [](ItemId<2> id, in<int, 2> a, out<int, 2> b) { b(id[1], id[0]) = a(id[0], id[1]); });
  }
};

// R5.1
TEST_F(Arguments, ContainersArraysAndSpansBind) {
  std::vector<int> vector{1, 2};
  std::array<int, 2> array{3, 4};
  int plain[2] = {5, 6};  // NOLINT: a C array is one of the things that bind
  HostArray<int> host = HostArray<int>::filled(7, 2);

  orchestrator_.execute("negate", vector);
  orchestrator_.execute("negate", array);
  orchestrator_.execute("negate", plain);
  orchestrator_.execute("negate", host);
  orchestrator_.execute("negate", std::span(vector).last(1));

  EXPECT_EQ(vector, (std::vector<int>{-1, 2}));
  EXPECT_EQ(array, (std::array<int, 2>{-3, -4}));
  EXPECT_EQ(plain[1], -6);
  EXPECT_EQ(host[1], -7);
}

// R5.1
TEST_F(Arguments, AStridedViewIsGatheredAndScatteredBack) {
  std::vector<int> data{1, 2, 3, 4, 5, 6, 7};

  orchestrator_.execute("negate", StridedView<int, 1>{data.data(), {3}, {3}});
  EXPECT_EQ(data, (std::vector<int>{-1, 2, 3, -4, 5, 6, -7}));

  orchestrator_.execute("negate", StridedView<int, 1>{data.data() + 6, {4}, {-2}});
  EXPECT_EQ(data, (std::vector<int>{1, 2, -3, -4, -5, 6, 7}));
}

// R5.1
TEST_F(Arguments, AStridedViewOfTwoAxesIsACutOfAMatrix) {
  const std::vector<int> matrix{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};  // [3, 4]
  const StridedView<const int, 2> cut{matrix.data() + 1, {3, 2}, {4, 1}};

  const auto turned = orchestrator_.execute<std::vector<int>>("transpose", cut);

  EXPECT_EQ(turned, (std::vector<int>{1, 11, 21, 2, 12, 22}));
}

// R5.1
TEST_F(Arguments, ScalarsWidenOnlyWithoutLoss) {
  const auto call = [this](auto i, auto d, auto u, auto b) {
    return orchestrator_.try_execute<double>("wide", i, d, u, b);
  };

  EXPECT_EQ(*call(std::int8_t{-3}, 2.5F, std::uint16_t{7}, true), 7.0);
  EXPECT_EQ(*call(1, 2, 3, false), 6.0);
  EXPECT_FALSE(call(1, 2, -3, false).ok());
  EXPECT_FALSE(call(1, 2, std::uint64_t{3}, false).ok());
  EXPECT_FALSE(call(1.0, 2, 3, false).ok());
  EXPECT_FALSE(call(1, 2, 3, 1).ok());
  EXPECT_FALSE(call(true, 2, 3, false).ok());
  EXPECT_FALSE(call(1, (std::int64_t{1} << 53U) + 1, 3, false).ok());
  EXPECT_FALSE(call(std::numeric_limits<std::uint64_t>::max(), 2, 3, false).ok());
  EXPECT_TRUE(call(std::numeric_limits<std::int64_t>::max(), 2, 3, false).ok());
}

// R5.1
TEST_F(Arguments, StructsBindByTypeAndNotBySize) {
  std::vector<Point> points{{1, 2, 3}};
  std::vector<Other> others{{1, 2, 3}};

  orchestrator_.execute("move_by", points, Point{10, 20, 0});
  EXPECT_EQ(points[0].y, 22);

  const auto error = error_of(orchestrator_.try_execute("move_by", others, Point{}));
  EXPECT_EQ(error.what, "The array has another element type.");
}

// R5.2
TEST_F(Arguments, AStructThatLiesInAnArrayTheKernelWritesIsRefused) {
  std::vector<Point> points(300, Point{1, 2, 3});

  EXPECT_EQ(error_of(orchestrator_.try_execute("move_by", points, points[0])).what,
            "An array that is written overlaps another argument.");
}

// R1.5
TEST_F(Arguments, AStructGivenByValueIsKeptForAQueuedCall) {
  std::vector<Point> points(3, Point{1, 2, 3});

  auto task = [&] { return orchestrator_.execute_async("move_by", points, Point{10, 20, 0}); }();
  std::move(task).get();

  EXPECT_EQ(points[2].x, 11);
}

// R5.1
TEST_F(Arguments, AnExpressionOfAScalarGivesTheShape) {
  runtime_.kernels().add(
      {.name = "ramp", .parameters = {scalar<std::uint32_t>("n"), output<int>("out", "2 * n + 1")}},
      [](ItemId<1> id, std::uint32_t, std::span<int> out) {
        out[id[0]] = static_cast<int>(id[0]);
      });

  EXPECT_EQ(orchestrator_.execute<std::vector<int>>("ramp", 2U), (std::vector<int>{0, 1, 2, 3, 4}));
}

// R5.2
TEST_F(Arguments, AStridedViewWhoseReachHasNoAddressIsRefused) {
  std::vector<int> data(4);
  const StridedView<int, 1> view{data.data(), {3}, {std::numeric_limits<std::int64_t>::max() / 2}};

  EXPECT_EQ(error_of(orchestrator_.try_execute("negate", view)).what,
            "The array is larger than any memory.");
}

// Every element type that kernels take goes through a kernel unchanged.
template <class T>
class EveryType : public RuntimeTest {};
using ElementTypes = testing::Types<bool,
                                    std::int8_t,
                                    std::uint8_t,
                                    std::int16_t,
                                    std::uint16_t,
                                    std::int32_t,
                                    std::uint32_t,
                                    std::int64_t,
                                    std::uint64_t,
                                    half,
                                    float,
                                    double,
                                    Point>;
class TypeNames {
 public:
  template <class T>
  static std::string GetName(int index) {  // NOLINT: GoogleTest's name
    return std::string(to_string(type_id_of<T>.element())) + std::to_string(index);
  }
};
TYPED_TEST_SUITE(EveryType, ElementTypes, TypeNames);

// R5.1
TYPED_TEST(EveryType, PassesThroughAKernelAsArrayAndAsScalar) {
  this->runtime_.kernels().add(
      {.name = "fill",
       .parameters = {scalar<TypeParam>("value"), element_wise(output<TypeParam>("out"))}},
      [](ItemId<1> id, TypeParam value, std::span<TypeParam> out) { out[id[0]] = value; });
  TypeParam value{};
  std::memset(static_cast<void*>(&value), 1, sizeof(value));
  std::array<TypeParam, 33> out{};

  for (const char* device : {"cpu:0", "test:0", "test:1"}) {
    out.fill(TypeParam{});
    this->orchestrator_.with({.device = device}).execute("fill", value, out);
    EXPECT_EQ(std::memcmp(&out[32], &value, sizeof(value)), 0) << device;
  }
}

}  // namespace
}  // namespace dotcompute
