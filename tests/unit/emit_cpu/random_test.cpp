// SPDX-License-Identifier: Apache-2.0
// Kernels drawn from seeds, compiled while the tests are built, against the interpreter. For other
// seeds: cmake -D DOTCOMPUTE_RANDOM_SEED=<first> and build again.
#include "random_comparison.hpp"

#include "dotcompute/generated/bodies.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#if defined(__x86_64__)
extern const dotcompute::generated::BodyTable* const random_baseline[];
extern const dotcompute::generated::BodyTable* const random_v3[];
extern const dotcompute::generated::BodyTable* const random_v4[];
#else
extern const dotcompute::generated::BodyTable* const random_neon[];
#endif

namespace dotcompute::emit {
namespace {

using generated::InstructionSet;
using Tables = const generated::BodyTable* const*;

std::vector<std::pair<const char*, Tables>> usable_tables() {
#if defined(__x86_64__)
  const auto best = generated::detail::best_instruction_set();
  std::vector<std::pair<const char*, Tables>> usable{{"baseline", random_baseline}};
  if (best >= InstructionSet::v3) {
    usable.emplace_back("v3", random_v3);
  }
  if (best >= InstructionSet::v4) {
    usable.emplace_back("v4", random_v4);
  }
  return usable;
#else
  return {{"neon", random_neon}};
#endif
}

// R2.4
TEST(RandomKernelTest, GivesTheSameBitsCompiledAndInterpreted) {
  for (std::uint64_t seed = DC_FIRST_SEED; seed < DC_FIRST_SEED + DC_SEEDS; ++seed) {
    for (const auto& [set, tables] : usable_tables()) {
      EXPECT_EQ(random_difference(seed, tables[seed - DC_FIRST_SEED]->bodies[0]), "")
          << "seed " << seed << ", " << set;
    }
  }
}

}  // namespace
}  // namespace dotcompute::emit
