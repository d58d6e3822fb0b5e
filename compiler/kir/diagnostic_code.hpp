// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dotcompute::kir {

/// What is wrong with a kernel, as Diagnostic::code says it. Numbers are never used again for
/// another mistake. Each has a page, docs/diagnostics/DC001.md.
enum class DiagnosticCode : std::uint8_t {
  not_a_free_function = 1,
  parameter_type = 2,
  unsupported_construct = 3,
  output_never_written = 4,
  no_bounds_guard = 5,
  kernel_returns_value = 6,
  unsupported_type = 7,
  pointer = 8,
  recursion = 9,
  global_state = 10,
  unknown_body = 11,
  uninitialised = 12,
  wrong_annotation = 13,
  buffer_use = 14,
  duplicate_kernel = 15,
  function_result = 16,
  not_constant = 17,
};

struct DiagnosticTitle {
  DiagnosticCode code;
  std::string_view title;  ///< That of its page.
};

/// All codes, in order.
inline constexpr std::array<DiagnosticTitle, 17> kDiagnosticTitles{{
    {DiagnosticCode::not_a_free_function, "A kernel is not a free function"},
    {DiagnosticCode::parameter_type, "A kernel's parameter has a type kernels do not take"},
    {DiagnosticCode::unsupported_construct, "Something that kernels have not"},
    {DiagnosticCode::output_never_written, "An output is never written"},
    {DiagnosticCode::no_bounds_guard, "An element is accessed without a bounds guard"},
    {DiagnosticCode::kernel_returns_value, "A kernel returns a value"},
    {DiagnosticCode::unsupported_type, "A type that kernels have not"},
    {DiagnosticCode::pointer, "A pointer in a kernel"},
    {DiagnosticCode::recursion, "A function calls itself"},
    {DiagnosticCode::global_state, "A kernel uses a variable that outlives it"},
    {DiagnosticCode::unknown_body, "A function whose body is not known"},
    {DiagnosticCode::uninitialised, "A variable is read before it has a value"},
    {DiagnosticCode::wrong_annotation, "An annotation that does not fit its kernel"},
    {DiagnosticCode::buffer_use, "A buffer is used as something else"},
    {DiagnosticCode::duplicate_kernel, "Two kernels have one name"},
    {DiagnosticCode::function_result, "A function gives a reference or a buffer"},
    {DiagnosticCode::not_constant, "An axis or size that is not constant"},
}};

/// "DC001".
[[nodiscard]] inline std::string to_string(DiagnosticCode code) {
  const std::string number = std::to_string(static_cast<unsigned>(code));
  return "DC" + std::string(3 - number.size(), '0') + number;
}

/// \param severity error, unless the kernel may be right all the same.
[[nodiscard]] inline Diagnostic make_diagnostic(DiagnosticCode code,
                                                Location location,
                                                std::string message,
                                                Severity severity = Severity::error) {
  return {.severity = severity,
          .code = to_string(code),
          .location = location,
          .message = std::move(message)};
}

}  // namespace dotcompute::kir
