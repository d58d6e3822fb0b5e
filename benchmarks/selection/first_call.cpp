// SPDX-License-Identifier: Apache-2.0
// How good the device is that a first call chooses: its time over that of the best device, for kernels
// of the pack and sizes from 1 K to 16 M elements. The devices are those of this machine and a
// simulated one, whose time is that of a virtual clock. One case, selection/first_call, whose "time" in
// nanoseconds is the geometric mean of these ratios.
#include "../kernels/problem.hpp"
#include "selection/analytic_selector.hpp"
#include "selection/calibration.hpp"
#include "selection/calibrator.hpp"
#include "simulated/backend.hpp"

#include "dotcompute/dotcompute.hpp"
#include "dotcompute/kernels.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::bench {
namespace {

constexpr std::string_view kFastDevice =
    "inner=cpu:0,latency=20us,copy_latency=5us,in=12GB/s,out=12GB/s,speed=16";

struct Kernel {
  std::string_view name;
  std::size_t arrays;
  std::size_t most_elements;
  void (*run)(const OrchestratorWithOptions& orchestrator, Problem& problem);
};

ArrayView<const float, 2> input_of(const Problem& p, std::size_t array) {
  return {p.arrays[array].data(), {p.side, p.side}};
}
ArrayView<float, 2> square_of(Problem& p, std::size_t array) {
  return {p.arrays[array].data(), {p.side, p.side}};
}

constexpr std::size_t kMost = std::size_t{1} << 24U;

const std::vector<Kernel>& all_kernels() {
  static const std::vector<Kernel> kernels{
      {"vector_add", 3, kMost,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         orchestrator.execute(kernels::kVectorAdd, p.arrays[0], p.arrays[1], p.arrays[2]);
       }},
      {"saxpy", 2, kMost,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         orchestrator.execute(kernels::kSaxpy, 0.5F, p.arrays[0], p.arrays[1]);
       }},
      {"stencil", 2, kMost,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         orchestrator.execute(kernels::kStencil5, input_of(p, 0), kDiffusion, square_of(p, 1));
       }},
      {"black_scholes", 5, kMost,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         orchestrator.execute(kernels::kBlackScholes, p.arrays[0], p.arrays[1], p.arrays[2], kRate,
                              kVolatility, p.arrays[3], p.arrays[4]);
       }},
      {"matmul", 3, std::size_t{1} << 18U,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         orchestrator.execute(kernels::kMatmul, input_of(p, 0), input_of(p, 1), square_of(p, 2));
       }},
      {"mandelbrot", 0, std::size_t{1} << 20U,
       [](const OrchestratorWithOptions& orchestrator, Problem& p) {
         const auto side = static_cast<std::int32_t>(p.side);
         orchestrator.execute(kernels::kMandelbrot, side, side, -2.0, 1.5,
                              3.0 / static_cast<double>(p.side), kMostIterations,
                              ArrayView<std::int32_t, 2>(p.counts.data(), {p.side, p.side}));
       }}};
  return kernels;
}

Problem make_problem(const Kernel& kernel, std::size_t size) {
  Problem p;
  p.size = size;
  p.side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(size))));
  p.arrays.assign(kernel.arrays, std::vector<float>(p.side * p.side, 1.25F));
  p.counts.resize(p.side * p.side);
  return p;
}

