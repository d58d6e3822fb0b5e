// SPDX-License-Identifier: Apache-2.0
#include "registry_support.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

// R2.7
TEST(RegistryScale, HoldsAMillionKernels) {
  constexpr std::size_t kCount = 1'000'000;
  constexpr std::size_t kCall = 50'000;  // kernels registered by one call
  Registry registry;
  for (std::size_t begin = 0; begin < kCount; begin += kCall) {
    std::vector<KernelRegistration> registrations(kCall);
    for (std::size_t at = 0; at < kCall; ++at) {
      registrations[at].metadata.name = "k" + std::to_string(begin + at);
      registrations[at].metadata.backends = KernelBackends::opencl;
      registrations[at].definitions = {{"s", "e", AcceleratorType::opencl}};
    }
    ASSERT_TRUE(registry.add(std::move(registrations)).ok());
  }

  EXPECT_EQ(registry.size(), kCount);
  std::size_t right = 0;
  for (std::size_t at = 0; at < kCount; ++at) {
    const std::string name = "k" + std::to_string(at);
    right += found(registry, name) == name ? 1U : 0U;
  }
  EXPECT_EQ(right, kCount);
  EXPECT_EQ(found(registry, "k1000000"), "");
  EXPECT_EQ(registry.not_found("k12345_6").context.advice.view().substr(0, 12), "Did you mean");
}

}  // namespace
}  // namespace dotcompute::core
