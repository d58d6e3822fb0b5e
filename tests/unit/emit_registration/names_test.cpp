// SPDX-License-Identifier: Apache-2.0
#include "emit/registration/names.hpp"

#include <gtest/gtest.h>

namespace dotcompute::emit {
namespace {

TEST(Names, OfHandlesAreThoseOfConstants) {
  EXPECT_EQ(constant_name("vector_add"), "kVectorAdd");
  EXPECT_EQ(constant_name("stencil5"), "kStencil5");
  EXPECT_EQ(constant_name("VectorAdd"), "kVectorAdd");
  EXPECT_EQ(constant_name("add_2_of_3"), "kAdd2Of3");
}

TEST(Names, OfKernelsAreTheRegisteredOnes) {
  kir::Function kernel;
  kernel.name = "add";
  kernel.name_space = "physics";
  EXPECT_EQ(qualified_name_of(kernel), "physics::add");

  kernel.registered_name = "VectorAdd";

  EXPECT_EQ(name_of(kernel), "VectorAdd");
  EXPECT_EQ(qualified_name_of(kernel), "physics::VectorAdd");
}

TEST(Names, QuotesAreEscaped) {
  EXPECT_EQ(quoted(R"(a"b\c)"), R"("a\"b\\c")");
}

}  // namespace
}  // namespace dotcompute::emit
