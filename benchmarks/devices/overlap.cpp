// SPDX-License-Identifier: Apache-2.0
// A call whose copies in, work and copies out take equally long, on a simulated device in real time:
// with copy engines of its own, and without.
#include "simulated/backend.hpp"

#include "dotcompute/dotcompute.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::bench {
namespace {

constexpr std::size_t kItems = 8'000'000;

Runtime make_runtime(std::string_view engines) {
  const auto& own = backend::built_in();
  auto simulated = simulated::make_backend(
      "inner=cpu:0,latency=20us,copy_latency=5us,in=1GB/s,out=1GB/s,item=4ns,engines=" +
          std::string(engines),
      {.inner = {own.begin(), own.end()}});
  if (!simulated) {
    throw std::runtime_error(simulated.error().message());
  }
  auto runtime = Runtime::create(RuntimeBuilder().add_backend(*simulated));
  runtime.kernels().add(
      {.name = "doubled",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("out"))}},
      [](ItemRange range, std::span<const float> x, std::span<float> out) {
        for (auto i = range.begin[0]; i < range.end[0]; ++i) {
          out[i] = 2 * x[i];
        }
      });
  return runtime;
}

void three_stages(benchmark::State& state, std::string_view engines) {
  auto runtime = make_runtime(engines);
  const std::vector<float> x(kItems, 1.0F);
  std::vector<float> out(kItems);
  const auto orchestrator = runtime.orchestrator().with({.device = "sim:0"});
  orchestrator.execute("doubled", x, out);
  for (auto _ : state) {
    orchestrator.execute("doubled", x, out);
  }
}
BENCHMARK_CAPTURE(three_stages, two_engines, "2")
    ->Name("overlap/three_stages")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(5);
BENCHMARK_CAPTURE(three_stages, none, "0")
    ->Name("overlap/three_stages/serial")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(5);

}  // namespace
}  // namespace dotcompute::bench
