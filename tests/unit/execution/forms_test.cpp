// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <array>
#include <numeric>
#include <tuple>

namespace dotcompute {
namespace {

class CallForms : public RuntimeTest {
 protected:
  std::vector<float> a_{1, 2, 3};
  std::vector<float> b_{10, 20, 30};
  const std::vector<float> sum_{11, 22, 33};
};

// R1.1
TEST_F(CallForms, NamedArgumentsComeInAnyOrderAndTheResultIsReturned) {
  EXPECT_EQ(orchestrator_.execute<std::vector<float>>("vector_add", {{"b", b_}, {"a", a_}}), sum_);
}

// R1.1
TEST_F(CallForms, AScalarFromALiteralBindsByName) {
  orchestrator_.execute("saxpy", {{"alpha", 2}, {"x", a_}, {"y", b_}});

  EXPECT_EQ(b_, (std::vector<float>{12, 24, 36}));
}

// R1.2
TEST_F(CallForms, PositionalArgumentsGoInParameterOrder) {
  std::vector<float> out(3);

  orchestrator_.execute("vector_add", a_, b_, out);

  EXPECT_EQ(out, sum_);
}

// R1.2
TEST_F(CallForms, PositionalArgumentsSkipReturnedOutputs) {
  EXPECT_EQ(orchestrator_.execute<std::vector<float>>("vector_add", a_, b_), sum_);
}

// R1.3
TEST_F(CallForms, AContainerIsTheInputOfAKernelWithOneInput) {
  const std::vector<int> input{1, 2, 3, 4, 5};

  const auto sums = orchestrator_.execute<std::vector<int>, std::vector<int>>("block_sums", input);

  EXPECT_EQ(sums, (std::vector<int>{10, 5}));
}

struct AddInput {
  std::vector<float> a;
  std::span<const float> b;
};

// R1.3
TEST_F(CallForms, TheMembersOfAnAggregateAreTheArguments) {
  const AddInput input{a_, b_};

  EXPECT_EQ((orchestrator_.execute<AddInput, std::vector<float>>("vector_add", input)), sum_);
  EXPECT_EQ((orchestrator_.execute_async<AddInput, std::vector<float>>("vector_add", input).get()),
            sum_);
}

// R1.4
TEST_F(CallForms, AHandleTakesTheArgumentsItsTypesSay) {
  std::vector<float> out(3);

  orchestrator_.execute(handles::kVectorAdd, a_, b_, out);

  EXPECT_EQ(out, sum_);
  EXPECT_EQ(orchestrator_.execute<std::vector<float>>(handles::kVectorAdd, a_, b_), sum_);
}

// R1.4
TEST_F(CallForms, AHandleOfAnotherSignatureIsRefusedWithBothSignatures) {
  constexpr KernelHandle<in<float>, out<float>> kWrong{"vector_add"};
  std::vector<float> out(3);

  const auto error = error_of(orchestrator_.try_execute(kWrong, a_, out));

  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.context.kernel.view(), "test::vector_add");
  EXPECT_NE(error.context.expected.view().find("in array of float32"), std::string_view::npos);
}

// R1.4
TEST_F(CallForms, AHandleTakesViewsStridedViewsAndTemporaries) {
  const std::array<float, 6> every_second{1, 0, 2, 0, 3, 0};
  std::vector<float> out(3);

  orchestrator_.execute(handles::kVectorAdd,
                        StridedView<const float, 1>{every_second.data(), {3}, {2}},
                        std::vector<float>{10, 20, 30}, out);

  EXPECT_EQ(out, sum_);
}

// R1.4
TEST_F(CallForms, AHandleRefusesAnIntegerThatItsFloatCannotHold) {
  const auto error = error_of(orchestrator_.try_execute(handles::kSaxpy, (1 << 24) + 1, a_, b_));

  EXPECT_EQ(error.context.parameter.view(), "alpha");
  EXPECT_EQ(b_, (std::vector<float>{10, 20, 30}));
}

// R1.9
TEST_F(CallForms, SeveralOutputsAreReturnedAsATupleInParameterOrder) {
  const std::vector<int> a{5, 7};
  const std::vector<int> b{1, 10};

  const auto [sum, difference] =
      orchestrator_.execute<std::tuple<std::vector<int>, HostArray<int>>>("sum_and_difference", a,
                                                                          b);

  EXPECT_EQ(sum, (std::vector<int>{6, 17}));
  EXPECT_EQ(difference[0], 4);
  EXPECT_EQ(difference[1], -3);
}

// R1.9
TEST_F(CallForms, SomeOutputsMayBeGivenAndTheOthersReturned) {
  const std::vector<int> a{5, 7};
  std::vector<int> sum(2);

  const auto difference = orchestrator_.execute<std::vector<int>>(
      "sum_and_difference", {{"a", a}, {"b", std::vector<int>{1, 1}}, {"sum", sum}});

  EXPECT_EQ(sum, (std::vector<int>{6, 8}));
  EXPECT_EQ(difference, (std::vector<int>{4, 6}));
}

// R1.9
TEST_F(CallForms, AnOutputOfOneElementIsReturnedAsAValue) {
  EXPECT_EQ(orchestrator_.execute<int>("block_sums", std::array{1, 2, 3}), 6);
  const auto error =
      error_of(orchestrator_.try_execute<int>("block_sums", std::array{1, 2, 3, 4, 5}));
  EXPECT_EQ(error.context.expected.view(), "2 elements");
}

// R1.10
TEST_F(CallForms, AShapeRuleGivesTheShapeOfAReturnedOutput) {
  const HostArray<float> a = HostArray<float>::filled(1, 2, 3);
  const HostArray<float> b = HostArray<float>::filled(2, 3, 5);

  const auto c = orchestrator_.execute<HostArray<float>>("matmul", a, b);

  EXPECT_EQ(c.rank(), 2);
  EXPECT_EQ(c.extents(), (Extents{2, 5, 1}));
  for (const float element : c) {
    EXPECT_EQ(element, 6);
  }
}

// R1.10
TEST_F(CallForms, WithoutARuleTheReturnedFormSaysSoAndTheGivenFormWorks) {
  runtime_.kernels().add(
      {.name = "unknown_shape", .parameters = {input<int>("x"), output<int>("out")}},
      [](ItemId<1> id, std::span<const int> x, std::span<int> out) { out[id[0]] = x[0]; });
  const std::vector<int> x{7};
  std::vector<int> out(3);

  const auto error = error_of(orchestrator_.try_execute<std::vector<int>>("unknown_shape", x));
  orchestrator_.execute("unknown_shape", x, out);

  EXPECT_EQ(error.context.parameter.view(), "out");
  EXPECT_EQ(error.what, "The shape of a returned output cannot be worked out.");
  EXPECT_EQ(out, (std::vector<int>{7, 7, 7}));
}

// R1.10
TEST_F(CallForms, TheLaunchRangeIsThatOfTheFirstOutputUnlessGiven) {
  std::vector<float> out(3, -1);

  orchestrator_.with({.range = LaunchRange{{2, 1, 1}}}).execute("vector_add", a_, b_, out);

  EXPECT_EQ(out, (std::vector<float>{11, 22, -1}));
}

// R1.10
TEST_F(CallForms, ARangeBeyondAnElementWiseBufferIsRefused) {
  std::vector<float> out(3);

  const auto error = error_of(
      orchestrator_.with({.range = LaunchRange{{4, 1, 1}}}).try_execute("vector_add", a_, b_, out));

  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.context.got.view(), "3");
}

