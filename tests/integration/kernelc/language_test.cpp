// SPDX-License-Identifier: Apache-2.0
// Parts of spans and lambdas that capture: what each back end computes of a kernel, compared with
// what the host's compiler makes of the same functions.
#include "unit/frontend/view_cases.hpp"

#include "dotcompute/dotcompute.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

using Function = void (*)(std::span<const int>, std::span<int>, std::size_t);

const std::vector<std::pair<std::string, Function>> kCases{
    {"parts_of_spans_case", &language::parts_of_spans},
    {"written_parts_case", &language::written_parts},
    {"effects_in_parts_case", &language::effects_in_parts},
    {"spans_from_functions_case", &language::spans_from_functions},
    {"captured_by_reference_case", &language::captured_by_reference},
    {"captured_by_copy_case", &language::captured_by_copy},
    {"lambdas_handed_on_case", &language::lambdas_handed_on},
    {"captured_objects_case", &language::captured_objects},
    {"references_from_lambdas_case", &language::references_from_lambdas},
};

class CompiledLanguageTest : public testing::TestWithParam<AcceleratorType> {};

// R2.4, R3.2
TEST_P(CompiledLanguageTest, ComputesWhatTheHostsCompilerDoes) {
  auto runtime = Runtime::create();
  const auto devices = runtime.devices().devices();
  if (std::none_of(devices.begin(), devices.end(),
                   [](const auto& device) { return device.type == GetParam(); })) {
    GTEST_SKIP() << "There is no " << to_string(GetParam()) << " device here.";
  }
  std::vector<int> x(1000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<int>(i * 7 % 23) - 9;
  }
  for (const auto& [name, function] : kCases) {
    std::vector<int> expected(10, 1);
    std::vector<int> got(10, 1);
    const std::vector<int> few(x.begin(), x.begin() + 10);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      function(few, expected, i);
    }

    runtime.orchestrator().with({.force_backend = GetParam()}).execute(name, few, got);

    EXPECT_EQ(got, expected) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All,
                         CompiledLanguageTest,
                         testing::Values(AcceleratorType::cpu,
                                         AcceleratorType::interpreter,
                                         AcceleratorType::opencl),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

}  // namespace
}  // namespace dotcompute
