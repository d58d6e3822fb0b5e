// SPDX-License-Identifier: Apache-2.0
#include "platform/dynamic_library.hpp"

#include "support/code_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace dotcompute::core {
namespace {

constexpr const char* kMathLibrary = "libm.so.6";

// R3.1
TEST(DynamicLibrary, FindsTheNamesOfALibrary) {
  auto library = DynamicLibrary::open(kMathLibrary);

  ASSERT_TRUE(library.ok());
  EXPECT_NE(library->symbol("cos"), nullptr);
  EXPECT_NE(library->own_symbol("cos"), nullptr);
  EXPECT_EQ(library->symbol("no_library_calls_anything_so"), nullptr);
}

TEST(DynamicLibrary, OwnNamesAreNotThoseOfTheLibrariesItNeeds) {
  auto library = DynamicLibrary::open(kMathLibrary);

  ASSERT_TRUE(library.ok());
  EXPECT_NE(library->symbol("malloc"), nullptr);
  EXPECT_EQ(library->own_symbol("malloc"), nullptr);
}

// R3.1
TEST(DynamicLibrary, SaysWhichFileIsMissing) {
  const auto library = DynamicLibrary::open("/nowhere/missing.so");

  ASSERT_EQ(code_of(library), ErrorCode::invalid_argument);
  EXPECT_THAT(std::string(library.error().context.got.view()),
              testing::HasSubstr("/nowhere/missing.so"));
}

TEST(DynamicLibrary, RefusesAFileThatIsNoLibrary) {
  const std::string path = testing::TempDir() + "dotcompute_not_a_library.so";
  std::ofstream(path) << "text\n";

  const auto library = DynamicLibrary::open(path.c_str());
  std::filesystem::remove(path);

  ASSERT_EQ(code_of(library), ErrorCode::invalid_argument);
  EXPECT_FALSE(library.error().context.got.empty());
}

TEST(DynamicLibrary, TakesAnEmptyPathForAMistakeNotForTheProgram) {
  const auto library = DynamicLibrary::open("");

  EXPECT_EQ(code_of(library), ErrorCode::invalid_argument);
}

TEST(DynamicLibrary, CanBeHandedOn) {
  auto library = DynamicLibrary::open(kMathLibrary);
  ASSERT_TRUE(library.ok());

  DynamicLibrary moved(*std::move(library));
  DynamicLibrary assigned;
  assigned = std::move(moved);

  EXPECT_NE(assigned.symbol("cos"), nullptr);
}

}  // namespace
}  // namespace dotcompute::core
