// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <limits>

namespace dotcompute {
namespace {

/// Wrong calls, each by name and on both ways: the first goes the whole way, the second, after a
/// call that was right, the short one.
class Refusals : public RuntimeTest {
 protected:
  Error refused(std::string_view kernel, std::initializer_list<NamedArgument> arguments) {
    const auto cold = error_of(orchestrator_.try_execute(kernel, arguments));
    orchestrator_.execute("saxpy", 1.0F, x_, scratch_);
    const HostArray<float> square = HostArray<float>::filled(1, 2, 2);
    std::ignore = orchestrator_.execute<HostArray<float>>("matmul", square, square);
    const auto warm = error_of(orchestrator_.try_execute(kernel, arguments));
    EXPECT_EQ(cold.message(), warm.message());
    EXPECT_EQ(cold.code, ErrorCode::invalid_argument);
    return cold;
  }

  std::vector<float> x_{1, 2, 3};
  std::vector<float> y_{1, 2, 3};
  std::vector<float> scratch_{0, 0, 0};
};

// R5.2
TEST_F(Refusals, AMissingArgumentIsNamedWithWhatItShouldBe) {
  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"y", y_}});

  EXPECT_EQ(error.what, "An argument is missing.");
  EXPECT_EQ(error.context.kernel.view(), "saxpy");
  EXPECT_EQ(error.context.parameter.view(), "x");
  EXPECT_EQ(error.context.expected.view(), "in array of float32");
}

// R5.2
TEST_F(Refusals, AnUnknownArgumentIsNamedWithTheParametersThereAre) {
  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", x_}, {"z", y_}});

  EXPECT_EQ(error.context.parameter.view(), "z");
  EXPECT_EQ(error.context.advice.view(), "The kernel's parameters are: alpha, x, y.");
}

// R5.2
TEST_F(Refusals, AnArgumentGivenTwiceIsNamed) {
  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", x_}, {"x", x_}, {"y", y_}});

  EXPECT_EQ(error.what, "The parameter is given twice.");
  EXPECT_EQ(error.context.parameter.view(), "x");
}

// R5.2
TEST_F(Refusals, AnotherElementTypeIsToldWithBothTypes) {
  const std::vector<double> wide{1, 2, 3};

  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", wide}, {"y", y_}});

  EXPECT_EQ(error.what, "The array has another element type.");
  EXPECT_EQ(error.context.expected.view(), "in array of float32");
  EXPECT_EQ(error.context.got.view(), "read-only array of float64, extents 3");
}

// R5.1
TEST_F(Refusals, ADoubleIsNotNarrowedToAFloat) {
  const auto error = refused("saxpy", {{"alpha", 2.5}, {"x", x_}, {"y", y_}});

  EXPECT_EQ(error.context.parameter.view(), "alpha");
  EXPECT_EQ(error.context.expected.view(), "float32 value");
  EXPECT_EQ(error.context.got.view(), "float64 value 2.5");
}

// R5.2
TEST_F(Refusals, AScalarForAnArrayAndAnArrayForAScalarAreToldApart) {
  EXPECT_EQ(refused("saxpy", {{"alpha", 1.0F}, {"x", 1.0F}, {"y", y_}}).what,
            "The parameter is an array, not a single value.");
  EXPECT_EQ(refused("saxpy", {{"alpha", x_}, {"x", x_}, {"y", y_}}).what,
            "The parameter is a single value, not an array.");
}

// R5.2
TEST_F(Refusals, AnOutputThatIsConstOrATemporaryIsRefused) {
  const std::vector<float> constant{1, 2, 3};

  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", x_}, {"y", constant}});
  EXPECT_EQ(error.context.parameter.view(), "y");
  EXPECT_EQ(error.context.got.view(), "read-only array of float32, extents 3");
  EXPECT_EQ(refused("saxpy", {{"alpha", 1.0F}, {"x", x_}, {"y", std::vector<float>(3)}})
                .context.got.view(),
            "temporary array of float32, extents 3");
}

