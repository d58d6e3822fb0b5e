// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

namespace dotcompute {
namespace {

/// weights[p] is the weight of argument p, so that arguments at the wrong place show in the sum.
constexpr std::array<int, 4> kWeights{1, 10, 100, 1000};
constexpr std::array<std::string_view, 4> kNames{"first", "second", "third", "fourth"};

class BindingProperties : public RuntimeTest {
 protected:
  BindingProperties() {
    runtime_.kernels().add(
        {.name = "weigh",
         .parameters = {element_wise(input<int>("first")), element_wise(input<int>("second")),
                        element_wise(input<int>("third")), scalar<int>("fourth"),
                        element_wise(output<int>("out"))}},
        [](ItemId<1> id, std::span<const int> a, std::span<const int> b, std::span<const int> c,
           int d, std::span<int> out) {
          const auto i = id[0];
          out[i] = kWeights[0] * a[i] + kWeights[1] * b[i] + kWeights[2] * c[i] + kWeights[3] * d;
        });
  }
};

// R5.1
RC_GTEST_FIXTURE_PROP(BindingProperties,
                      ArgumentsReachTheirParametersInAnyOrder,
                      (std::vector<int> values, std::uint32_t seed)) {
  for (int& value : values) {
    value %= 10;
  }
  const std::array<std::vector<int>, 3> arrays{
      values, std::vector<int>(values.rbegin(), values.rend()), values};
  const int scalar = static_cast<int>(seed % 10);
  std::vector<NamedArgument> arguments{
      {kNames[0], arrays[0]}, {kNames[1], arrays[1]}, {kNames[2], arrays[2]}, {kNames[3], scalar}};
  std::shuffle(arguments.begin(), arguments.end(), std::mt19937(seed));

  const auto out =
      orchestrator_.execute<std::vector<int>>("weigh", std::span<const NamedArgument>(arguments));

  RC_ASSERT(out.size() == values.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    RC_ASSERT(out[i] == arrays[0][i] + 10 * arrays[1][i] + 100 * arrays[2][i] + 1000 * scalar);
  }
}

// R5.2
RC_GTEST_FIXTURE_PROP(BindingProperties,
                      SizesPassOnlyIfAllAgree,
                      (std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t out)) {
  const bool force_equal = *rc::gen::arbitrary<bool>();
  const std::array<std::size_t, 4> sizes{a, force_equal ? a : b, force_equal ? a : c,
                                         force_equal ? a : out};
  const std::vector<int> data(256);
  std::vector<int> written(256);
  const auto part = [&](std::size_t index) { return std::span(data).first(sizes[index]); };

  const auto status = orchestrator_.try_execute("weigh", part(0), part(1), part(2), 1,
                                                std::span(written).first(sizes[3]));

  RC_ASSERT(status.ok() == std::ranges::all_of(sizes, [&](auto size) { return size == sizes[0]; }));
}

// R5.2
RC_GTEST_FIXTURE_PROP(BindingProperties,
                      ALeftOutOrRenamedArgumentIsAlwaysNamedInTheError,
                      (std::uint8_t which, bool rename)) {
  const std::vector<int> data(4);
  std::vector<NamedArgument> arguments{
      {kNames[0], data}, {kNames[1], data}, {kNames[2], data}, {kNames[3], 1}};
  const std::size_t index = which % 4;
  if (rename) {
    arguments[index].name = "another";
  } else {
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(index));
  }

  const auto result = orchestrator_.try_execute<std::vector<int>>(
      "weigh", std::span<const NamedArgument>(arguments));

  RC_ASSERT(!result.ok());
  RC_ASSERT(result.error().context.parameter.view() == (rename ? "another" : kNames[index]));
}

}  // namespace
}  // namespace dotcompute
