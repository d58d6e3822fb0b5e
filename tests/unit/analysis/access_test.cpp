// SPDX-License-Identifier: Apache-2.0
#include "analysis/access.hpp"

#include "unit/analysis/kernel_builder.hpp"

#include <gtest/gtest.h>

namespace dotcompute::analysis {
namespace {

using kir::make_assign;
using kir::make_if_else;
using kir::statements;

/// The patterns of all parameters of `kernel`.
class AccessTest : public testing::Test, protected KernelBuilder {
 protected:
  KernelFacts facts() { return analyse(module, kernel); }
  AccessPattern pattern_of(std::size_t parameter) { return facts().parameters[parameter].pattern; }

  kir::Variable& in_ = buffer("a", Direction::in);
  kir::Variable& out_ = buffer("result", Direction::out);
};

constexpr auto kElementWise = AccessPattern::element_wise;
constexpr auto kIrregular = AccessPattern::irregular;

// R2.2
TEST_F(AccessTest, BuffersUsedAtTheOwnIdOnlyAreElementWise) {
  guard(extent(out_));
  assign(at(out_, id()), at(in_, id()));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, AKernelWithoutAGuardIsElementWiseToo) {
  assign(at(out_, id()), at(in_, id()));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, CopiesOfTheIdAreTheId) {
  kir::Variable& i = local("i", ElementType::int32);
  kir::Variable& j = local("j", ElementType::uint64);
  append(kir::make_declare(i, kir::make_cast(ElementType::int32, id())));
  append(kir::make_declare(j, kir::make_cast(ElementType::uint64, use(i))));
  assign(at(out_, use(j)), at(in_, use(i)));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, ANarrowCopyOfTheIdIsNot) {
  assign(at(out_, id()), at(in_, kir::make_cast(ElementType::uint8, id())));

  EXPECT_EQ(pattern_of(0), kIrregular);
}

TEST_F(AccessTest, AVariableThatMovesOnIsNotTheId) {
  kir::Variable& i = local("i", ElementType::uint64);
  append(kir::make_declare(i, id()));
  append(make_assign(use(i), add(use(i), number(0))));
  append(kir::make_while_loop(less(use(i), number(9)),
                              statements(make_assign(use(i), add(use(i), number(1))))));
  assign(at(out_, id()), at(in_, use(i)));

  EXPECT_EQ(pattern_of(0), kIrregular);
}

TEST_F(AccessTest, AScatteredOutputMakesNothingElementWise) {
  kir::Variable& places = buffer("places", Direction::in);
  assign(at(out_, kir::make_cast(ElementType::uint64, at(places, id()))), at(in_, id()));

  // The launch covers the output, whose size says nothing of the inputs'.
  EXPECT_EQ(pattern_of(0), kIrregular);
  EXPECT_EQ(pattern_of(1), kIrregular);
  EXPECT_EQ(pattern_of(2), kIrregular);
}

TEST_F(AccessTest, AnOutputThatSomeItemsLeaveOutIsIrregular) {
  append(
      make_if_else(less(real(0), at(in_, id())), statements(make_assign(at(out_, id()), real(1)))));

  EXPECT_EQ(facts().parameters[1].direction, Direction::out);
  EXPECT_EQ(pattern_of(1), kIrregular);
}

TEST_F(AccessTest, AnOutputThatBothWaysWriteIsElementWise) {
  append(make_if_else(equal(id(), number(0)),
                      statements(make_assign(at(out_, id()), real(1)), kir::make_return_from())));
  assign(at(out_, id()), at(in_, subtract(id(), number(1))));

  EXPECT_EQ(pattern_of(1), kElementWise);
  EXPECT_EQ(pattern_of(0), AccessPattern::stencil);
}

TEST_F(AccessTest, AnInputThatOnlyItemsOfCertainIdsReadIsIrregular) {
  append(make_if_else(less(id(), number(10)),
                      statements(make_assign(at(out_, id()), at(in_, id()))),
                      statements(make_assign(at(out_, id()), real(0)))));

  EXPECT_EQ(pattern_of(0), kIrregular);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, AnInputThatItsOwnExtentGuardsElsewhereIsIrregular) {
  guard(extent(out_));
  append(make_if_else(less(id(), extent(in_)),
                      statements(make_assign(at(out_, id()), at(in_, id()))),
                      statements(make_assign(at(out_, id()), real(0)))));

  // It may well be shorter than the output.
  EXPECT_NE(pattern_of(0), kElementWise);
}

TEST_F(AccessTest, WhatDataDecidesMayStillBeElementWise) {
  kir::Variable& mask = buffer("mask", Direction::in);
  append(make_if_else(less(real(0), at(mask, id())),
                      statements(make_assign(at(out_, id()), at(in_, id()))),
                      statements(make_assign(at(out_, id()), real(0)))));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, AGuardMayStandRoundTheWork) {
  append(make_if_else(less(id(), extent(out_)),
                      statements(make_assign(at(out_, id()), at(in_, id())))));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, AScalarMaySayHowManyElementsThereAre) {
  kir::Variable& length = scalar("length", ElementType::int32);
  guard(kir::make_cast(ElementType::uint64, use(length)));
  assign(at(out_, id()), at(in_, id()));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, AGuardOfFewerItemsLeavesPartOfTheOutputOut) {
  guard(subtract(extent(out_), number(1)));
  assign(at(out_, id()), at(in_, id()));

  EXPECT_EQ(pattern_of(1), kIrregular);
}

TEST_F(AccessTest, AGuardByABufferOfAnotherShapeProvesNothing) {
  kir::Variable& table = buffer("table", Direction::in);
  guard(extent(table));
  assign(at(out_, id()), add(at(table, id()), at(table, number(0))));

  EXPECT_EQ(pattern_of(1), kIrregular);
}

TEST_F(AccessTest, ABufferReadAndWrittenIsInOut) {
  kir::Variable& y = buffer("y", Direction::out);
  assign(at(out_, id()), real(0));
  assign(at(y, id()), add(at(in_, id()), at(y, id())));

  EXPECT_EQ(facts().parameters[1].direction, Direction::out);
  EXPECT_EQ(facts().parameters[2].direction, Direction::inout);
  EXPECT_EQ(pattern_of(2), kElementWise);
}

TEST_F(AccessTest, TheSameFewElementsForAllAreABroadcast) {
  kir::Variable& at_scalar = scalar("k", ElementType::int32);
  assign(at(out_, id()), add(at(in_, number(0)), at(in_, use(at_scalar))));

  EXPECT_EQ(pattern_of(0), AccessPattern::broadcast);
}

TEST_F(AccessTest, AKernelThatAsksForNoIdIsNotParallel) {
  assign(at(out_, number(0)), at(in_, number(1)));

  EXPECT_FALSE(facts().is_parallel);
  EXPECT_EQ(pattern_of(0), kIrregular);
  EXPECT_EQ(pattern_of(1), kIrregular);
}

TEST_F(AccessTest, FunctionsAreSeenThrough) {
  kir::Function& store = kir::add_function(module, "store");
  kir::Variable& target = kir::add_parameter(store, "target", kir::VariableKind::buffer,
                                             kir::scalar_type(ElementType::float32));
  kir::Variable& place = kir::add_parameter(store, "place", kir::VariableKind::scalar,
                                            kir::scalar_type(ElementType::uint64));
  store.body.push_back(make_assign(at(target, use(place)), real(1)));
  append(kir::make_evaluate(kir::make_call(store, kir::expressions(kir::make_buffer(out_), id()))));
  assign(at(out_, id()), at(in_, id()));

  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest, ANeighbourInAConstantLoopIsAStencil) {
  kir::Variable& k = local("k", ElementType::int32);
  kir::Variable& i = local("i", ElementType::int32);
  kir::Variable& sum = local("sum", ElementType::float32);
  append(kir::make_declare(i, kir::make_cast(ElementType::int32, id())));
  append(kir::make_declare(sum, real(0)));
  append(kir::make_for_loop(
      kir::make_declare(k, integer(-2)),
      binary(kir::BinaryOperator::less_equal, use(k), integer(3)),
      make_assign(use(k), add(use(k), integer(1))),
      statements(make_assign(use(sum), add(use(sum), at(in_, add(use(i), use(k))))))));
  assign(at(out_, id()), use(sum));

  EXPECT_EQ(pattern_of(0), AccessPattern::stencil);
  EXPECT_EQ(facts().parameters[0].stencil_radius, 3U);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

/// Kernels over rows and columns.
class AccessTest2 : public testing::Test, protected KernelBuilder {
 protected:
  AccessPattern pattern_of(std::size_t parameter) {
    return analyse(module, kernel).parameters[parameter].pattern;
  }
  void guard_both(kir::Variable& by) {
    guard(extent(by, 0), 1);
    guard(extent(by, 1), 0);
  }

  kir::Variable& in_ = buffer("a", Direction::in, 2, "rows, cols");
  kir::Variable& out_ = buffer("result", Direction::out, 2, "rows, cols");
};

// R2.2
TEST_F(AccessTest2, TheFastestAxisIsX) {
  guard_both(out_);
  assign(at(out_, id(1), id(0)), at(in_, id(1), id(0)));

  EXPECT_EQ(pattern_of(0), kElementWise);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest2, ATransposedInputIsIrregular) {
  guard_both(out_);
  assign(at(out_, id(1), id(0)), at(in_, id(0), id(1)));

  EXPECT_EQ(pattern_of(0), kIrregular);
  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest2, AGuardByAnInputOfTheSameNamedShapeWillDo) {
  guard_both(in_);
  assign(at(out_, id(1), id(0)), at(in_, id(1), id(0)));

  EXPECT_EQ(pattern_of(1), kElementWise);
}

TEST_F(AccessTest2, ABufferOfOtherNamesIsNotElementWise) {
  kir::Variable& other = buffer("other", Direction::in, 2, "m, n");
  guard_both(out_);
  assign(at(out_, id(1), id(0)), at(other, id(1), id(0)));

  EXPECT_EQ(pattern_of(2), kIrregular);
}

TEST_F(AccessTest2, NeighboursClampedAtTheRimAreAStencil) {
  kir::Variable& up = local("up", ElementType::uint64);
  kir::Variable& down = local("down", ElementType::uint64);
  guard_both(out_);
  append(kir::make_declare(
      up, kir::make_select(equal(id(1), number(0)), number(0), subtract(id(1), number(1)))));
  append(kir::make_declare(
      down, kir::make_intrinsic(
                kir::Intrinsic::min,
                kir::expressions(add(id(1), number(1)), subtract(extent(in_, 0), number(1))))));
  assign(at(out_, id(1), id(0)), add(at(in_, use(up), id(0)), at(in_, use(down), id(0))));

  EXPECT_EQ(pattern_of(0), AccessPattern::stencil);
}

TEST_F(AccessTest2, ANeighbourThatWrapsRoundIsIrregular) {
  guard_both(out_);
  // max(row - 1, 0) of unsigned numbers is far away for row 0.
  assign(at(out_, id(1), id(0)),
         at(in_,
            kir::make_intrinsic(kir::Intrinsic::max,
                                kir::expressions(subtract(id(1), number(1)), number(0))),
            id(0)));

  EXPECT_EQ(pattern_of(0), kIrregular);
}

/// Kernels over structures of two floats.
class AccessTestOfStructures : public testing::Test, protected KernelBuilder {
 protected:
  AccessTestOfStructures() {
    module.structures.push_back({.name = "Pair",
                                 .fields = {{"x", kir::scalar_type(ElementType::float32), 0},
                                            {"y", kir::scalar_type(ElementType::float32), 4}},
                                 .size = 8,
                                 .alignment = 4});
    out_.type = kir::structure_type(0);
  }
  kir::StatementPtr set_field(std::uint32_t field) {
    return make_assign(
        kir::make_member(at(out_, id()), field, kir::scalar_type(ElementType::float32)), real(1));
  }

  kir::Variable& out_ = buffer("result", Direction::out);
};

TEST_F(AccessTestOfStructures, AllFieldsWrittenAreTheWholeElement) {
  append(set_field(0));
  append(set_field(1));

  EXPECT_EQ(analyse(module, kernel).parameters[0].pattern, kElementWise);
}

TEST_F(AccessTestOfStructures, OneFieldWrittenIsNot) {
  append(set_field(1));
  append(set_field(1));

  EXPECT_EQ(analyse(module, kernel).parameters[0].pattern, kIrregular);
}

TEST_F(AccessTestOfStructures, IndicesKeptInAStructureAreToldApart) {
  module.structures.push_back({.name = "Around",
                               .fields = {{"before", kir::scalar_type(ElementType::uint64), 0},
                                          {"here", kir::scalar_type(ElementType::uint64), 8}},
                               .size = 16,
                               .alignment = 8});
  kir::Variable& a = buffer("a", Direction::in);
  kir::Variable& around = kir::add_local(kernel, "around", kir::structure_type(1));
  const auto field = [&](std::uint32_t number) {
    return kir::make_member(use(around), number, kir::scalar_type(ElementType::uint64));
  };
  append(kir::make_declare(around,
                           kir::make_construct(kir::structure_type(1),
                                               kir::expressions(subtract(id(), number(1)), id()))));
  append(set_field(0));
  append(
      make_assign(kir::make_member(at(out_, field(1)), 1, kir::scalar_type(ElementType::float32)),
                  at(a, field(0))));

  const auto parameters = analyse(module, kernel).parameters;
  EXPECT_EQ(parameters[0].pattern, kElementWise);
  EXPECT_EQ(parameters[1].pattern, AccessPattern::stencil);
}

// R2.2
TEST_F(AccessTest, CountsOperationsAndBytesOfAnItem) {
  guard(extent(out_));
  assign(at(out_, id()), add(at(in_, id()), at(in_, id())));

  EXPECT_EQ(facts().operations_per_item, 1);
  EXPECT_EQ(facts().bytes_per_item, 8);
}

TEST_F(AccessTest, CountsTheRoundsOfConstantLoops) {
  kir::Variable& k = local("k", ElementType::int32);
  kir::Variable& sum = local("sum", ElementType::float32);
  append(kir::make_declare(sum, real(0)));
  append(kir::make_for_loop(kir::make_declare(k, integer(0)), less(use(k), integer(8)),
                            make_assign(use(k), add(use(k), integer(1))),
                            statements(make_assign(use(sum), add(use(sum), at(in_, use(k)))))));
  assign(at(out_, id()), use(sum));

  EXPECT_EQ(facts().operations_per_item, 8);
  EXPECT_EQ(facts().bytes_per_item, 36);
}

TEST_F(AccessTest, SaysNothingOfTheCostOfALoopThatDataEnds) {
  kir::Variable& k = local("k", ElementType::uint64);
  kir::Variable& sum = local("sum", ElementType::float32);
  append(kir::make_declare(sum, real(0)));
  append(kir::make_for_loop(kir::make_declare(k, number(0)), less(use(k), extent(in_)),
                            make_assign(use(k), add(use(k), number(1))),
                            statements(make_assign(use(sum), add(use(sum), at(in_, use(k)))))));
  assign(at(out_, id()), use(sum));

  EXPECT_EQ(facts().operations_per_item, 0);
  EXPECT_EQ(facts().bytes_per_item, 0);
  EXPECT_EQ(pattern_of(0), kIrregular);
}

TEST_F(AccessTest, NothingIsSaidOfAKernelThatAsksForTheSizeOfItsLaunch) {
  assign(at(out_, id()), at(in_, id()));
  append(
      kir::make_declare(local("n", ElementType::uint64), kir::make_id(kir::IdQuery::group_count)));

  EXPECT_EQ(pattern_of(0), kIrregular);
  EXPECT_EQ(pattern_of(1), kIrregular);
}

}  // namespace
}  // namespace dotcompute::analysis
