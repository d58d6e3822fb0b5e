// SPDX-License-Identifier: Apache-2.0
#include "support/random_kernel.hpp"

#include "interpret/interpret.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"
#include "kir/verify.hpp"
#include "support/random_arguments.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace dotcompute {
namespace {

constexpr std::uint64_t kKernels = 300;

// TEST_SEED draws other kernels than the usual ones.
std::uint64_t first_seed() {
  const char* const text = std::getenv("TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

RandomKernelOptions options_for(std::uint64_t seed) {
  return {.has_floats = seed % 4 != 0, .has_halves = seed % 5 == 0};
}

// R2.4
TEST(RandomKernelTest, IsWellFormedAndReadsBack) {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + kKernels; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto module = random_kernel(seed, options_for(seed));
    const std::string text = kir::print(*module);

    for (const kir::Diagnostic& mistake : kir::verify(*module)) {
      FAIL() << mistake.code << ": " << mistake.message << "\n" << text;
    }
    const kir::ParseOutcome outcome = kir::parse(text);
    ASSERT_NE(outcome.module, nullptr) << outcome.diagnostics.front().message << "\n" << text;
    EXPECT_TRUE(kir::verify(*outcome.module).empty());
    ASSERT_EQ(kir::print(*outcome.module), text);
  }
}

// R2.4
TEST(RandomKernelTest, RunsToItsEndAndTheOrderOfItemsDoesNotMatter) {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + kKernels; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto module = random_kernel(seed, options_for(seed));
    const kir::Function& function = *module->functions.back();
    const kir::ParseOutcome read = kir::parse(kir::print(*module));
    const auto kernel = interpret::Kernel::make(*module, function);
    ASSERT_TRUE(kernel.ok()) << kernel.error().message();
    const auto again = interpret::Kernel::make(*read.module, *read.module->functions.back());
    ASSERT_TRUE(again.ok()) << again.error().message();
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{37}}) {
      RandomArguments straight(function, size, seed);
      RandomArguments shuffled(function, size, seed);
      const ItemRange items{.begin = {0, 0, 0}, .end = {size + 3, 1, 1}};  // guarded

      const Status first = kernel->run(straight.list(), items, {.max_steps = 1'000'000});
      const Status second =
          again->run(shuffled.list(), items, {.shuffle_seed = seed, .max_steps = 1'000'000});

      ASSERT_TRUE(first.ok()) << first.error().message() << "\n" << kir::print(*module);
      ASSERT_TRUE(second.ok()) << second.error().message();
      ASSERT_EQ(straight.difference(shuffled), "") << kir::print(*module);
    }
  }
}

}  // namespace
}  // namespace dotcompute
