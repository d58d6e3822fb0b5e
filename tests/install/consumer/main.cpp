// SPDX-License-Identifier: Apache-2.0
// A program outside the tree: one kernel of its own, called by name.
#include "dotcompute/dotcompute.hpp"

#include <cstdlib>
#include <iostream>
#include <vector>

int main() {
  auto runtime = dotcompute::Runtime::create();
  runtime.kernels().add(
      {.name = "vector_double",
       .parameters = {dotcompute::element_wise(dotcompute::input<float>("in", "n")),
                      dotcompute::element_wise(dotcompute::output<float>("out", "n"))}},
      [](dotcompute::ItemId<1> item, dotcompute::in<float> in, dotcompute::out<float> out) {
        out[item[0]] = 2.0F * in[item[0]];
      });

  const std::vector<float> numbers{1.0F, 2.5F, -3.0F};
  const auto doubled = runtime.orchestrator().execute<std::vector<float>>("vector_double", numbers);

  if (doubled != std::vector<float>{2.0F, 5.0F, -6.0F}) {
    std::cerr << "vector_double gave a wrong answer.\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