// R5.2
TEST_F(Refusals, SizesThatDoNotAgreeAreToldWithBothSizes) {
  const std::vector<float> longer(4);

  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", longer}, {"y", y_}});

  EXPECT_EQ(error.what, "The sizes of the arguments do not agree.");
  EXPECT_EQ(error.context.parameter.view(), "y");
  EXPECT_EQ(error.context.expected.view(), "extent 4 (one element for each work item)");
  EXPECT_EQ(error.context.got.view(), "3");
}

// R5.2
TEST_F(Refusals, AnotherRankIsToldWithWhatToWrite) {
  const auto error = refused("matmul", {{"a", x_}, {"b", x_}, {"c", scratch_}});

  EXPECT_EQ(error.what, "The array has another number of axes.");
  EXPECT_NE(error.context.advice.view().find("dc::in<T, 2>"), std::string_view::npos);
}

// R5.2
TEST_F(Refusals, InnerExtentsThatDoNotAgreeNameTheAxis) {
  const HostArray<float> a = HostArray<float>::filled(1, 2, 3);
  const HostArray<float> b = HostArray<float>::filled(1, 4, 5);
  HostArray<float> c = HostArray<float>::filled(1, 2, 5);

  const auto error = refused("matmul", {{"a", a}, {"b", b}, {"c", c}});

  EXPECT_EQ(error.context.parameter.view(), "b");
  EXPECT_EQ(error.context.expected.view(), "extent 3 (k)");
  EXPECT_EQ(error.context.got.view(), "4 on axis 0");
}

// R5.2
TEST(DeviceLimits, ARangeBeyondThatOfTheDeviceIsRefusedBeforeAnythingIsQueued) {
  auto info = TestBackend::separate_memory("test:0");
  info.max_items = 4;
  const auto backend = std::make_shared<TestBackend>(std::vector<backend::DeviceInfo>{info});
  auto runtime = Runtime::create(RuntimeBuilder().without_built_in_backends().add_backend(backend));
  add_vector_add(runtime.kernels());
  const auto forced = runtime.orchestrator().with({.device = "test:0"});
  const std::vector<float> four(4, 1.0F);
  const std::vector<float> five(5, 1.0F);
  EXPECT_TRUE(forced.try_execute<std::vector<float>>("vector_add", four, four).ok());
  backend->device().fail(null::Operation::copy, ErrorCode::internal, 0, 100);

  for (int repeat = 0; repeat < 2; ++repeat) {
    const auto result = forced.try_execute<std::vector<float>>("vector_add", five, five);

    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(result.error().context.expected.view(), "at most 4 items on an axis");
    EXPECT_EQ(result.error().context.device.view(), "test:0");
  }
  EXPECT_EQ(backend->device().launches(), 1U);
}

// R5.2
TEST_F(Refusals, ANullSpanWithElementsIsRefused) {
  const in<float> null_view(nullptr, {3});

  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", null_view}, {"y", y_}});

  EXPECT_EQ(error.what, "The array has elements but no memory.");
  EXPECT_EQ(error.context.got.view(), "a null pointer with 3 elements");
}

// R5.2
TEST_F(Refusals, AnOutputThatOverlapsAnInputIsRefusedUnlessTheKernelAllowsIt) {
  const auto error = refused("saxpy", {{"alpha", 1.0F}, {"x", std::span(y_).first(3)}, {"y", y_}});
  EXPECT_EQ(error.context.parameter.view(), "y");
  EXPECT_EQ(error.context.got.view(), "memory shared with x");

  runtime_.kernels().add(
      {.name = "in_place",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("y"))},
       .allows_overlap = true},
      [](ItemId<1> id, std::span<const float> x, std::span<float> y) { y[id[0]] = x[id[0]] + 1; });
  orchestrator_.execute("in_place", y_, y_);
  EXPECT_EQ(y_, (std::vector<float>{2, 3, 4}));
}

