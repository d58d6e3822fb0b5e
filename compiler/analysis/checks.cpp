// SPDX-License-Identifier: Apache-2.0
#include "analysis/checks.hpp"

#include "analysis/bounds_check.hpp"
#include "kir/diagnostic_code.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace dotcompute::analysis {
namespace {

void check_outputs(const kir::Function& kernel, kir::Diagnostics& diagnostics) {
  const std::vector<const kir::Variable*> written = kir::writes_of(kernel.body);
  for (const auto& parameter : kernel.parameters) {
    const bool is_output = parameter->kind == kir::VariableKind::buffer && !parameter->is_const;
    if (!is_output || std::find(written.begin(), written.end(), parameter.get()) != written.end()) {
      continue;
    }
    // Of an output the caller would get what was in memory before.
    const bool is_wrong = !parameter->is_span && parameter->direction == Direction::out;
    diagnostics.push_back(
        kir::make_diagnostic(kir::DiagnosticCode::output_never_written, parameter->location,
                             "'" + parameter->name + "' is never written; " +
                                 (is_wrong             ? "write it, or leave it out"
                                  : parameter->is_span ? "take std::span<const T>"
                                                       : "take dc::in"),
                             is_wrong ? kir::Severity::error : kir::Severity::warning));
  }
}

}  // namespace

kir::Diagnostics check(const kir::Module& module) {
  kir::Diagnostics diagnostics;
  for (const auto& function : module.functions) {
    if (function->is_kernel) {
      check_outputs(*function, diagnostics);
      kir::Diagnostics bounds = BoundsCheck().run(*function);
      std::move(bounds.begin(), bounds.end(), std::back_inserter(diagnostics));
    }
  }
  return diagnostics;
}

}  // namespace dotcompute::analysis