/// A runtime with the devices of this machine and the simulated one, all of them measured.
class Devices {
 public:
  Devices()
      : simulated_(make_simulated(clock_)),
        selector_(std::make_shared<core::AnalyticSelector>()),
        runtime_(Runtime::create(RuntimeBuilder()
                                     .options({.calibration = false})
                                     .add_backend(simulated_)
                                     .replace<extension::BackendSelector>(selector_)
                                     .add_module(&register_kernel_pack))) {
    for (backend::Backend* known : backend::built_in()) {
      measure_all(*known);
    }
    const auto rates =
        core::measure_rates(*simulated_->device(0), {.now = [this] { return clock_->now(); },
                                                     .budget = std::chrono::seconds(1),
                                                     .threads_nanoseconds = 0});
    take(simulated_->device(0)->info(), rates);
  }

  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const backend::DeviceInfo& info : runtime_.devices().devices()) {
      if (is_chosen_automatically(info.type)) {
        ids.push_back(info.id);
      }
    }
    return ids;
  }

  /// The device that the first call of a kernel is given.
  std::string choose(const Kernel& kernel, Problem& problem) {
    ExecutionReport report;
    kernel.run(runtime_.orchestrator().with({.report = &report}), problem);
    return report.device;
  }

  /// The least time of a few calls, in nanoseconds; infinity if the device cannot run it.
  double time_of(const Kernel& kernel, Problem& problem, const std::string& device) {
    const auto orchestrator = runtime_.orchestrator().with({.device = device});
    double best = std::numeric_limits<double>::infinity();
    for (int repetition = 0; repetition < 6; ++repetition) {
      const auto begin = now(device);
      try {
        kernel.run(orchestrator, problem);
      } catch (const DeviceNotAvailableException&) {
        return best;
      }
      const double time = std::chrono::duration<double, std::nano>(now(device) - begin).count();
      best = repetition == 0 ? best : std::min(best, time);  // the first compiles
    }
    return best;
  }

 private:
  static std::shared_ptr<simulated::Backend> make_simulated(
      const std::shared_ptr<core::VirtualClock>& clock) {
    const auto inner = backend::built_in();
    auto made = simulated::make_backend(kFastDevice,
                                        {.inner = {inner.begin(), inner.end()}, .clock = clock});
    return made.ok() ? *std::move(made) : nullptr;
  }

  void measure_all(backend::Backend& backend) {
    const auto found = backend.enumerate();
    for (std::size_t index = 0; found && index < found->devices.size(); ++index) {
      if (!is_chosen_automatically(found->devices[index].type)) {
        continue;
      }
      if (const auto device = backend.open(index, {})) {
        take((*device)->info(), core::measure_on_host(**device, {}));
      }
    }
  }

  void take(const backend::DeviceInfo& info, const Result<core::MeasuredRates>& rates) {
    if (!rates) {
      std::fprintf(stderr, "%s: %s\n", info.id.c_str(), rates.error().message().c_str());
      return;
    }
    std::ignore = selector_->set_rates(info.id, *rates);  // else it is judged by its kind
    std::fprintf(stderr,
                 "%s: launch %.0f ns, copy %.0f ns, in %.1f out %.1f memory %.1f cache %.1f GB/s, "
                 "float %.1f double %.1f GFLOP/s, alone %.3g\n",
                 info.id.c_str(), rates->launch_nanoseconds, rates->copy_nanoseconds,
                 rates->in_bytes_per_nanosecond, rates->out_bytes_per_nanosecond,
                 rates->memory_bytes_per_nanosecond, rates->cache_bytes_per_nanosecond,
                 rates->float32_operations_per_nanosecond, rates->float64_operations_per_nanosecond,
                 rates->serial_share);
  }

  [[nodiscard]] std::chrono::nanoseconds now(const std::string& device) const {
    return device.starts_with("sim:")
               ? clock_->now()
               : std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch());
  }

  std::shared_ptr<core::VirtualClock> clock_ = std::make_shared<core::VirtualClock>();
  std::shared_ptr<simulated::Backend> simulated_;
  std::shared_ptr<core::AnalyticSelector> selector_;
  mutable Runtime runtime_;
};

/// The time on the device that is chosen over that on the best.
double ratio_of(Devices& devices, const Kernel& kernel, std::size_t size) {
  Problem problem = make_problem(kernel, size);
  const std::string chosen = devices.choose(kernel, problem);
  double best = std::numeric_limits<double>::infinity();
  double own = best;
  std::string line;
  for (const std::string& device : devices.ids()) {
    const double time = devices.time_of(kernel, problem, device);
    best = std::min(best, time);
    own = device == chosen ? time : own;
    line += " " + device + " " + std::to_string(time / 1e3) + " us";
  }
  std::fprintf(stderr, "%s %zu: %s %.2f;%s\n", std::string(kernel.name).c_str(), size,
               chosen.c_str(), own / best, line.c_str());
  return own / best;
}

void first_call(benchmark::State& state) {
  Devices devices;
  for (auto _ : state) {
    double sum = 0;
    std::size_t points = 0;
    for (const Kernel& kernel : all_kernels()) {
      for (std::size_t size = 1024; size <= kernel.most_elements; size *= 4) {
        sum += std::log(ratio_of(devices, kernel, size));
        ++points;
      }
    }
    state.SetIterationTime(std::exp(sum / static_cast<double>(points)) * 1e-9);
  }
}

BENCHMARK(first_call)
    ->Name("selection/first_call")
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace dotcompute::bench
