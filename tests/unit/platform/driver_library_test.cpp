// SPDX-License-Identifier: Apache-2.0
#include "platform/driver_library.hpp"

#include "platform/driver_call.hpp"
#include "support/code_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dotcompute::core {
namespace {

constexpr const char* kMathLibrary = "libm.so.6";

struct Mathematics {
  static constexpr std::string_view kName = "mathematics";
  template <class Result, class... Arguments>
  static Result fail(const Fault& /*fault*/, Arguments... /*arguments*/) noexcept {
    return Result{};
  }
};

struct Table {
  explicit Table(const char* second) : floor{second, CallGroup::launch} {}

  DriverCall<double(double), Mathematics> ceil{"ceil", CallGroup::launch};
  DriverCall<double(double), Mathematics> floor;

  template <class Visitor>
  void for_each(Visitor&& visit) {
    visit(ceil);
    visit(floor);
  }
};

// R3.1
TEST(DriverLibrary, FillsATableWithTheFunctionsOfALibrary) {
  const auto library = DriverLibrary::open(kMathLibrary);
  ASSERT_TRUE(library.ok());
  Table table("floor");

  ASSERT_TRUE(library->fill(table).ok());

  EXPECT_EQ(table.ceil(1.5), 2.0);
  EXPECT_EQ(table.floor(1.5), 1.0);
}

// R3.1
TEST(DriverLibrary, SaysWhichFunctionIsMissing) {
  const auto library = DriverLibrary::open(kMathLibrary);
  ASSERT_TRUE(library.ok());
  Table table("no_library_calls_anything_so");

  const auto filled = library->fill(table);

  ASSERT_EQ(code_of(filled), ErrorCode::device_unavailable);
  EXPECT_EQ(filled.error().context.expected.view(), "no_library_calls_anything_so");
}

// R3.1
TEST(DriverLibrary, SaysWhichFileIsMissing) {
  const auto library = DriverLibrary::open("/nowhere/libdriver.so.1");

  ASSERT_EQ(code_of(library), ErrorCode::device_unavailable);
  EXPECT_THAT(std::string(library.error().context.got.view()),
              testing::HasSubstr("/nowhere/libdriver.so.1"));
}

// R3.1
TEST(DriverLibrary, TakesAnEmptyPathForAMistakeNotForTheProgram) {
  EXPECT_EQ(code_of(DriverLibrary::open("")), ErrorCode::device_unavailable);
}

}  // namespace
}  // namespace dotcompute::core
