// SPDX-License-Identifier: Apache-2.0
#include "random_comparison.hpp"

#include "interpret/interpret.hpp"
#include "support/random_arguments.hpp"

namespace dotcompute::emit {

std::string random_difference(std::uint64_t seed, backend::HostFunction body) {
  const auto module = random_kernel(seed, random_options(seed));
  const kir::Function& function = *module->functions.back();
  const auto kernel = interpret::Kernel::make(*module, function);
  if (!kernel.ok()) {
    return "the interpreter does not take it";
  }
  for (const std::size_t size : {0U, 1U, 7U, 31U, 32U, 33U, 1000U}) {
    const ItemRange items{{0, 0, 0}, {size, 1, 1}};
    RandomArguments expected(function, size, seed);
    RandomArguments got(function, size, seed);
    if (!kernel->run(expected.list(), items).ok()) {
      return "the interpreter stops";
    }
    const auto arguments = got.list();
    body(nullptr, arguments.data(), items);
    const std::string difference = got.difference(expected);
    if (!difference.empty()) {
      return "size " + std::to_string(size) + ": " + difference;
    }
  }
  return "";
}

}  // namespace dotcompute::emit
