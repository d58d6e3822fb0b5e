// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <cmath>

namespace dotcompute {
namespace {

class MatmulTest : public PackTest {};

TEST_F(MatmulTest, IsTheProductWhateverTheTailsOfItsTiles) {
  for (const std::size_t inner : {1U, 5U, 64U}) {
    for (const auto& [rows, cols] : kSizes2) {
      const auto left = values(rows * inner, -1, 1);
      const auto right = values(inner * cols, -1, 1);
      const ArrayView<const float, 2> a(left.data(), {rows, inner});
      const ArrayView<const float, 2> b(right.data(), {inner, cols});

      const auto product = orchestrator().execute<HostArray<float>>(kernels::kMatmul, a, b);

      ASSERT_EQ(product.extents(), (Extents{rows, cols, 1}));
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t col = 0; col < cols; ++col) {
          double expected = 0;
          for (std::size_t k = 0; k < inner; ++k) {
            expected += static_cast<double>(a(row, k)) * static_cast<double>(b(k, col));
          }
          ASSERT_NEAR(product(row, col), expected, 1e-5) << row << ',' << col;
        }
      }
    }
  }
}

// R5.2
TEST_F(MatmulTest, RefusesMatricesThatDoNotFit) {
  const auto numbers = values(12);
  const ArrayView<const float, 2> a(numbers.data(), {3, 4});
  const ArrayView<const float, 2> b(numbers.data(), {3, 4});

  EXPECT_THROW((orchestrator().execute<HostArray<float>>(kernels::kMatmul, a, b)),
               BindingException);
}

}  // namespace
}  // namespace dotcompute
