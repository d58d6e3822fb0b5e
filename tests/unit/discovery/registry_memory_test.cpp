// SPDX-License-Identifier: Apache-2.0
// Every allocation of each operation fails once: the error says so, and nothing has changed.
#include "failing_heap.hpp"
#include "registry_support.hpp"
#include "support/code_of.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace dotcompute::core {
namespace {

const std::string kLongName(60, 'n');

/// Names of all kernels, for comparison.
std::string listing(const Registry& registry) {
  std::string text;
  const auto kernels = registry.kernels();
  for (const auto& metadata : *kernels) {
    text += metadata->qualified_name() + " " +
            std::to_string(static_cast<int>(metadata->backends)) + "\n";
  }
  return text;
}

/// Runs `operation` with a failure at its N-th allocation, for N = 0, 1, 2, ... until it succeeds
/// untouched. \return how many failures it met.
template <class Prepare, class Operation>
int fail_each_allocation(const Prepare& prepare, const Operation& operation) {
  for (int count = 0;; ++count) {
    Registry registry;
    prepare(registry);
    const std::string before = listing(registry);
    auto argument = operation.first();
    std::optional<Status> status;
    bool failed = false;
    {
      const FailingHeap heap(count);
      status.emplace(operation.second(registry, std::move(argument)));
      failed = heap.failed();
    }
    if (!failed) {
      EXPECT_TRUE(status->ok());
      EXPECT_NE(listing(registry), before);
      return count;
    }
    if (!status->ok()) {
      EXPECT_EQ(code_of(*status), ErrorCode::host_memory) << "allocation " << count;
      EXPECT_EQ(listing(registry), before) << "allocation " << count;
    }
  }
}

std::vector<KernelRegistration> several() {
  std::vector<KernelRegistration> registrations = just(kernel("saxpy", "a"));
  registrations.push_back(kernel(kLongName, "b"));
  registrations.push_back(text_kernel("known", AcceleratorType::opencl));
  registrations.push_back(text_kernel("saxpy", AcceleratorType::cuda, "a"));
  for (int index = 0; index < 12; ++index) {
    registrations.push_back(kernel("more_" + std::to_string(index)));
  }
  return registrations;
}

void with_one(Registry& registry) {
  ASSERT_TRUE(add(registry, kernel("known")).ok());
}

// R2.5
// R9.1
TEST(RegistryMemory, AddingChangesNothingWhenAnAllocationFails) {
  const int failures = fail_each_allocation(
      with_one, std::pair(&several, [](Registry& registry, std::vector<KernelRegistration> added) {
        return registry.add(std::move(added));
      }));

  EXPECT_GT(failures, 20);
}

// R2.6
// R9.1
TEST(RegistryMemory, ReplacingChangesNothingWhenAnAllocationFails) {
  const int failures = fail_each_allocation(
      with_one, std::pair([] { return text_kernel("known", AcceleratorType::cuda); },
                          [](Registry& registry, KernelRegistration replacement) {
                            return registry.replace(std::move(replacement));
                          }));

  EXPECT_GT(failures, 2);
}

// R2.6
TEST(RegistryMemory, RemovingNeedsNoMemory) {
  const int failures = fail_each_allocation(
      with_one,
      std::pair([] { return std::string("known"); },
                [](Registry& registry, const std::string& name) { return registry.remove(name); }));

  EXPECT_EQ(failures, 0);
}

// R9.1
TEST(RegistryMemory, ReportingProblemsMayRunOutOfMemoryToo) {
  for (int count = 0;; ++count) {
    Registry registry;
    std::vector<KernelRegistration> wrong = just(kernel("wrong name"));
    wrong.push_back(kernel("another wrong name"));
    std::optional<Status> status;
    bool failed = false;
    {
      const FailingHeap heap(count);
      status.emplace(registry.add(std::move(wrong)));
      failed = heap.failed();
    }
    ASSERT_FALSE(status->ok());
    if (!failed) {
      EXPECT_EQ(code_of(*status), ErrorCode::invalid_argument);
      return;
    }
    EXPECT_TRUE(code_of(*status) == ErrorCode::host_memory ||
                code_of(*status) == ErrorCode::invalid_argument);
  }
}

// R2.7
TEST(RegistryMemory, ExplainingAnUnknownNameNeedsNoMemory) {
  Registry registry;
  with_one(registry);
  const FailingHeap heap(0);

  const Error error = registry.not_found("knwon");

  EXPECT_FALSE(heap.failed());
  EXPECT_EQ(error.context.advice.view(), "Did you mean 'known'?");
}

}  // namespace
}  // namespace dotcompute::core
