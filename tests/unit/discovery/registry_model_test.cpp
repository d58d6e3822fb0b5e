// SPDX-License-Identifier: Apache-2.0
// The registry against a plain map, by random sequences of operations.
#include "registry_support.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <map>
#include <string>

namespace dotcompute::core {
namespace {

/// Qualified name -> back ends that have a body.
using Model = std::map<std::string, KernelBackends>;

/// What a short name means: the kernel without name space, else the only one, else nothing.
std::string meaning_of(const Model& model, const std::string& short_name) {
  if (model.contains(short_name)) {
    return short_name;
  }
  std::string only;
  for (const auto& [name, backends] : model) {
    if (short_name_of(name) == short_name) {
      if (!only.empty()) {
        return "";
      }
      only = name;
    }
  }
  return only;
}

const std::array<std::string, 5>& short_names() {
  static const std::array<std::string, 5> kNames{
      "a", "saxpy", "vector_add_of_two", "exactly_forty_bytes_long_as_a_short_name",
      "a_name_that_is_much_too_long_for_the_slot_of_a_table"};
  return kNames;
}

const std::array<std::string, 4>& name_spaces() {
  static const std::array<std::string, 4> kNames{"", "x", "x::y",
                                                 "a_long_name_space::of_two_parts"};
  return kNames;
}

/// One random operation on both.
void step(Registry& registry, Model& model) {
  const auto at = [](std::size_t count) { return *rc::gen::inRange<std::size_t>(0, count); };
  const std::string& name = short_names()[at(short_names().size())];
  const std::string& name_space = name_spaces()[at(name_spaces().size())];
  const KernelMetadata metadata{.name = name, .name_space = name_space};
  const std::string qualified = metadata.qualified_name();
  const bool is_known = model.contains(qualified);
  const auto add_body = [&](KernelRegistration registration, KernelBackends body) {
    const bool fits = !is_known || (model[qualified] & body) == KernelBackends::none;
    RC_ASSERT(add(registry, std::move(registration)).ok() == fits);
    model[qualified] = model[qualified] | body;
  };
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      add_body(kernel(name, name_space), KernelBackends::cpu);
      break;
    case 1:
      add_body(text_kernel(name, AcceleratorType::opencl, name_space), KernelBackends::opencl);
      break;
    case 2:
      RC_ASSERT(registry.replace(kernel(name, name_space)).ok());
      model[qualified] = KernelBackends::cpu;
      break;
    default:
      RC_ASSERT(registry.remove(qualified).ok() == is_known);
      model.erase(qualified);
  }
}

// R2.6
// R2.7
TEST(RegistryModel, FindsWhatAMapWouldFindAfterAnyOperations) {
  EXPECT_TRUE(rc::check([] {
    Registry registry;
    Model model;
    for (int count = *rc::gen::inRange(1, 60); count > 0; --count) {
      step(registry, model);
      RC_ASSERT(registry.size() == model.size());
      for (const std::string& name : short_names()) {
        RC_ASSERT(found(registry, name) == meaning_of(model, name));
      }
      for (const auto& [qualified, backends] : model) {
        RC_ASSERT(found(registry, qualified) == qualified);
      }
    }
    const auto kernels = registry.kernels();
    RC_ASSERT(kernels.ok());
    auto expected = model.begin();
    for (const auto& metadata : *kernels) {
      RC_ASSERT(metadata->qualified_name() == expected->first);
      RC_ASSERT(metadata->backends == expected->second);
      ++expected;
    }
  }));
}

}  // namespace
}  // namespace dotcompute::core