TEST_F(CallForms, NoElementsGiveAnEmptyResultWithoutALaunch) {
  const std::vector<float> none;

  EXPECT_TRUE(orchestrator_.execute<std::vector<float>>("vector_add", none, none).empty());
  EXPECT_TRUE(orchestrator_.with({.device = "test:1"})
                  .execute<std::vector<float>>("vector_add", none, none)
                  .empty());
  EXPECT_EQ(test_backend_->device(1).launches(), 0U);
}

// The first call goes the whole way, the second the short one: both give the same.
TEST_F(CallForms, SizesFarFromAGroupGiveTheSameOnBothWays) {
  for (const std::size_t size : {1UL, 2UL, 255UL, 257UL, 1'000'003UL}) {
    std::vector<float> a(size);
    std::iota(a.begin(), a.end(), 0.0F);
    for (int round = 0; round < 3; ++round) {
      const auto out = orchestrator_.execute<std::vector<float>>("vector_add", a, a);
      ASSERT_EQ(out.size(), size);
      for (std::size_t i = 0; i < size; ++i) {
        ASSERT_EQ(out[i], 2 * a[i]) << "size " << size << ", round " << round;
      }
    }
  }
}

// R1.2
TEST_F(CallForms, ShortAndQualifiedNamesCallTheSameKernel) {
  EXPECT_EQ(orchestrator_.execute<std::vector<float>>("test::vector_add", a_, b_), sum_);
}

}  // namespace
}  // namespace dotcompute
