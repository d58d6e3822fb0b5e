// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

namespace dotcompute::bench {
namespace {

using Map = absl::flat_hash_map<std::string, const std::string*>;

const Map& map() {
  static const Map made = [] {
    Map all;
    for (const std::string& name : names().names) {
      all.emplace(name, &name);
    }
    return all;
  }();
  return made;
}

[[gnu::always_inline]] inline const std::string* find(const Map& all, std::string_view name) {
  // Debian builds Abseil with a string_view of its own.
  const auto found = all.find(absl::string_view(name.data(), name.size()));
  return found != all.end() ? found->second : nullptr;
}

void hot_absl(benchmark::State& state) {
  measure_hot(state, [&all = map()](std::string_view name) { return find(all, name); });
}

void random_absl(benchmark::State& state) {
  static std::size_t next = 0;
  measure_random(state, next, [&all = map()](std::string_view name) { return find(all, name); });
}

BENCHMARK(hot_absl)->Name("lookup/hot/absl_flat_hash_map")->Iterations(kLookUps)->UseRealTime();
BENCHMARK(random_absl)
    ->Name("lookup/random/absl_flat_hash_map")
    ->Iterations(kLookUps)
    ->UseRealTime();

}  // namespace
}  // namespace dotcompute::bench
