// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "discovery/registry.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::bench {

inline constexpr std::size_t kKernels = 1'000'000;
inline constexpr std::size_t kQueries = std::size_t{1} << 20U;
inline constexpr int kLookUps = 200'000;  // of a repetition

/// A million kernels, and names of them in random order to look up.
struct Names {
  Names();
  core::Registry registry;
  std::vector<std::string> names;  ///< Of all kernels. 13 letters: no map stores these apart.
  std::vector<std::string_view> queries;  ///< Their text lies in this order too.
  std::string hot;                        ///< One of the names.

 private:
  std::string text_;
};

/// The same for all cases; made when first asked for.
[[nodiscard]] const Names& names();

/// Measures `find(name)`, which returns a pointer, for one name again and again.
template <class Find>
void measure_hot(benchmark::State& state, const Find& find) {
  if (find(names().hot) == nullptr) {
    state.SkipWithError("The name is not found.");
    return;
  }
  std::string_view name = names().hot;
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    benchmark::DoNotOptimize(find(name));
  }
}

/// The same for names in random order. \param next where to go on; kept between repetitions, so that
/// none begins with what the one before has left in the caches.
template <class Find>
void measure_random(benchmark::State& state, std::size_t& next, const Find& find) {
  const std::vector<std::string_view>& queries = names().queries;
  for (auto _ : state) {
    const auto* found = find(queries[next]);
    if (found == nullptr) [[unlikely]] {
      state.SkipWithError("A name is not found.");
      break;
    }
    benchmark::DoNotOptimize(found);
    next = (next + 1) % kQueries;
  }
}

}  // namespace dotcompute::bench
