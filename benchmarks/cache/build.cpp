// SPDX-License-Identifier: Apache-2.0
// The build call of an OpenCL kernel, from its text and from the disk. Each is timed in a process of
// its own, with an empty cache of the driver, as a driver that has seen a text builds it faster.
#include "dotcompute/dotcompute.hpp"

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

using namespace dotcompute;

constexpr std::string_view kText = R"(#pragma OPENCL FP_CONTRACT OFF
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  ulong x_extents[1] __attribute__((aligned(8)));
  long x_offset __attribute__((aligned(8)));
} black_scholes_arguments;

float cumulative(float d) {
  const float k = 1.0f / (1.0f + 0.2316419f * fabs(d));
  const float sum = k * (0.31938153f + k * (-0.356563782f + k * (1.781477937f +
                    k * (-1.821255978f + k * 1.330274429f))));
  const float tail = 0.39894228f * exp(-0.5f * d * d) * sum;
  return d > 0.0f ? 1.0f - tail : tail;
}

kernel void black_scholes(global float* x_memory, const black_scholes_arguments dc) {
  const ulong i = get_global_id(0);
  if (i - get_global_offset(0) >= dc.range[0]) {
    return;
  }
  global float* x = (global float*)((global char*)x_memory + dc.x_offset);
  const float price = x[i];
  const float d1 = (log(price / 100.0f) + 0.06f) / 0.3f;
  x[i] = price * cumulative(d1) - 100.0f * exp(-0.02f) * cumulative(d1 - 0.3f);
}
)";

/// What a child does: prints the nanoseconds of one build call. \return its exit status.
int build(const char* directory) try {
  auto runtime = Runtime::create(RuntimeBuilder().options(
      {.disk_cache = true, .cache_directory = directory, .calibration = false}));
  runtime.kernels().add({.name = "black_scholes",
                         .parameters = {element_wise(in_out<float>("x"))},
                         .backends = KernelBackends::opencl},
                        KernelDefinition{.source = std::string(kText),
                                         .entry_point = "black_scholes",
                                         .backend = AcceleratorType::opencl});
  const auto begin = std::chrono::steady_clock::now();
  runtime.orchestrator().precompile("black_scholes", AcceleratorType::opencl);
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
  std::printf("%lld\n", static_cast<long long>(took.count()));
  return EXIT_SUCCESS;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "cache_benchmark: %s\n", problem.what());
  return EXIT_FAILURE;
}

/// Folders of this run, removed at its end.
class Folders {
 public:
  Folders() {
    std::string path =
        (std::filesystem::temp_directory_path() / "dotcompute_cache_XXXXXX").string();
    root_ = ::mkdtemp(path.data()) == nullptr ? "" : path;
  }
  ~Folders() {
    std::error_code ignored;  // a leftover folder is no reason to fail
    std::filesystem::remove_all(root_, ignored);
  }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  /// Seconds of one build call in a new process; below 0 if it fails.
  [[nodiscard]] double seconds(bool keep_disk_cache) const {
    const auto driver = root_ / "driver";
    const auto disk = root_ / "disk";
    std::filesystem::remove_all(driver);
    std::filesystem::create_directories(driver);
    if (!keep_disk_cache) {
      std::filesystem::remove_all(disk);
    }
    const std::string command = "POCL_CACHE_DIR='" + driver.string() + "' '" +
                                std::filesystem::read_symlink("/proc/self/exe").string() +
                                "' --build '" + disk.string() + "'";
    std::FILE* const answer = ::popen(command.c_str(), "r");
    long long nanoseconds = -1;
    if (answer == nullptr) {
      return -1;
    }
    const bool read = std::fscanf(answer, "%lld", &nanoseconds) == 1;
    return ::pclose(answer) == 0 && read ? static_cast<double>(nanoseconds) * 1e-9 : -1;
  }

 private:
  std::filesystem::path root_;
};

void measure(benchmark::State& state, const Folders& folders, bool from_disk) {
  for (auto _ : state) {
    const double seconds = folders.seconds(from_disk);
    if (seconds < 0) {
      state.SkipWithError("a build call fails");
      break;
    }
    state.SetIterationTime(seconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--build") {
    return build(argv[2]);
  }
  const Folders folders;
  // The first call also says whether there is an OpenCL device.
  if (folders.seconds(false) >= 0) {
    for (const bool from_disk : {false, true}) {
      benchmark::RegisterBenchmark(
          from_disk ? "cache/disk" : "cache/cold_build",
          [&folders, from_disk](benchmark::State& state) { measure(state, folders, from_disk); })
          ->UseManualTime()
          ->Iterations(3)
          ->Unit(benchmark::kMillisecond);
    }
  } else {
    // Nothing at all would be taken for a mistake in the call of this program.
    benchmark::RegisterBenchmark("cache/no_device", [](benchmark::State& state) {
      for (auto _ : state) {
      }
    });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
