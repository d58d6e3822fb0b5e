// SPDX-License-Identifier: Apache-2.0
#include "call_arguments.hpp"
#include "commands.hpp"
#include "describe.hpp"
#include "json.hpp"
#include "npy_header.hpp"
#include "usage_error.hpp"

#include "dotcompute/exception.hpp"

#include <memory>
#include <ostream>
#include <span>

namespace dotcompute::dotc {
namespace {

std::shared_ptr<const KernelMetadata> find_kernel(Runtime& runtime, const std::string& name) {
  auto found = runtime.kernels().find(name);
  if (!found) {
    throw_error(std::move(found.error()));
  }
  return *std::move(found);
}

CallOptions call_options(const Options& options) {
  return {.device = options.device, .range = options.range};
}

/// A body that knows one axis would run once more for each item on another.
void check_range(const KernelMetadata& kernel, const Options& options) {
  for (std::size_t axis = kernel.dimensions; options.range && axis < 3; ++axis) {
    if (options.range->size[axis] != 1) {
      refuse("--range",
             std::to_string(kernel.dimensions) + (kernel.dimensions == 1 ? " axis" : " axes") +
                 " for kernel '" + kernel.qualified_name() + "'",
             describe(*options.range));
    }
  }
}

/// Runs `call`, adding to an error of the library which file its parameter came from.
template <class Call>
auto with_file_named(const CallArguments& arguments, Call&& call) {
  try {
    return call();
  } catch (const BindingException& problem) {
    const std::string path = arguments.path_of(problem.parameter());
    if (path.empty()) {
      throw;
    }
    throw UsageError(path + ": " + problem.what());
  }
}

Explanation explain(Runtime& runtime, const Options& options, const CallArguments& arguments) {
  return with_file_named(arguments, [&] {
    const auto named = arguments.named();
    return runtime.orchestrator().explain(options.kernel, std::span(named), call_options(options));
  });
}

ExecutionReport execute(Runtime& runtime, const Options& options, const CallArguments& arguments) {
  ExecutionReport report;
  with_file_named(arguments, [&] {
    const auto named = arguments.named();
    auto call = call_options(options);
    call.report = &report;
    runtime.orchestrator().with(call).execute(options.kernel,
                                              std::span<const NamedArgument>(named));
  });
  return report;
}

void write_arrays(JsonWriter& json, const CallArguments& arguments) {
  json.key("written").begin_array();
  for (const auto& given : arguments.given()) {
    if (given.path.empty() || given.parameter->direction == Direction::in) {
      continue;
    }
    json.begin_object()
        .field("parameter", given.parameter->name)
        .field("file", given.path)
        .field("type", to_string(given.array.type()));
    json.key("shape").begin_array();
    for (int axis = 0; axis < given.array.rank(); ++axis) {
      json.value(given.array.extents()[static_cast<std::size_t>(axis)]);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_report(std::ostream& out,
                  const ExecutionReport& report,
                  const CallArguments& arguments,
                  bool as_json) {
  if (as_json) {
    JsonWriter json;
    json.begin_object()
        .field("kernel", report.kernel)
        .field("device", report.device)
        .field("reason", report.reason)
        .field("fell_back", report.fell_back)
        .field("items", report.items)
        .field("attempts", report.attempts.size())
        .field("bytes_to_device", report.bytes_to_device)
        .field("bytes_from_device", report.bytes_from_device)
        .field("preparation_ns", report.preparation.count())
        .field("execution_ns", report.execution.count());
    write_arrays(json, arguments);
    out << json.end_object().text() << '\n';
    return;
  }
  out << report.kernel << " on " << report.device << ": " << report.items << " items in "
      << describe(report.execution) << ", prepared in " << describe(report.preparation) << '\n';
  for (const auto& given : arguments.given()) {
    const bool written = !given.path.empty() && given.parameter->direction != Direction::in;
    if (written) {
      out << "  " << given.parameter->name << " -> " << given.path << ": "
          << to_string(given.array.type()) << ' '
          << format_shape(given.array.extents(), given.array.rank()) << '\n';
    }
  }
}

void write_json(std::ostream& out, const Explanation& explanation) {
  JsonWriter json;
  json.begin_object()
      .field("kernel", explanation.kernel)
      .field("device", explanation.device)
      .field("reason", explanation.reason);
  json.key("range").begin_array();
  for (const std::uint64_t size : explanation.range.size) {
    json.value(size);
  }
  json.end_array().key("outputs").begin_array();
  for (const OutputShape& output : explanation.outputs) {
    json.begin_object().field("parameter", output.parameter).key("shape").begin_array();
    for (int axis = 0; axis < output.rank; ++axis) {
      json.value(output.extents[static_cast<std::size_t>(axis)]);
    }
    json.end_array().end_object();
  }
  json.end_array().key("candidates").begin_array();
  for (const CandidateExplanation& candidate : explanation.candidates) {
    json.begin_object()
        .field("device", candidate.device)
        .field("usable", candidate.usable)
        .field("reason", candidate.reason);
    if (candidate.estimate) {
      const auto& cost = *candidate.estimate;
      json.key("nanoseconds")
          .begin_object()
          .field("total", cost.total())
          .field("queue", cost.queue)
          .field("launch", cost.launch)
          .field("to_device", cost.transfer_in)
          .field("operations", cost.compute)
          .field("memory", cost.memory)
          .field("from_device", cost.transfer_out)
          .field("measured", cost.is_measured)
          .end_object();
    }
    json.end_object();
  }
  out << json.end_array().end_object().text() << '\n';
}

}  // namespace

void run_kernel(Runtime& runtime, const Options& options, std::ostream& out) {
  const auto kernel = find_kernel(runtime, options.kernel);
  check_range(*kernel, options);
  CallArguments arguments(*kernel, options);
  arguments.add_outputs(explain(runtime, options, arguments).outputs);
  arguments.open_outputs();
  const ExecutionReport report = execute(runtime, options, arguments);
  arguments.write_outputs();
  write_report(out, report, arguments, options.json);
}

void explain_kernel(Runtime& runtime, const Options& options, std::ostream& out) {
  const auto kernel = find_kernel(runtime, options.kernel);
  check_range(*kernel, options);
  const CallArguments arguments(*kernel, options);
  const Explanation explanation = explain(runtime, options, arguments);
  if (options.json) {
    write_json(out, explanation);
    return;
  }
  const std::string text = explanation.to_string();
  out << text << (text.ends_with('\n') ? "" : "\n");
}

}  // namespace dotcompute::dotc
