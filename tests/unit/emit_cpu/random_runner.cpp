// SPDX-License-Identifier: Apache-2.0
// Compares compiled random kernels with the interpreter:
//
//     random_runner <library> <instruction set> <first seed> <count>
//
// The library has the tables that generate_random writes. Without arguments it prints the best
// instruction set of this machine.
#include "random_comparison.hpp"

#include "dotcompute/generated/bodies.hpp"

#include <dlfcn.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  using namespace dotcompute;
  if (argc != 5) {
    constexpr std::array kNames{"baseline", "v3", "v4", "neon"};
    std::cout << kNames.at(static_cast<std::size_t>(generated::detail::best_instruction_set()))
              << "\n";
    return EXIT_SUCCESS;
  }
  void* const library = dlopen(argv[1], RTLD_NOW);
  const std::string symbol = std::string("random_") + argv[2];
  const auto* const tables =
      library == nullptr
          ? nullptr
          : static_cast<const generated::BodyTable* const*>(dlsym(library, symbol.c_str()));
  if (tables == nullptr) {
    std::cerr << dlerror() << "\n";
    return EXIT_FAILURE;
  }
  const std::uint64_t first = std::strtoull(argv[3], nullptr, 10);
  const std::uint64_t count = std::strtoull(argv[4], nullptr, 10);
  int status = EXIT_SUCCESS;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string difference = emit::random_difference(first + i, tables[i]->bodies[0]);
    if (!difference.empty()) {
      std::cout << "seed " << first + i << ", " << difference << "\n";
      status = EXIT_FAILURE;
    }
  }
  return status;
}
