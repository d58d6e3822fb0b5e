// SPDX-License-Identifier: Apache-2.0
// From a name to its kernel among a million, with hashing and all that a call does to be safe from
// kernels that are removed meanwhile.
#include "lookup.hpp"

#include "dotcompute/base/name_hash.hpp"

#include <algorithm>
#include <cstdio>
#include <random>
#include <stdexcept>

namespace dotcompute::bench {
namespace {

void nothing(const ItemRange& /*items*/, inout<float> /*y*/) {}

std::string name_of(std::size_t index) {
  std::string digits = std::to_string(index);
  return "kernel_" + std::string(6 - digits.size(), '0') + digits;
}

void register_all(core::Registry& registry, const std::vector<std::string>& names) {
  constexpr std::size_t kBatch = 10'000;
  for (std::size_t begin = 0; begin < names.size(); begin += kBatch) {
    std::vector<KernelRegistration> batch;
    for (std::size_t index = begin; index < std::min(begin + kBatch, names.size()); ++index) {
      batch.push_back({{.name = names[index], .parameters = {element_wise(in_out<float>("y"))}},
                       make_callable_kernel(&nothing),
                       {}});
    }
    if (!registry.add(std::move(batch)).ok()) {
      throw std::runtime_error("The kernels cannot be registered.");
    }
  }
}

// Inlined, as it is where a call begins.
[[gnu::always_inline]] inline const core::KernelRecord* find(const core::Registry& registry,
                                                             std::string_view name) noexcept {
  const core::EpochGuard guard;
  return registry.find(name, hash_name(name));
}

void hot(benchmark::State& state) {
  measure_hot(state, [&registry = names().registry](std::string_view name) {
    return find(registry, name);
  });
}

void random_names(benchmark::State& state) {
  static std::size_t next = 0;
  measure_random(state, next, [&registry = names().registry](std::string_view name) {
    return find(registry, name);
  });
}

BENCHMARK(hot)->Name("lookup/hot")->Iterations(kLookUps)->UseRealTime();
BENCHMARK(random_names)->Name("lookup/random")->Iterations(kLookUps)->UseRealTime();

}  // namespace

Names::Names() {
  for (std::size_t index = 0; index < kKernels; ++index) {
    names.push_back(name_of(index));
  }
  hot = names[kKernels / 2];
  register_all(registry, names);

  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::size_t> any(0, kKernels - 1);
  std::vector<std::size_t> order(kQueries);
  std::ranges::generate(order, [&] { return any(random); });
  for (const std::size_t index : order) {
    text_ += names[index];
  }
  std::string_view rest = text_;
  for (const std::size_t index : order) {
    queries.push_back(rest.substr(0, names[index].size()));
    rest.remove_prefix(names[index].size());
  }
}

const Names& names() {
  static const Names made;
  return made;
}

}  // namespace dotcompute::bench
