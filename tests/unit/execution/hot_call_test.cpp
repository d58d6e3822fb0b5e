// SPDX-License-Identifier: Apache-2.0
// Calls by handle of a kernel that has a launch plan, which go the shortest way: whatever is not of
// the plainest kind must leave it, and what is wrong must be found there too.
#include "support/runtime_test.hpp"

#include <span>

namespace dotcompute {
namespace {

class HotCalls : public RuntimeTest {
 protected:
  HotCalls() {
    orchestrator_.execute(handles::kVectorAdd, a_, b_, out_);
    orchestrator_.execute(handles::kMatmul, ArrayView<const float, 2>(a_.data(), {2, 2}),
                          ArrayView<const float, 2>(b_.data(), {2, 2}),
                          ArrayView<float, 2>(out_.data(), {2, 2}));
    out_.assign(4, 0.0F);
  }
  template <class A, class B, class Out>
  Error error_of_add(A&& a, B&& b, Out&& out) {
    return error_of(orchestrator_.try_execute(handles::kVectorAdd, std::forward<A>(a),
                                              std::forward<B>(b), std::forward<Out>(out)));
  }

  std::vector<float> a_{1, 2, 3, 4};
  std::vector<float> b_{10, 20, 30, 40};
  std::vector<float> out_ = std::vector<float>(4);
};

// R1.4
TEST_F(HotCalls, GiveTheResult) {
  orchestrator_.execute(handles::kVectorAdd, a_, b_, out_);

  EXPECT_EQ(out_, (std::vector<float>{11, 22, 33, 44}));
}

// R1.10
TEST_F(HotCalls, RunTheRangeThatIsAskedFor) {
  orchestrator_.with({.range = LaunchRange{{2, 1, 1}}}).execute(handles::kVectorAdd, a_, b_, out_);

  EXPECT_EQ(out_, (std::vector<float>{11, 22, 0, 0}));
}

// R1.9
TEST_F(HotCalls, ReturnResults) {
  EXPECT_EQ(orchestrator_.execute<std::vector<float>>(handles::kVectorAdd, a_, b_),
            (std::vector<float>{11, 22, 33, 44}));
}

// R1.4
TEST_F(HotCalls, OfAHandleWithOtherParametersAreRefused) {
  constexpr KernelHandle<in<float>, in<double>, out<float>> kWrong{"vector_add"};
  const std::vector<double> b(4);

  const auto error = error_of(orchestrator_.try_execute(kWrong, a_, b, out_));

  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(out_, std::vector<float>(4));
}

// R1.10
TEST_F(HotCalls, OfKernelsWithShapesCoverAllAxes) {
  orchestrator_.execute(handles::kMatmul, ArrayView<const float, 2>(a_.data(), {2, 2}),
                        ArrayView<const float, 2>(b_.data(), {2, 2}),
                        ArrayView<float, 2>(out_.data(), {2, 2}));

  EXPECT_EQ(out_, (std::vector<float>{70, 100, 150, 220}));
}

// R5.2
TEST_F(HotCalls, OfKernelsWithShapesRefuseSizesThatDoNotAgree) {
  const auto error = error_of(orchestrator_.try_execute(
      handles::kMatmul, ArrayView<const float, 2>(a_.data(), {2, 2}),
      ArrayView<const float, 2>(b_.data(), {1, 4}), ArrayView<float, 2>(out_.data(), {2, 2})));

  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
}

// R5.2
TEST_F(HotCalls, RefuseSizesThatDifferInAnyPlace) {
  const std::vector<float> three(3);
  std::vector<float> out_of_three(3);

  EXPECT_EQ(error_of_add(three, b_, out_).code, ErrorCode::invalid_argument);
  EXPECT_EQ(error_of_add(a_, three, out_).code, ErrorCode::invalid_argument);
  EXPECT_EQ(error_of_add(a_, b_, out_of_three).code, ErrorCode::invalid_argument);
}

// R5.2
TEST_F(HotCalls, RefuseANullArrayThatHasElements) {
  const ArrayView<const float, 1> null(nullptr, {4});

  const auto error = error_of_add(a_, null, out_);

  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.context.parameter.view(), "b");
}

// R5.2
TEST_F(HotCalls, RefuseAnOutputThatBeginsOrEndsWithinAnInput) {
  std::vector<float> memory(7);
  const std::span<float> all(memory);

  EXPECT_EQ(error_of_add(all.first(4), b_, all.last(4)).code, ErrorCode::invalid_argument);
  EXPECT_EQ(error_of_add(all.last(4), b_, all.first(4)).code, ErrorCode::invalid_argument);
  EXPECT_EQ(error_of_add(a_, all.first(4), all.first(4)).code, ErrorCode::invalid_argument);
}

// R5.2
TEST_F(HotCalls, TakeAnOutputThatLiesSideBySideWithAnInput) {
  std::vector<float> memory{1, 2, 3, 4, 0, 0, 0, 0, 1, 2, 3, 4};
  const std::span<float> all(memory);

  orchestrator_.execute(handles::kVectorAdd, all.first(4), all.last(4), all.subspan(4, 4));

  EXPECT_EQ(memory, (std::vector<float>{1, 2, 3, 4, 2, 4, 6, 8, 1, 2, 3, 4}));
}

// R2.4
TEST_F(HotCalls, OfNoElementsRunNoBody) {
  int calls = 0;
  runtime_.kernels().add({.name = "counts", .parameters = {element_wise(in_out<float>("x"))}},
                         [&calls](ItemRange /*items*/, std::span<float> /*x*/) { ++calls; });
  constexpr KernelHandle<inout<float>> kCounts{"counts"};
  orchestrator_.execute(kCounts, a_);
  const int calls_before = calls;

  std::vector<float> none;
  orchestrator_.execute(kCounts, none);

  EXPECT_EQ(calls, calls_before);
}

// R9.1
TEST_F(HotCalls, ReportWhatTheKernelThrew) {
  constexpr KernelHandle<inout<int>> kThrower{"thrower"};
  std::vector<int> fine{1, 2};
  orchestrator_.execute(kThrower, fine);
  std::vector<int> bad{13};

  EXPECT_THROW(orchestrator_.execute(kThrower, bad), ExecutionException);
}

// R2.6
TEST_F(HotCalls, FindTheKernelThatHasTheNameNow) {
  runtime_.kernels().replace(
      {.name = "vector_add",
       .name_space = "test",
       .parameters = {element_wise(input<float>("a")), element_wise(input<float>("b")),
                      element_wise(output<float>("out"))}},
      [](ItemRange items, std::span<const float> /*a*/, std::span<const float> /*b*/,
         std::span<float> out) {
        for (auto i = items.begin[0]; i < items.end[0]; ++i) {
          out[i] = -1;
        }
      });

  orchestrator_.execute(handles::kVectorAdd, a_, b_, out_);

  EXPECT_EQ(out_, std::vector<float>(4, -1.0F));
}

}  // namespace
}  // namespace dotcompute
