// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "demo_reference.hpp"
#include "demo_scene.hpp"
#include "describe.hpp"
#include "json.hpp"
#include "png_file.hpp"

#include "dotcompute/orchestrator.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

namespace dotcompute::dotc {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::uint64_t kRows = 1280;
constexpr std::uint64_t kCols = 1920;
constexpr int kWarmCalls = 15;

/// One kernel of the pipeline and what came of it.
struct Stage {
  std::string kernel;
  std::string device;
  nanoseconds cold{};       ///< The first call, from call to return.
  nanoseconds execution{};  ///< Of a warm call: from the launch to its completion.
  nanoseconds overhead{};   ///< Of a warm call: all the rest.
  nanoseconds reference{};  ///< The plain computation, on one thread.
  std::uint64_t wrong = 0;  ///< Pixels that differ from the plain computation.
};

nanoseconds median(std::vector<nanoseconds> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

/// Calls the kernel by name, cold and then warm.
void time_calls(Runtime& runtime,
                const Options& options,
                std::initializer_list<NamedArgument> arguments,
                Stage& stage) {
  ExecutionReport report;
  const auto orchestrator =
      runtime.orchestrator().with({.device = options.device, .report = &report});
  std::vector<nanoseconds> executions;
  std::vector<nanoseconds> overheads;
  for (int call = 0; call <= kWarmCalls; ++call) {
    const auto start = Clock::now();
    orchestrator.execute(stage.kernel, arguments);
    const nanoseconds whole = Clock::now() - start;
    if (call == 0) {
      stage.cold = whole;
      continue;
    }
    executions.push_back(report.execution);
    overheads.push_back(whole - report.execution);
  }
  stage.device = report.device;
  stage.execution = median(executions);
  stage.overhead = median(overheads);
}

/// Runs one stage and checks it: `from` and `to` are the kernel's parameters.
template <class Input>
Channel run_stage(Runtime& runtime,
                  const Options& options,
                  const std::array<const char*, 2>& parameters,
                  const Input& input,
                  Channel (*reference)(const Input&),
                  Stage& stage) {
  Channel result(input.extent(0), input.extent(1));
  time_calls(runtime, options, {{parameters[0], input}, {parameters[1], result}}, stage);

  const auto start = Clock::now();
  const Channel expected = reference(input);
  stage.reference = Clock::now() - start;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    stage.wrong += result[i] == expected[i] ? 0 : 1;
  }
  return result;
}

/// The picture at the left, its edges at the right.
Picture side_by_side(const Picture& picture, const Channel& edges) {
  const std::uint64_t cols = picture.extent(1);
  Picture both(picture.extent(0), 2 * cols, 3);
  for (std::uint64_t row = 0; row < picture.extent(0); ++row) {
    std::uint8_t* target = std::copy_n(&picture(row, 0, 0), cols * 3, &both(row, 0, 0));
    for (std::uint64_t col = 0; col < cols; ++col) {
      target = std::fill_n(target, 3, edges(row, col));
    }
  }
  return both;
}

nanoseconds sum(const std::vector<Stage>& stages, nanoseconds Stage::*time) {
  nanoseconds total{};
  for (const Stage& stage : stages) {
    total += stage.*time;
  }
  return total;
}

bool is_right(const std::vector<Stage>& stages) {
  return std::all_of(stages.begin(), stages.end(),
                     [](const Stage& stage) { return stage.wrong == 0; });
}

void write_json(std::ostream& out,
                const std::vector<Stage>& stages,
                const Picture& picture,
                const Options& options) {
  JsonWriter json;
  json.begin_object()
      .field("device", stages.front().device)
      .field("width", picture.extent(1))
      .field("height", picture.extent(0))
      .field("file", options.picture)
      .field("checked", is_right(stages))
      .key("stages")
      .begin_array();
  for (const Stage& stage : stages) {
    json.begin_object()
        .field("kernel", stage.kernel)
        .field("device", stage.device)
        .field("execution_ns", stage.execution.count())
        .field("overhead_ns", stage.overhead.count())
        .field("first_call_ns", stage.cold.count())
        .field("reference_ns", stage.reference.count())
        .field("wrong_pixels", stage.wrong)
        .end_object();
  }
  out << json.end_array().end_object().text() << '\n';
}

void write_times(std::ostream& out, const Stage& stage) {
  const auto column = [&](const std::string& text, std::size_t width) {
    out << std::string(width - std::min(width, text.size()), ' ') << text;
  };
  out << stage.kernel;
  column(describe(stage.execution), 18 - stage.kernel.size());
  column(describe(stage.overhead), 12);
  column(describe(stage.cold), 12);
  column(describe(stage.reference), 12);
  out << (stage.wrong == 0 ? "  equal" : "  " + std::to_string(stage.wrong) + " pixels differ")
      << '\n';
}

void write_text(std::ostream& out,
                const std::vector<Stage>& stages,
                const Picture& picture,
                const Options& options) {
  const double megapixels = static_cast<double>(picture.size()) / 3e6;
  out << "device:  " << stages.front().device << '\n'
      << "picture: " << picture.extent(1) << " x " << picture.extent(0) << ", "
      << static_cast<double>(std::lround(megapixels * 100)) / 100 << " megapixels, "
      << (options.photograph.empty() ? "drawn" : options.photograph) << "\n\n"
      << "stage         kernel    overhead  first call   plain C++  check\n";
  for (const Stage& stage : stages) {
    write_times(out, stage);
  }
  Stage total{.kernel = "total"};
  total.execution = sum(stages, &Stage::execution);
  total.overhead = sum(stages, &Stage::overhead);
  total.cold = sum(stages, &Stage::cold);
  total.reference = sum(stages, &Stage::reference);
  for (const Stage& stage : stages) {
    total.wrong += stage.wrong;
  }
  write_times(out, total);
  out << "\nkernel and overhead: median of " << kWarmCalls
      << " calls by name; overhead is the call without the kernel\n"
      << "written: " << options.picture << ", the picture and its edges\n"
      << "checked: " << (is_right(stages) ? "ok" : "FAILED") << '\n';
}

}  // namespace

bool show_demo(Runtime& runtime, const Options& options, std::ostream& out) {
  NewFile file(options.picture);
  const Picture picture =
      options.photograph.empty() ? draw_scene(kRows, kCols) : read_png(options.photograph);
  std::vector<Stage> stages{{.kernel = "grey"}, {.kernel = "blur3"}, {.kernel = "sobel"}};
  const Channel grey =
      run_stage(runtime, options, {"rgb", "grey"}, picture, &reference_grey, stages[0]);
  const Channel smooth =
      run_stage(runtime, options, {"image", "result"}, grey, &reference_blur, stages[1]);
  const Channel edges =
      run_stage(runtime, options, {"image", "result"}, smooth, &reference_sobel, stages[2]);
  write_png(file, options.picture, side_by_side(picture, edges));
  (options.json ? write_json : write_text)(out, stages, picture, options);
  return is_right(stages);
}

}  // namespace dotcompute::dotc
