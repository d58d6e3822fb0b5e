// SPDX-License-Identifier: Apache-2.0
#include "frontend/reporter.hpp"

#include <clang/Basic/DiagnosticSema.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/SmallString.h>

#include <utility>

namespace dotcompute::frontend {
namespace {

using kir::DiagnosticCode;
using kir::Severity;

Severity severity_of(clang::DiagnosticsEngine::Level level) noexcept {
  switch (level) {
    case clang::DiagnosticsEngine::Fatal:
    case clang::DiagnosticsEngine::Error:
      return Severity::error;
    case clang::DiagnosticsEngine::Warning:
      return Severity::warning;
    default:
      return Severity::note;
  }
}

/// Clang warns where a variable is read before it is set; a kernel's result must not hang on that.
bool is_uninitialised(unsigned id) noexcept {
  return id == clang::diag::warn_uninit_var || id == clang::diag::warn_sometimes_uninit_var ||
         id == clang::diag::warn_maybe_uninit_var ||
         id == clang::diag::warn_uninit_self_reference_in_init;
}

}  // namespace

std::uint32_t Reporter::file_number(const std::string& name) {
  if (file_numbers_.empty() && !module_.files.empty()) {
    file_numbers_.emplace(module_.files.front(), 0);
  }
  const auto [known, fresh] =
      file_numbers_.emplace(name, static_cast<std::uint32_t>(module_.files.size()));
  if (fresh) {
    module_.files.push_back(name);
  }
  return known->second;
}

kir::Location Reporter::location(clang::SourceLocation at) {
  if (sources_ == nullptr || at.isInvalid()) {
    return {};
  }
  // A macro's text: where it is written if it is an argument, else where the macro is used.
  const clang::SourceLocation place = sources_->getFileLoc(at);
  const llvm::StringRef name = sources_->getFilename(place);
  if (name.empty()) {
    return {};
  }
  return {.file = file_number(name.str()),
          .line = sources_->getSpellingLineNumber(place),
          .column = sources_->getSpellingColumnNumber(place)};
}

void Reporter::error(DiagnosticCode code, clang::SourceLocation at, std::string message) {
  ++errors_;
  if (!silent_) {
    diagnostics_.push_back(kir::make_diagnostic(code, location(at), std::move(message)));
  }
}

void Reporter::HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                                const clang::Diagnostic& diagnostic) {
  DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
  llvm::SmallString<128> message;
  diagnostic.FormatDiagnostic(message);
  kir::Location at;
  if (diagnostic.hasSourceManager()) {
    const clang::SourceManager* const before =
        std::exchange(sources_, &diagnostic.getSourceManager());
    at = location(diagnostic.getLocation());
    sources_ = before;
  }
  if (is_uninitialised(diagnostic.getID())) {
    ++errors_;
    message += "; give it a value where it is declared";
    diagnostics_.push_back(
        kir::make_diagnostic(DiagnosticCode::uninitialised, at, message.str().str()));
    return;
  }
  diagnostics_.push_back(
      {.severity = severity_of(level), .location = at, .message = message.str().str()});
}

}  // namespace dotcompute::frontend
