// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/element_type.hpp"

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dotcompute {
namespace {

struct First {
  int value;
};
struct Second {
  int value;
};

static_assert(KernelElement<half> && KernelElement<First> && KernelElement<bool>);
static_assert(!KernelElement<int*> && !KernelElement<std::string> && !KernelElement<long double>);

TEST(TypeIds, DifferForStructsOfOneSizeAndAreEqualForOneType) {
  EXPECT_NE(type_id_of<First>, type_id_of<Second>);
  EXPECT_EQ(type_id_of<First>.size(), sizeof(First));
  EXPECT_EQ(type_id_of<long long>, type_id_of<std::int64_t>);
  EXPECT_NE(type_id_of<float>, type_id_of<std::int32_t>);
}

TEST(AcceleratorNames, ReadBackAsWhatTheyWere) {
  for (int index = 0; index <= static_cast<int>(AcceleratorType::null); ++index) {
    const auto type = static_cast<AcceleratorType>(index);
    EXPECT_EQ(accelerator_type_from(to_string(type)), type);
  }
  EXPECT_EQ(accelerator_type_from("gpu"), std::nullopt);
}

TEST(Views, IndexRowMajor) {
  std::vector<int> data{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const inout<int, 2> matrix(data.data(), {3, 4});
  const in<int, 3> cube(data.data(), {2, 3, 2});

  matrix(1, 2) = 60;

  EXPECT_EQ(data[6], 60);
  EXPECT_EQ(cube(1, 2, 1), 11);
  EXPECT_EQ(cube.size(), 12U);
  EXPECT_EQ(in<int>(data).extent(0), 12U);
}

}  // namespace
}  // namespace dotcompute
