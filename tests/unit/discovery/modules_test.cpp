// SPDX-License-Identifier: Apache-2.0
#include "discovery/modules.hpp"

#include "linked_modules.hpp"
#include "registry_support.hpp"
#include "support/code_of.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace dotcompute::core {
namespace {

using testing::HasSubstr;

std::string library(std::string_view name) {
  return std::string(DOTCOMPUTE_TEST_MODULES) + "/libtest_module_" + std::string(name) + ".so";
}

bool is_loaded(const std::string& path) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) {
    dlclose(handle);
  }
  return handle != nullptr;
}

std::string got(const Status& status) {
  return std::string(status.error().context.got.view());
}

// R2.5
TEST(LinkedModules, RegisterNothingUntilTheyAreAsked) {
  EXPECT_EQ(linked_module_calls, 0);
  EXPECT_EQ(linked_modules().size(), 2U);
  EXPECT_EQ(linked_module_calls, 0);
}

// R2.5
TEST(LinkedModules, AreRegisteredInEachRegistryThatAsks) {
  Registry first;
  Registry second;

  EXPECT_TRUE(first.add_modules(linked_modules()).ok());
  EXPECT_TRUE(second.add_modules(linked_modules()).ok());

  for (const Registry* const registry : {&first, &second}) {
    EXPECT_EQ(found(*registry, "linked::first"), "linked::first");
    EXPECT_EQ(found(*registry, "linked::second"), "linked::second");
  }
  linked_module_calls = 0;
}

// R2.5
TEST(AddModule, RegistersNothingIfTheFunctionThrows) {
  Registry registry;

  const Status status = registry.add_module([](KernelModule& module) {
    module.add({.name = "fits"}, [] {});
    throw std::runtime_error("no more kernels");
  });

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_NE(status.error().cause, nullptr);
  EXPECT_THAT(status.error().message(), HasSubstr("no more kernels"));
  EXPECT_EQ(registry.size(), 0U);
}

// R2.5
TEST(AddModule, ReportsTheProblemsOfAllItsKernels) {
  Registry registry;

  const Status status = registry.add_module([](KernelModule& module) {
    module.add({.name = "fits"}, [] {});
    module.add({.name = "one wrong"}, [] {});
    module.add({.name = "two wrong"}, [] {});
  });

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  ASSERT_NE(status.error().log, nullptr);
  EXPECT_THAT(*status.error().log, HasSubstr("one wrong"));
  EXPECT_THAT(*status.error().log, HasSubstr("two wrong"));
  EXPECT_EQ(registry.size(), 0U);
}

TEST(AddModule, RefusesNoFunction) {
  Registry registry;

  EXPECT_EQ(code_of(registry.add_module(nullptr)), ErrorCode::invalid_argument);
}

// R2.5
TEST(LoadModule, RegistersAllModulesOfALibraryAndRunsTheirKernels) {
  Registry registry;

  ASSERT_TRUE(registry.load_module(library("good")).ok());

  EXPECT_EQ(found(registry, "loaded::second"), "loaded::second");
  const EpochGuard guard;
  const KernelRecord* const record = registry.find("doubled", hash_name("doubled"));
  ASSERT_NE(record, nullptr);
  float x = 21;
  float y = 0;
  const std::array<backend::KernelArgument, 2> arguments{{{&x, {1, 1, 1}}, {&y, {1, 1, 1}}}};
  record->callable.host.function(record->callable.host.state, arguments.data(),
                                 ItemRange{{0, 0, 0}, {1, 1, 1}});
  EXPECT_EQ(y, 42.0F);
}

// R2.5
TEST(LoadModule, ClosesTheLibraryWhenItsLastKernelIsFreed) {
  Registry registry;
  ASSERT_TRUE(registry.load_module(library("good")).ok());
  std::optional<EpochGuard> guard;
  guard.emplace();

  ASSERT_TRUE(registry.remove("loaded::second").ok());
  ASSERT_TRUE(registry.remove("loaded::doubled").ok());
  const bool loaded_while_used = is_loaded(library("good"));
  guard.reset();
  Epoch::reclaim();

  EXPECT_TRUE(loaded_while_used);
  EXPECT_FALSE(is_loaded(library("good")));
}

// R2.5
TEST(LoadModule, RegistersNothingAndClosesTheLibraryIfAKernelIsWrong) {
  Registry registry;

  const Status status = registry.load_module(library("bad_kernel"));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  ASSERT_NE(status.error().log, nullptr);
  EXPECT_THAT(*status.error().log, HasSubstr("has no body"));
  EXPECT_EQ(registry.size(), 0U);
  EXPECT_FALSE(is_loaded(library("bad_kernel")));
}

// R2.5
TEST(LoadModule, TellsTheWordsOfAnExceptionButKeepsNoneOfItsCode) {
  Registry registry;

  const Status status = registry.load_module(library("throws"));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(got(status), "the module's own words");
  EXPECT_EQ(status.error().cause, nullptr);
  EXPECT_EQ(registry.size(), 0U);
  EXPECT_FALSE(is_loaded(library("throws")));
}

// R2.5
TEST(LoadModule, NamesAMissingFile) {
  Registry registry;

  const Status status = registry.load_module("/nowhere/kernels.so");

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().what, "The module cannot be loaded.");
  EXPECT_THAT(got(status), HasSubstr("/nowhere/kernels.so"));
}

// R2.5
TEST(LoadModule, RefusesAFileThatIsNoLibrary) {
  const std::string path = testing::TempDir() + "dotcompute_text_module.so";
  std::ofstream(path) << "kernels\n";
  Registry registry;

  const Status status = registry.load_module(path);
  std::filesystem::remove(path);

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_THAT(got(status), HasSubstr(path));
}

// R2.5
TEST(LoadModule, RefusesALibraryWithoutModulesEvenIfItNeedsOneWithThem) {
  Registry registry;

  const Status status = registry.load_module(library("no_module"));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().what, "The library has no kernel modules.");
  EXPECT_EQ(registry.size(), 0U);
}

// R2.5
TEST(LoadModule, CallsNothingOfAModuleMadeForAnotherVersion) {
  Registry registry;

  const Status status = registry.load_module(library("other_abi"));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().context.expected.view(), "module ABI 1");
  EXPECT_EQ(got(status), "module ABI 77");
}

// R2.5
TEST(LoadModule, TakesAFileOfTheWorkingDirectoryByItsName) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(DOTCOMPUTE_TEST_MODULES);
  Registry registry;

  const Status status = registry.load_module("libtest_module_good.so");
  std::filesystem::current_path(before);

  EXPECT_TRUE(status.ok());
}

TEST(LoadModule, RefusesASecondLoadOfTheSameKernels) {
  Registry registry;
  ASSERT_TRUE(registry.load_module(library("good")).ok());

  EXPECT_EQ(code_of(registry.load_module(library("good"))), ErrorCode::invalid_argument);

  EXPECT_EQ(registry.size(), 2U);
}

}  // namespace
}  // namespace dotcompute::core
