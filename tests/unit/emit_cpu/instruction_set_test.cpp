// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/generated/bodies.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace dotcompute::generated {
namespace {

class InstructionSetTest : public testing::Test {
 protected:
  void TearDown() override { unsetenv("DOTCOMPUTE_INSTRUCTION_SET"); }

  static InstructionSet asked_for(const char* name, InstructionSet best) {
    setenv("DOTCOMPUTE_INSTRUCTION_SET", name, 1);
    return detail::lowered_by_environment(best);
  }
};

TEST_F(InstructionSetTest, IsTheBestOneWithoutTheVariable) {
  EXPECT_EQ(detail::lowered_by_environment(InstructionSet::v4), InstructionSet::v4);
}

TEST_F(InstructionSetTest, IsLessIfTheVariableAsksForLess) {
  EXPECT_EQ(asked_for("v3", InstructionSet::v4), InstructionSet::v3);
  EXPECT_EQ(asked_for("baseline", InstructionSet::v4), InstructionSet::baseline);
  EXPECT_EQ(asked_for("baseline", InstructionSet::baseline), InstructionSet::baseline);
}

TEST_F(InstructionSetTest, IsNeverMoreThanTheMachineHas) {
  EXPECT_EQ(asked_for("v4", InstructionSet::v3), InstructionSet::v3);
  EXPECT_EQ(asked_for("v3", InstructionSet::neon), InstructionSet::neon);
  EXPECT_EQ(asked_for("neon", InstructionSet::v4), InstructionSet::v4);
}

TEST_F(InstructionSetTest, TakesAnUnknownNameForNone) {
  EXPECT_EQ(asked_for("v5", InstructionSet::v3), InstructionSet::v3);
}

}  // namespace
}  // namespace dotcompute::generated
