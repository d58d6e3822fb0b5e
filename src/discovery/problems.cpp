// SPDX-License-Identifier: Apache-2.0
#include "discovery/problems.hpp"

#include <memory>

namespace dotcompute::core {
namespace {

void append_line(std::string& log, const Problem& problem) {
  if (!log.empty()) {
    log += '\n';
  }
  log += quoted(problem.kernel);
  if (!problem.parameter.empty()) {
    log += ", parameter " + quoted(problem.parameter);
  }
  log.append(": ").append(problem.what);
  log.append(" Expected ")
      .append(problem.expected)
      .append(", got ")
      .append(problem.got)
      .append(".");
  if (!problem.advice.empty()) {
    log.append(" ").append(problem.advice);
  }
}

}  // namespace

Error Problems::error() const {
  Error error{ErrorCode::invalid_argument, "The kernels are not registered."};
  if (problems_.size() == 1) {
    const Problem& problem = problems_.front();
    error.what = problem.what;
    error.context.kernel = problem.kernel;
    error.context.parameter = problem.parameter;
    error.context.expected = problem.expected;
    error.context.got = problem.got;
    error.context.advice = problem.advice;
    return error;
  }
  std::string log;
  for (const Problem& problem : problems_) {
    append_line(log, problem);
  }
  error.log = std::make_shared<const std::string>(std::move(log));
  return error;
}

std::string quoted(std::string_view text) {
  return std::string("'").append(text).append("'");
}

std::string text_of(TypeId type) {
  std::string text(to_string(type.element()));
  if (type.element() == ElementType::structure) {
    text.append(" of ").append(std::to_string(type.size())).append(" bytes");
  }
  return text;
}

std::string text_of(KernelBackends backends) {
  std::string text;
  for (const auto type :
       {AcceleratorType::cpu, AcceleratorType::opencl, AcceleratorType::cuda,
        AcceleratorType::metal, AcceleratorType::vulkan, AcceleratorType::interpreter}) {
    if ((backends & backends_of(type)) != KernelBackends::none) {
      text.append(text.empty() ? "" : " | ").append(to_string(type));
    }
  }
  return text.empty() ? "none" : text;
}

}  // namespace dotcompute::core
