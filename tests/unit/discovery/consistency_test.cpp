// SPDX-License-Identifier: Apache-2.0
#include "discovery/consistency.hpp"

#include "registry_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace dotcompute::core {
namespace {

using testing::HasSubstr;

std::string text(std::string_view view) {
  return std::string(view);
}

/// A registration and what its check says.
class ConsistencyTest : public testing::Test {
 protected:
  /// The only problem; fails the test if there is not exactly one.
  Error problem() {
    Problems problems;
    check_consistency(registration_, problems);
    EXPECT_EQ(problems.size(), 1U);
    return problems.empty() ? Error{} : problems.error();
  }
  std::size_t problem_count() {
    Problems problems;
    check_consistency(registration_, problems);
    return problems.size();
  }
  KernelMetadata& metadata() { return registration_.metadata; }
  Parameter& x() { return registration_.metadata.parameters[0]; }
  Parameter& y() { return registration_.metadata.parameters[1]; }
  template <class Callable>
  void use(Callable callable) {
    registration_.callable = make_callable_kernel(callable);
  }

  KernelRegistration registration_ = kernel("saxpy", "physics::fluids");
};

// R2.5
TEST_F(ConsistencyTest, AcceptsARegistrationThatFits) {
  EXPECT_EQ(problem_count(), 0U);
}

// R2.5
TEST_F(ConsistencyTest, NamesAreIdentifiers) {
  for (const char* name : {"", "1st", "a b", "a::b", "a-b", "\xC3\xA4"}) {
    metadata().name = name;
    EXPECT_THAT(text(problem().what), HasSubstr("name of a kernel")) << name;
  }
}

// R2.5
TEST_F(ConsistencyTest, NameSpacesAreIdentifiersJoinedByColons) {
  for (const char* name_space : {"::a", "a::", "a:b", "a::::b", "a::1", "a b"}) {
    metadata().name_space = name_space;
    EXPECT_THAT(text(problem().what), HasSubstr("name space")) << name_space;
  }
}

// R2.5
TEST_F(ConsistencyTest, ParameterNamesAreIdentifiers) {
  y().name = "y'";

  const Error error = problem();

  EXPECT_EQ(error.context.kernel.view(), "physics::fluids::saxpy");
  EXPECT_EQ(error.context.parameter.view(), "y'");
  EXPECT_THAT(text(error.context.got.view()), HasSubstr("parameter 2"));
}

// R2.5
TEST_F(ConsistencyTest, ParameterNamesAreUnique) {
  y().name = "x";

  EXPECT_THAT(text(problem().what), HasSubstr("same name"));
}

// R2.5
TEST_F(ConsistencyTest, HasAtMostTheParametersThatACallHolds) {
  registration_.callable = {};
  registration_.definitions = {{"source", "entry", AcceleratorType::opencl}};
  metadata().backends = KernelBackends::opencl;
  metadata().parameters.clear();
  for (std::size_t at = 0; at < kMaxParameters; ++at) {
    metadata().parameters.push_back(scalar<float>("p" + std::to_string(at)));
  }
  EXPECT_EQ(problem_count(), 0U);

  metadata().parameters.push_back(scalar<float>("one_more"));

  EXPECT_EQ(problem().context.got.view(), "25");
}

// R2.5
TEST_F(ConsistencyTest, BuffersHaveOneToThreeAxes) {
  for (const int rank : {0, 4, 255}) {
    x().rank = static_cast<std::uint8_t>(rank);
    EXPECT_EQ(problem().context.parameter.view(), "x");
  }
}

// R2.5
TEST_F(ConsistencyTest, LaunchesHaveOneToThreeAxes) {
  for (const int dimensions : {0, 4}) {
    metadata().dimensions = static_cast<std::uint8_t>(dimensions);
    EXPECT_THAT(text(problem().what), HasSubstr("launch range"));
  }
}

// R2.5
TEST_F(ConsistencyTest, ScalarsAreReadAndHaveNoExtents) {
  use([](const ItemRange&, float, std::span<float>) {});
  x() = scalar<float>("x");
  EXPECT_EQ(problem_count(), 0U);

  x().direction = Direction::out;
  EXPECT_EQ(problem().context.got.view(), "direction out");
  x().direction = Direction::in;
  x().extents = "n";
  EXPECT_EQ(problem().context.got.view(), "'n'");
}

// R2.5
TEST_F(ConsistencyTest, TypesHaveASize) {
  registration_.callable = {};
  registration_.definitions = {{"source", "entry", AcceleratorType::opencl}};
  metadata().backends = KernelBackends::opencl;
  x().type = TypeId();

  EXPECT_THAT(text(problem().what), HasSubstr("no element type"));
}

// R2.5
TEST_F(ConsistencyTest, OnlyStencilsHaveARadius) {
  x().stencil_radius = 1;
  EXPECT_THAT(text(problem().what), HasSubstr("radius"));

  x().access = AccessPattern::stencil;
  EXPECT_EQ(problem_count(), 0U);
}

// R2.5
TEST_F(ConsistencyTest, ElementWiseBuffersHaveTheAxesOfTheLaunch) {
  x().access = AccessPattern::element_wise;
  EXPECT_EQ(problem_count(), 0U);

  metadata().dimensions = 2;

  EXPECT_EQ(problem().context.expected.view(), "rank 2");
}

// R2.5
TEST_F(ConsistencyTest, WorkGroupsHaveAtMostAThousandAndTwentyFourItems) {
  metadata().dimensions = 3;
  metadata().group_size = {16, 8, 8};
  EXPECT_EQ(problem_count(), 0U);

  metadata().group_size = {16, 16, 8};
  EXPECT_EQ(problem().context.got.view(), "16 x 16 x 8");
  metadata().group_size = {0xFFFF'FFFF, 0xFFFF'FFFF, 0xFFFF'FFFF};
  EXPECT_THAT(text(problem().what), HasSubstr("too large"));
}

// R2.5
TEST_F(ConsistencyTest, WorkGroupsHaveNoMoreAxesThanTheLaunch) {
  metadata().group_size = {16, 1, 0};
  EXPECT_EQ(problem_count(), 0U);

  metadata().group_size = {16, 2, 0};

  EXPECT_THAT(text(problem().what), HasSubstr("more axes"));
}

// R2.5
TEST_F(ConsistencyTest, ExtentsAreRules) {
  x().extents = "n +";

  const Error error = problem();

  EXPECT_EQ(error.context.parameter.view(), "x");
  EXPECT_FALSE(error.context.expected.empty());
}

// R2.6
TEST_F(ConsistencyTest, AKernelHasABody) {
  registration_.callable = {};

  EXPECT_THAT(text(problem().what), HasSubstr("no body"));
}

// R2.6
TEST_F(ConsistencyTest, ABodysBackEndIsNamedByTheMetadata) {
  metadata().backends = KernelBackends::cuda;

  const Error error = problem();

  EXPECT_EQ(error.context.expected.view(), "backends with cpu");
  EXPECT_EQ(error.context.got.view(), "cuda");
}

// R2.6
TEST_F(ConsistencyTest, BackEndsWhoseBodiesMayComeLaterAreNotYetNamed) {
  metadata().backends = KernelBackends::cpu | KernelBackends::cuda;

  EXPECT_EQ(problem_count(), 0U);

  EXPECT_EQ(metadata().backends, KernelBackends::cpu);
}

// R2.6
TEST_F(ConsistencyTest, OneBodyForEachBackEnd) {
  registration_.definitions = {{"source", "entry", AcceleratorType::cpu}};

  EXPECT_THAT(text(problem().what), HasSubstr("two bodies"));
}

// R2.6
TEST_F(ConsistencyTest, TextIsForABackEndThatBuildsText) {
  for (const auto backend : {AcceleratorType::automatic, AcceleratorType::null}) {
    registration_.definitions = {{"source", "entry", backend}};
    EXPECT_THAT(text(problem().what), HasSubstr("no back end"));
  }
}

// R2.6
TEST_F(ConsistencyTest, TextAndItsEntryPointAreNotEmpty) {
  metadata().backends = KernelBackends::cpu | KernelBackends::opencl;
  registration_.definitions = {{"", "entry", AcceleratorType::opencl}};
  EXPECT_THAT(text(problem().what), HasSubstr("source"));

  metadata().backends = KernelBackends::cpu | KernelBackends::opencl;
  registration_.definitions = {{"source", "", AcceleratorType::opencl}};
  EXPECT_THAT(text(problem().what), HasSubstr("entry point"));
}

// R2.6
TEST_F(ConsistencyTest, TheCallableTakesAsManyParameters) {
  use([](const ItemRange&, std::span<const float>) {});

  const Error error = problem();

  EXPECT_EQ(error.context.expected.view(), "2");
  EXPECT_EQ(error.context.got.view(), "1");
}

// R2.6
TEST_F(ConsistencyTest, TheCallableTakesTheSameKinds) {
  use([](const ItemRange&, float, std::span<float>) {});

  EXPECT_EQ(problem().context.got.view(), "a scalar");
}

// R2.6
TEST_F(ConsistencyTest, TheCallableTakesTheSameTypes) {
  use([](const ItemRange&, std::span<const double>, std::span<float>) {});

  const Error error = problem();

  EXPECT_EQ(error.context.expected.view(), "float32");
  EXPECT_EQ(error.context.got.view(), "float64");
}

// R2.6
TEST_F(ConsistencyTest, TheCallableTakesTheSameRanks) {
  use([](const ItemRange&, in<float, 2>, out<float, 1>) {});

  EXPECT_EQ(problem().context.got.view(), "rank 2");
}

// R2.6
TEST_F(ConsistencyTest, ASpanOfWritableElementsIsAnOutput) {
  use([](const ItemRange&, std::span<float>, std::span<float>) {});
  EXPECT_EQ(problem().context.parameter.view(), "x");

  x().direction = Direction::inout;
  EXPECT_EQ(problem_count(), 0U);
}

// R2.6
TEST_F(ConsistencyTest, ASpanOfConstantElementsIsAnInput) {
  use([](const ItemRange&, std::span<const float>, std::span<const float>) {});

  EXPECT_EQ(problem().context.parameter.view(), "y");
}

// R2.6
TEST_F(ConsistencyTest, AViewTellsTheDirectionExactly) {
  use([](const ItemRange&, in<float, 1>, inout<float, 1>) {});

  EXPECT_EQ(problem().context.got.view(), "direction inout");
}

// R2.6
TEST_F(ConsistencyTest, ACallableForItemsHasTheAxesOfTheLaunch) {
  use([](ItemId<2>, std::span<const float>, std::span<float>) {});

  const Error error = problem();

  EXPECT_EQ(error.context.expected.view(), "ItemId<1>");
  EXPECT_EQ(error.context.got.view(), "ItemId<2>");
}

// R2.6
TEST_F(ConsistencyTest, ACallableForAllTheWorkIsNotParallel) {
  use([](std::span<const float>, std::span<float>) {});

  EXPECT_EQ(problem_count(), 0U);

  EXPECT_FALSE(metadata().is_parallel);
}

// R2.5
TEST_F(ConsistencyTest, ReportsAllProblemsAtOnce) {
  metadata().name = "";
  x().rank = 0;
  y().name = "x";
  registration_.definitions = {{"", "", AcceleratorType::cuda}};
  Problems problems;

  check_consistency(registration_, problems);

  EXPECT_EQ(problems.size(), 6U);
  const Error error = problems.error();
  EXPECT_EQ(error.what, "The kernels are not registered.");
  ASSERT_NE(error.log, nullptr);
  EXPECT_EQ(std::count(error.log->begin(), error.log->end(), '\n'), 5);
  EXPECT_THAT(*error.log, HasSubstr("parameter 'x': A buffer has 1 to 3 axes. Expected a rank from "
                                    "1 to 3, got 0."));
}

}  // namespace
}  // namespace dotcompute::core
