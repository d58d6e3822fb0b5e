// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/diagnostic_code.hpp"
#include "kir/module.hpp"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceLocation.h>

#include <map>
#include <string>

namespace clang {
class SourceManager;
}

namespace dotcompute::frontend {

/// Collects what Clang and we have to say, and turns Clang's locations into those of the module.
class Reporter : public clang::DiagnosticConsumer {
 public:
  /// \param module gets the files that locations name; the first is there already.
  Reporter(kir::Module& module, kir::Diagnostics& diagnostics)
      : module_(module), diagnostics_(diagnostics) {}

  /// \pre Both outlive the reporter, or the next call.
  void use(const clang::SourceManager& sources) noexcept { sources_ = &sources; }

  [[nodiscard]] kir::Location location(clang::SourceLocation at);

  /// Reports a mistake, unless it is within report_at().
  void error(kir::DiagnosticCode code, clang::SourceLocation at, std::string message);

  /// How many mistakes error() was told of, silent ones too.
  [[nodiscard]] unsigned errors() const noexcept { return errors_; }

  /// While one lives, error() only counts: for code that is not the user's to change.
  class Silence {
   public:
    explicit Silence(Reporter& reporter, bool on) noexcept
        : reporter_(reporter), before_(reporter.silent_) {
      reporter.silent_ = before_ || on;
    }
    ~Silence() { reporter_.silent_ = before_; }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

   private:
    Reporter& reporter_;
    bool before_;
  };

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic& diagnostic) override;

 private:
  std::uint32_t file_number(const std::string& name);

  kir::Module& module_;
  kir::Diagnostics& diagnostics_;
  const clang::SourceManager* sources_ = nullptr;
  std::map<std::string, std::uint32_t> file_numbers_;
  unsigned errors_ = 0;
  bool silent_ = false;
};

}  // namespace dotcompute::frontend
