// SPDX-License-Identifier: Apache-2.0
#include "registry_support.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

/// A kernel whose body adds a number to all of y.
KernelRegistration adder(std::string name, std::string name_space, int number) {
  KernelRegistration registration = kernel(std::move(name), std::move(name_space));
  registration.metadata.version = static_cast<std::uint32_t>(number);
  registration.callable =
      make_callable_kernel([numbers = std::vector<int>(10, number)](
                               const ItemRange&, std::span<const float>, std::span<float> y) {
        for (const int each : numbers) {
          y[0] += static_cast<float>(each);
        }
      });
  return registration;
}

/// Looks names up and runs what they lead to. \return how many ran.
std::uint64_t use_until(const std::atomic<bool>& stop,
                        const Registry& registry,
                        std::latch& began) {
  std::uint64_t runs = 0;
  bool first = true;
  std::uint64_t round = 0;
  for (; !stop || first; ++round) {
    const std::string name =
        (round % 3 == 0 ? "" : "space::") + ("kernel_" + std::to_string(round % 40));
    const EpochGuard guard;
    if (const KernelRecord* const record = registry.find(name, hash_name(name))) {
      float x = 0;
      float y = 0;
      const std::array<backend::KernelArgument, 2> arguments{{{&x, {1, 1, 1}}, {&y, {1, 1, 1}}}};
      record->callable.host.function(record->callable.host.state, arguments.data(), ItemRange{});
      EXPECT_EQ(y, 10.0F * static_cast<float>(record->metadata->version));
      EXPECT_EQ(record->metadata->name, short_name_of(name));
      ++runs;
    }
    if (first) {
      first = false;
      began.count_down();
    }
  }
  return runs;
}

// R1.11
// R2.6
TEST(RegistryThreads, CallsGoOnWhileKernelsAreAddedReplacedAndRemoved) {
  Registry registry;
  ASSERT_TRUE(add(registry, adder("kernel_0", "space", 1)).ok());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> runs{0};
  std::latch began(3);
  std::vector<std::thread> callers;
  for (int index = 0; index < 3; ++index) {
    callers.emplace_back([&] { runs += use_until(stop, registry, began); });
  }
  began.wait();

  for (int round = 0; round < 1500; ++round) {
    const std::string name = "kernel_" + std::to_string(round % 40);
    const std::string name_space = round % 7 == 0 ? "other" : "space";
    switch (round % 4) {
      case 0:
        std::ignore = registry.remove(name_space + "::" + name);
        break;  // may not be there
      case 1:
        std::ignore = add(registry, adder(name, name_space, round));
        break;  // may be there
      default:
        EXPECT_TRUE(registry.replace(adder(name, name_space, round)).ok());
    }
    // New names, so that tables are rebuilt under the readers.
    EXPECT_TRUE(add(registry, kernel("filler_" + std::to_string(round), "fillers")).ok());
  }
  stop = true;
  for (std::thread& caller : callers) {
    caller.join();
  }

  EXPECT_GT(runs, 0U);
}

// R1.11
TEST(RegistryThreads, OfThreadsThatAddTheSameNameOneSucceeds) {
  Registry registry;
  std::atomic<int> added{0};
  std::latch start(4);
  std::vector<std::thread> threads;
  for (int index = 0; index < 4; ++index) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int number = 0; number < 100; ++number) {
        added += add(registry, kernel("kernel_" + std::to_string(number))).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(added, 100);
  EXPECT_EQ(registry.size(), 100U);
}

}  // namespace
}  // namespace dotcompute::core
