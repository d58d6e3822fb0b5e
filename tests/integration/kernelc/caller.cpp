// SPDX-License-Identifier: Apache-2.0
// A program with kernels of its own, which it calls by name and by the generated handles.
#include "module.kernels.hpp"

#include "dotcompute/dotcompute.hpp"

#include <cstdlib>
#include <iostream>
#include <vector>

int main() {
  auto runtime = dotcompute::Runtime::create();
  auto& orchestrator = runtime.orchestrator();
  const std::vector<float> x{3, 0, 5};
  const std::vector<float> y{4, 2, 12};
  const std::vector<Point> points{{3, 4}, {0, 2}, {5, 12}};
  const std::vector<float> expected{5, 2, 13};

  const bool ok =
      orchestrator.execute<std::vector<float>>("lengths", x, y) == expected &&
      orchestrator.execute<std::vector<float>>(test::kernels::kLengths, x, y) == expected &&
      orchestrator.execute<std::vector<float>>(test::kernels::kNorms, points) == expected;
  std::cout << (ok ? "ok\n" : "wrong\n");
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