// R5.2
TEST_F(Refusals, NeighboursThatDoNotOverlapAreTaken) {
  std::vector<float> both{1, 2, 3, 10, 20, 30};

  orchestrator_.execute("saxpy", 1.0F, std::span(both).first(3), std::span(both).last(3));

  EXPECT_EQ(both[5], 33);
}

// R5.2
TEST_F(Refusals, SizesAboveAllMemoryAreRefused) {
  constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
  const in<float> huge(x_.data(), {kHuge});
  const in<float, 2> wide(x_.data(), {kHuge / 2, 4});
  const HostArray<float> b = HostArray<float>::filled(1, 2, 2);
  HostArray<float> c = HostArray<float>::filled(1, 2, 2);

  EXPECT_EQ(refused("saxpy", {{"alpha", 1.0F}, {"x", huge}, {"y", y_}}).what,
            "The array is larger than any memory.");
  EXPECT_EQ(refused("matmul", {{"a", wide}, {"b", b}, {"c", c}}).what,
            "The array is larger than any memory.");
}

// R5.2
TEST_F(Refusals, CallsByHandleAreCheckedForNullOverlapAndSizes) {
  const auto refusal = [this](const auto& x, auto&& y) {
    return error_of(orchestrator_.try_execute(handles::kSaxpy, 1.0F, x, y)).what;
  };
  const std::vector<float> longer(4);

  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(refusal(in<float>(nullptr, {3}), y_), "The array has elements but no memory.");
    EXPECT_EQ(refusal(y_, y_), "An array that is written overlaps another argument.");
    EXPECT_EQ(refusal(longer, y_), "The sizes of the arguments do not agree.");
    orchestrator_.execute(handles::kSaxpy, 1.0F, x_, scratch_);
  }
}

// R5.2
TEST_F(Refusals, AnElementWiseBufferShorterThanTheRangeIsRefused) {
  runtime_.kernels().add({.name = "first_n",
                          .parameters = {element_wise(input<float>("x")), scalar<int>("n"),
                                         element_wise(output<float>("out", "n"))}},
                         [](ItemId<1> id, std::span<const float> x, int, std::span<float> out) {
                           out[id[0]] = x[id[0]];
                         });

  EXPECT_EQ(orchestrator_.execute<std::vector<float>>("first_n", x_, 2).size(), 2U);
  EXPECT_EQ(error_of(orchestrator_.try_execute<std::vector<float>>("first_n", x_, 100)).what,
            "The range reaches beyond an array with an element for each item.");
  EXPECT_EQ(error_of(orchestrator_.try_execute<std::vector<float>>("first_n", x_, -1))
                .context.parameter.view(),
            "n");
}

// R5.2
TEST_F(Refusals, ARangeWithMoreAxesThanTheKernelIsRefused) {
  const auto wide = orchestrator_.with({.range = LaunchRange{{3, 1000, 1}}});

  EXPECT_EQ(error_of(wide.try_execute("saxpy", 1.0F, x_, y_)).what,
            "The range has more axes than the kernel.");
}

// R5.2
TEST_F(Refusals, AGroupWhoseProductOverflowsIsRefused) {
  const auto grouped = orchestrator_.with(
      {.device = "test:0", .group_size = std::array<std::uint32_t, 3>{769546, 494770, 48448661}});

  EXPECT_EQ(error_of(grouped.try_execute("saxpy", 1.0F, x_, y_)).what,
            "The device does not take this work-group size.");
}

// R5.2
TEST_F(Refusals, AResultOfAnotherTypeOrAMissingResultIsRefused) {
  EXPECT_EQ(error_of(orchestrator_.try_execute<std::vector<int>>("vector_add", x_, y_)).what,
            "The result has another element type.");
  EXPECT_EQ(error_of(orchestrator_.try_execute("vector_add", {{"a", x_}, {"b", y_}})).what,
            "The outputs that are not given and the results do not match.");
  EXPECT_EQ(error_of(orchestrator_.try_execute<std::vector<float>>(
                         "vector_add", {{"a", x_}, {"b", y_}, {"out", scratch_}}))
                .what,
            "The outputs that are not given and the results do not match.");
}

