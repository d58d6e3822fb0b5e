// SPDX-License-Identifier: Apache-2.0
// A program outside the tree with a generated kernel.
#include "kernels.kernels.hpp"

#include "dotcompute/dotcompute.hpp"

#include <cstdlib>
#include <iostream>
#include <vector>

int main() {
  auto runtime = dotcompute::Runtime::create();
  const std::vector<float> numbers{1.0F, 2.5F, -3.0F};
  const std::vector<float> expected{1.0F, 6.25F, 9.0F};

  auto& orchestrator = runtime.orchestrator();
  if (orchestrator.execute<std::vector<float>>("outside::squares", numbers) != expected ||
      orchestrator.execute<std::vector<float>>(outside::kernels::kSquares, numbers) != expected) {
    std::cerr << "outside::squares gave a wrong answer.\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
