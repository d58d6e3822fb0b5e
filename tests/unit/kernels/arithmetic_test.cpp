// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace dotcompute {
namespace {

class ArithmeticTest : public PackTest {};

// R1.1
TEST_F(ArithmeticTest, VectorDoubleOnAThousandFloatsReturnsTwiceItsInput) {
  const std::vector<float> input = values(1000);

  const auto doubled = orchestrator().execute<std::vector<float>>("vector_double", {{"x", input}});

  ASSERT_EQ(doubled.size(), input.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    EXPECT_EQ(doubled[i], 2.0F * input[i]);
  }
}

// R1.1
TEST_F(ArithmeticTest, SimpleKernelThroughTheOrchestratorDoesNotThrow) {
  std::vector<std::int32_t> numbers{1, 2, std::numeric_limits<std::int32_t>::max()};

  EXPECT_NO_THROW(orchestrator().execute("simple_kernel", numbers));

  EXPECT_EQ(numbers, (std::vector<std::int32_t>{2, 3, std::numeric_limits<std::int32_t>::min()}));
}

TEST_F(ArithmeticTest, VectorAddAddsAtEverySize) {
  for (const std::size_t size : kSizes) {
    const auto a = values(size);
    const auto b = values(size, 0, 1);

    const auto sum = orchestrator().execute<std::vector<float>>(kernels::kVectorAdd, a, b);

    ASSERT_EQ(sum.size(), size);
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(sum[i], a[i] + b[i]) << size << ' ' << i;
    }
  }
}

TEST_F(ArithmeticTest, SaxpyChangesEachElementOfYOnce) {
  for (const std::size_t size : kSizes) {
    const auto x = values(size);
    const std::vector<float> before = values(size, 0, 1);
    std::vector<float> y = before;

    orchestrator().execute(kernels::kSaxpy, 2.5F, x, y);

    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_FLOAT_EQ(y[i], 2.5F * x[i] + before[i]) << size << ' ' << i;
    }
  }
}

TEST_F(ArithmeticTest, ARangeBeyondTheOutputIsCutToIt) {
  const std::vector<float> input = values(10);
  std::vector<float> doubled(11, -1.0F);
  CallOptions options;
  options.range = LaunchRange{{1000, 1, 1}};

  // The library may refuse such a range; what it must not do is write beyond the output.
  std::ignore = orchestrator().with(options).try_execute("vector_double", input,
                                                         std::span(doubled).first(10));

  EXPECT_EQ(doubled[10], -1.0F);
}

}  // namespace
}  // namespace dotcompute
