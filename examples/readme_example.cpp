// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/dotcompute.hpp"

#include <iostream>
#include <vector>

int main() {
  auto runtime = dc::Runtime::create();
  runtime.kernels().add(
      {.name = "scale",
       .parameters = {dc::scalar<float>("factor"), dc::element_wise(dc::input<float>("x")),
                      dc::element_wise(dc::output<float>("result"))}},
      [](dc::ItemId<1> id, float factor, dc::in<float> x, dc::out<float> result) {
        result[id[0]] = factor * x[id[0]];
      });

  const std::vector<float> x{1, 2, 3};
  const auto result =
      runtime.orchestrator().execute<std::vector<float>>("scale", {{"factor", 2.5F}, {"x", x}});
  std::cout << result[0] << ' ' << result[1] << ' ' << result[2] << '\n';  // 2.5 5 7.5
}
