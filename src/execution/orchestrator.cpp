// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/orchestrator.hpp"

#include "execution/executor.hpp"

#include "dotcompute/exception.hpp"

#include <array>
#include <cstdio>

namespace dotcompute {
namespace {

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) {
    throw_error(std::move(result.error()));
  }
  return *std::move(result);
}

std::string microseconds(double nanoseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g us", nanoseconds / 1e3);
  return text.data();
}

std::string describe(const extension::CostEstimate& cost) {
  return "          " + microseconds(cost.total()) + " = queue " + microseconds(cost.queue) +
         " + launch " + microseconds(cost.launch) + " + to it " + microseconds(cost.transfer_in) +
         " + the longer of operations " + microseconds(cost.compute) + " and memory " +
         microseconds(cost.memory) + " + back " + microseconds(cost.transfer_out) +
         (cost.is_measured ? "; by measured rates\n" : "; by figures of its kind\n");
}

}  // namespace

Status Orchestrator::try_precompile(std::string_view kernel,
                                    AcceleratorType accelerator) const noexcept {
  return executor_->precompile(kernel, accelerator);
}

void Orchestrator::precompile(std::string_view kernel, AcceleratorType accelerator) const {
  value_or_throw(executor_->precompile(kernel, accelerator));
}

std::vector<AcceleratorType> Orchestrator::supported_accelerators(std::string_view kernel) const {
  return value_or_throw(executor_->supported_accelerators(kernel));
}

Explanation Orchestrator::explain(std::string_view kernel,
                                  std::span<const NamedArgument> arguments,
                                  const CallOptions& options) const {
  return value_or_throw(executor_->explain(kernel, arguments, options));
}

std::string Explanation::to_string() const {
  std::string text = kernel + " would run on " + device + ": " + reason + "\n";
  text += "range: " + std::to_string(range.size[0]) + " x " + std::to_string(range.size[1]) +
          " x " + std::to_string(range.size[2]) + " items\n";
  for (const CandidateExplanation& candidate : candidates) {
    text += (candidate.usable ? "  can     " : "  cannot  ") + candidate.device + ": " +
            candidate.reason + "\n";
    if (candidate.estimate) {
      text += describe(*candidate.estimate);
    }
  }
  return text;
}

}  // namespace dotcompute
