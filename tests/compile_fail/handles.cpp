// SPDX-License-Identifier: Apache-2.0
// Calls by handle that must not compile, one for each DC_COMPILE_FAIL; 0 compiles.
#include "dotcompute/dotcompute.hpp"

#include <string>
#include <vector>

using namespace dotcompute;  // NOLINT: a test program

inline constexpr KernelHandle<float, in<float>, inout<float>> kSaxpy{"saxpy"};
inline constexpr KernelHandle<in<float, 2>, out<float, 2>> kTurn{"turn"};

void call(Orchestrator& orchestrator) {
  std::vector<float> x(3);
  std::vector<float> y(3);
  const std::vector<float> constant(3);
  const std::vector<double> wide(3);
  const in<float, 2> matrix(x.data(), {1, 3});
#if DC_COMPILE_FAIL == 0
  orchestrator.execute(kSaxpy, 2.0F, x, y);
  orchestrator.execute(kSaxpy, 2, constant, y);
  std::ignore = orchestrator.execute<HostArray<float>>(kTurn, matrix);
#elif DC_COMPILE_FAIL == 1
  orchestrator.execute(kSaxpy, 2.0F, x);
#elif DC_COMPILE_FAIL == 2
  orchestrator.execute(kSaxpy, 2.0F, wide, y);
#elif DC_COMPILE_FAIL == 3
  orchestrator.execute(kSaxpy, 2.0F, x, constant);
#elif DC_COMPILE_FAIL == 4
  orchestrator.execute(kSaxpy, 2.0, x, y);
#elif DC_COMPILE_FAIL == 5
  orchestrator.execute(kSaxpy, x, x, y);
#elif DC_COMPILE_FAIL == 6
  orchestrator.execute(kSaxpy, 2.0F, 2.0F, y);
#elif DC_COMPILE_FAIL == 7
  std::ignore = orchestrator.execute<HostArray<float>>(kTurn, x);
#elif DC_COMPILE_FAIL == 8
  orchestrator.execute(kSaxpy, 2.0F, x, std::vector<float>(3));
#elif DC_COMPILE_FAIL == 9
  std::ignore = orchestrator.execute<std::string>(kTurn, matrix);
#elif DC_COMPILE_FAIL == 10
  orchestrator.execute("saxpy", 2.0F, x.data(), y);
#endif
}
