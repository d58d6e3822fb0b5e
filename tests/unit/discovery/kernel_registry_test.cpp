// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_registry.hpp"

#include "registry_support.hpp"
#include "support/code_of.hpp"

#include "dotcompute/exception.hpp"

#include <gtest/gtest.h>

namespace dotcompute {
namespace {

void nothing(std::span<const float>, std::span<float>) {}

class KernelRegistryTest : public testing::Test {
 protected:
  static KernelMetadata metadata(std::string name) {
    return {.name = std::move(name), .parameters = {input<float>("x"), output<float>("y")}};
  }
  core::Registry core_;
  KernelRegistry registry_{core_};
};

// R2.6
TEST_F(KernelRegistryTest, TakesLambdasFunctionsAndText) {
  registry_.add(metadata("lambda"), [](ItemId<1> item, std::span<const float> x,
                                       std::span<float> y) { y[item[0]] = x[item[0]]; });
  registry_.add(metadata("function"), nothing);
  KernelMetadata text = metadata("text");
  text.backends = KernelBackends::opencl;
  registry_.add(text, KernelDefinition{"source", "entry", AcceleratorType::opencl});

  EXPECT_EQ(registry_.size(), 3U);
  EXPECT_EQ(registry_.kernels().front()->name, "function");
}

// R2.6
TEST_F(KernelRegistryTest, ThrowsWhatBelongsToTheError) {
  registry_.add(metadata("saxpy"), nothing);

  EXPECT_THROW(registry_.add(metadata("saxpy"), nothing), BindingException);
  EXPECT_THROW(registry_.replace(metadata("a b"), nothing), BindingException);
  EXPECT_THROW(registry_.remove("sapxy"), KernelNotFoundException);
  EXPECT_THROW(registry_.load_module("/nowhere/kernels.so"), BindingException);
  EXPECT_THROW(registry_.add_module(nullptr), BindingException);
}

// R2.6
TEST_F(KernelRegistryTest, ReplacesAndRemoves) {
  registry_.add(metadata("saxpy"), nothing);
  KernelMetadata second = metadata("saxpy");
  second.version = 2;

  registry_.replace(second, nothing);
  const auto found = registry_.find("saxpy");
  registry_.remove("saxpy");

  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->version, 2U);
  EXPECT_EQ(code_of(registry_.find("saxpy")), ErrorCode::kernel_not_found);
}

// R4.5
TEST_F(KernelRegistryTest, KeepsAllOfAKernelButItsPreference) {
  KernelMetadata given = metadata("saxpy");
  given.version = 7;
  registry_.add(given, nothing);
  given.backends = KernelBackends::opencl;
  given.is_parallel = false;  // as a callable over whole spans is
  registry_.add(given, KernelDefinition{"source", "entry", AcceleratorType::opencl});

  registry_.prefer("saxpy", AcceleratorType::opencl);

  const auto found = registry_.find("saxpy");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->preferred_accelerator, AcceleratorType::opencl);
  EXPECT_EQ((*found)->parameters.size(), 2U);
  EXPECT_EQ((*found)->backends, KernelBackends::cpu | KernelBackends::opencl);
  EXPECT_EQ(registry_.size(), 1U);
  EXPECT_THROW(registry_.prefer("sapxy", AcceleratorType::cpu), KernelNotFoundException);
}

// R2.5
TEST_F(KernelRegistryTest, RegistersAModule) {
  registry_.add_module([](KernelModule& module) { module.add({.name = "of_module"}, [] {}); });

  EXPECT_TRUE(registry_.find("of_module").ok());
}

}  // namespace
}  // namespace dotcompute
