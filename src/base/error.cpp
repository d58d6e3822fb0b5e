// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/error.hpp"

#include <array>

namespace dotcompute {

std::string_view to_string(ErrorCode code) noexcept {
  constexpr std::array<std::string_view, 12> kNames{
      "invalid_argument",  "kernel_not_found",   "compilation_failed", "out_of_memory",
      "host_memory",       "device_unavailable", "transient",          "execution_failed",
      "validation_failed", "cancelled",          "deadline_exceeded",  "internal"};
  return kNames[static_cast<std::size_t>(code)];
}

std::string Error::message() const {
  std::string text(what);
  std::string_view separator = " [";
  const auto add = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) {
      text.append(separator).append(label).append(value);
      separator = ", ";
    }
  };
  add("kernel: ", context.kernel.view());
  add("parameter: ", context.parameter.view());
  add("device: ", context.device.view());
  add("expected: ", context.expected.view());
  add("got: ", context.got.view());
  if (context.attempt > 1) {
    add("attempt: ", std::to_string(context.attempt));
  }
  if (native != 0) {
    add("driver code: ", std::to_string(native));
  }
  if (cause != nullptr) {
    try {
      std::rethrow_exception(cause);
    } catch (const std::exception& thrown) {
      add("cause: ", thrown.what());
    } catch (...) {
      add("cause: ", "an exception of an unknown type");
    }
  }
  if (separator == ", ") {
    text.push_back(']');
  }
  if (!context.advice.empty()) {
    text.append(" ").append(context.advice.view());
  }
  if (log != nullptr && !log->empty()) {
    text.append("\n").append(*log);
  }
  return text;
}

}  // namespace dotcompute