// R5.2
TEST_F(Refusals, TheNumberOfPositionalArgumentsIsTold) {
  const auto error = error_of(orchestrator_.try_execute("saxpy", 1.0F, x_));

  EXPECT_EQ(error.context.expected.view(), "3 arguments");
  EXPECT_EQ(error.context.got.view(), "2");
  EXPECT_EQ(error.context.advice.view(), "Give, in this order: alpha, x, y.");
}

// R5.2
TEST(DeviceLimits, ABufferOrAGroupAboveTheDevicesLimitIsRefused) {
  auto info = TestBackend::separate_memory("test:0");
  info.max_allocation_bytes = 1024;
  info.max_group_size = 64;
  info.has_float64 = false;
  auto backend = std::make_shared<TestBackend>(std::vector{info});
  auto runtime = Runtime::create(RuntimeBuilder().add_backend(backend));
  add_saxpy(runtime.kernels());
  runtime.kernels().add({.name = "wide", .parameters = {element_wise(in_out<double>("x"))}},
                        [](ItemId<1>, std::span<double>) {});
  const auto forced = runtime.orchestrator().with({.device = "test:0"});
  const auto grouped = runtime.orchestrator().with(
      {.device = "test:0", .group_size = std::array<std::uint32_t, 3>{65, 1, 1}});
  std::vector<float> x(257);
  std::vector<float> y(257);
  std::vector<float> few(4);
  std::vector<double> wide(4);

  const auto large = error_of(forced.try_execute("saxpy", 1.0F, x, y));
  const auto group = error_of(grouped.try_execute("saxpy", 1.0F, std::vector<float>(4), few));
  const auto type = error_of(forced.try_execute("wide", wide));
  EXPECT_TRUE(forced.try_execute("saxpy", 1.0F, std::vector<float>(4), few).ok());
  EXPECT_FALSE(forced.try_execute("saxpy", 1.0F, x, y).ok());

  EXPECT_EQ(large.context.parameter.view(), "x");
  EXPECT_EQ(large.context.expected.view(), "at most 1024 bytes");
  EXPECT_EQ(large.context.got.view(), "1028");
  EXPECT_EQ(group.context.expected.view(), "1 to 64 items");
  EXPECT_EQ(type.context.got.view(), "float64");
  runtime.memory().trim();
  EXPECT_EQ(backend->device().live_allocations(), 0U);
}

// R9.1
TEST_F(Refusals, EachKindOfFailureHasItsException) {
  std::vector<int> bad{13};
  try {
    orchestrator_.execute("thrower", bad);
    FAIL() << "a kernel that throws must fail";
  } catch (const ExecutionException& thrown) {
    EXPECT_EQ(thrown.kernel(), "thrower");
    EXPECT_EQ(thrown.device(), "cpu:0");
    EXPECT_EQ(thrown.attempt(), 1U);
    EXPECT_FALSE(thrown.is_transient());
    EXPECT_NE(std::string_view(thrown.what()).find("thirteen"), std::string_view::npos);
    EXPECT_THROW(std::rethrow_exception(thrown.cause()), std::runtime_error);
  }
  EXPECT_THROW(orchestrator_.execute("no_such_kernel"), KernelNotFoundException);
  EXPECT_THROW(orchestrator_.execute("saxpy"), BindingException);
}

// R2.7
TEST_F(Refusals, AnUnknownNameSuggestsTheNearest) {
  const auto error = error_of(orchestrator_.try_execute("saxpi"));

  EXPECT_EQ(error.code, ErrorCode::kernel_not_found);
  EXPECT_NE(error.context.advice.view().find("saxpy"), std::string_view::npos);
}

}  // namespace
}  // namespace dotcompute
